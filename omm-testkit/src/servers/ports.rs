//! Ports on loopback that nobody uses.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
};

/// `N` different ports that were free a moment ago. Somebody may be quicker; a server that cannot bind is started
/// again on others.
pub(super) fn free<const N: usize>() -> io::Result<[u16; N]> {
    // All are held until the last is there: a port let go at once would be given again.
    let mut held = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}
