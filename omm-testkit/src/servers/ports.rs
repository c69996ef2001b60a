//! Ports on loopback that nobody uses.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below those that a system gives to whoever asks for any port (on Linux 32768 and up): one of these would be given to
/// a connection or a proxy of the same test before the server has it, and who then knocks takes that one for the server.
const FIRST: u32 = 12_000;
const COUNT: u32 = 20_000;
/// So far apart do processes begin that run at the same time.
const STRIDE: u32 = 173;

/// `N` different ports that were free a moment ago, and that no other call in this process gets. Another process may be
/// quicker; a server that cannot bind is started again on others.
pub(super) fn free<const N: usize>() -> io::Result<[u16; N]> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let mut ports = [0; N];
    for port in &mut ports {
        *port = (0..COUNT)
            .filter_map(|_| {
                let number =
                    process::id().wrapping_mul(STRIDE).wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
                u16::try_from(FIRST + number % COUNT).ok()
            })
            .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
            .ok_or_else(|| io::Error::other("no port of loopback is free"))?;
    }
    Ok(ports)
}
