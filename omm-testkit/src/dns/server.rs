//! The name server on a real socket: one thread.

use super::Zone;
use hickory_proto::op::Message;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A name server that listens for UDP. Dropping it ends its thread.
#[derive(Debug)]
pub struct DnsServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    stops: AtomicBool,
    asked: Mutex<Vec<String>>,
}

impl DnsServer {
    /// Serves a zone on a free port of the loopback.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn serve(zone: Zone) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = thread::spawn(move || talk(&socket, &zone, &own));
        Ok(Self { address, shared, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked so far: `MX example.org.`
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn talk(socket: &UdpSocket, zone: &Zone, shared: &Shared) {
    let mut buffer = [0; 4096];
    while let Ok((count, peer)) = socket.recv_from(&mut buffer) {
        if shared.stops.load(Ordering::SeqCst) {
            return;
        }
        let Ok(question) = Message::from_vec(&buffer[..count]) else { continue };
        let queries = question.queries.iter();
        let asked = queries.map(|query| format!("{} {}", query.query_type, query.name.to_ascii()));
        shared.asked.lock().unwrap_or_else(PoisonError::into_inner).extend(asked);
        let Some(Ok(answer)) = zone.answer(&question).map(|answer| answer.to_vec()) else { continue };
        // A client that goes away is no concern of the server's.
        let _ = socket.send_to(&answer, peer);
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.shared.stops.store(true, Ordering::SeqCst);
        // Wakes the one who waits for questions.
        let woken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|own| own.send_to(&[0], self.address));
        if let (Ok(_), Some(thread)) = (woken, self.thread.take()) {
            let _ = thread.join();
        }
    }
}
