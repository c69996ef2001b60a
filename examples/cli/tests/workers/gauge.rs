//! A relay in front of a server, far enough away that requests overlap, which sees how many are under way at once.

use omm_testkit::imap::Served;
use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// How long an answer is on its way.
const DISTANCE: Duration = Duration::from_millis(5);

/// Stands before a server as long as it lives.
pub(crate) struct Gauge {
    _behind: Served,
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// One connection: it is at work from something that the client says to the answer.
#[derive(Default)]
struct Line {
    is_at_work: AtomicBool,
}

impl Gauge {
    pub(crate) fn before(server: Served) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, behind, seen) =
            (listener.local_addr().unwrap(), server.address(), Arc::new(Seen::default()));
        let own = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // The server may have ended with its test.
                let Ok(server) = TcpStream::connect(behind) else { return };
                relay(client, server, &own).unwrap();
            }
        });
        Self { _behind: server, address, seen }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were at work at once, at most.
    pub(crate) fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

impl Seen {
    fn begins(&self, line: &Line) {
        if !line.is_at_work.swap(true, Ordering::SeqCst) {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
        }
    }

    fn ends(&self, line: &Line) {
        if line.is_at_work.swap(false, Ordering::SeqCst) {
            self.now.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn relay(client: TcpStream, server: TcpStream, seen: &Arc<Seen>) -> io::Result<()> {
    let line = Arc::new(Line::default());
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from, to, gauge, own) =
        (client.try_clone()?, server.try_clone()?, Arc::clone(seen), Arc::clone(&line));
    thread::spawn(move || {
        pass(from, to, |_| gauge.begins(&own));
        gauge.ends(&own);
    });
    let gauge = Arc::clone(seen);
    thread::spawn(move || {
        pass(server, client, |_| {
            thread::sleep(DISTANCE);
            gauge.ends(&line);
        });
    });
    Ok(())
}

/// Until one side ends; then so does the other.
fn pass(mut from: TcpStream, mut to: TcpStream, seen: impl Fn(usize)) {
    let mut buffer = [0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        seen(read);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Ended already, perhaps.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
