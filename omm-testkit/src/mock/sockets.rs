//! The server on real sockets: a thread for each connection.

use super::Carrier;
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a thread waits for bytes before it looks whether there is news for an idle client.
const GLANCE: Duration = Duration::from_millis(20);

/// A server that listens. Dropping it closes its connections and ends its threads.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    stops: AtomicBool,
    open: Mutex<Vec<(TcpStream, JoinHandle<()>)>>,
}

impl Served {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of [`Served::address`].
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

/// Serves on a free port of the loopback; `open` makes the server's end of each connection.
pub(crate) fn serve(open: impl Fn() -> io::Result<Box<dyn Carrier>> + Send + 'static) -> io::Result<Served> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let shared = Arc::new(Shared::default());
    let own = Arc::clone(&shared);
    let acceptor = thread::spawn(move || accept(&listener, open, &own));
    Ok(Served { address, shared, acceptor: Some(acceptor) })
}

fn accept(listener: &TcpListener, open: impl Fn() -> io::Result<Box<dyn Carrier>>, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stops.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let (Ok(other), Ok(wire)) = (stream.try_clone(), open()) else { continue };
        let own = Arc::clone(shared);
        let thread = thread::spawn(move || {
            // A client that goes away is no concern of the server's.
            let _ = talk(stream, wire, &own);
        });
        shared.open.lock().unwrap_or_else(PoisonError::into_inner).push((other, thread));
    }
}

fn talk(mut stream: TcpStream, mut wire: Box<dyn Carrier>, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(GLANCE))?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        answer(&mut stream, &mut *wire)?;
        if wire.is_closed() || shared.stops.load(Ordering::SeqCst) {
            return hang_up(&mut stream);
        }
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => wire.receive(&buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn answer(stream: &mut TcpStream, wire: &mut dyn Carrier) -> io::Result<()> {
    loop {
        let most = wire.drip().map_or(usize::MAX, |(bytes, _)| bytes);
        let bytes = wire.take_output(most);
        if bytes.is_empty() {
            return Ok(());
        }
        stream.write_all(&bytes)?;
    }
}

/// Says the end and reads what is still on its way: closing with unread bytes would take the last answer back.
fn hang_up(stream: &mut TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    let mut rest = [0; 4096];
    // At most a moment: a client that goes on talking is cut off.
    for _ in 0..10 {
        match stream.read(&mut rest) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Ok(())
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shared.stops.store(true, Ordering::SeqCst);
        // Wakes the one who waits for connections.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        let open = std::mem::take(&mut *self.shared.open.lock().unwrap_or_else(PoisonError::into_inner));
        for (stream, thread) in open {
            let _ = stream.shutdown(Shutdown::Both);
            let _ = thread.join();
        }
    }
}
