//! A relay in front of a server, far enough away that requests overlap, which sees how many are under way at once.

use omm_testkit::imap::Served;
use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Stands before a server as long as it lives.
pub(crate) struct Gauge {
    _behind: Served,
    address: SocketAddr,
    seen: Arc<Seen>,
}

struct Seen {
    /// How long an answer is on its way.
    distance: Duration,
    now: AtomicUsize,
    most: AtomicUsize,
    trap: Mutex<Trap>,
    changed: Condvar,
}

/// Stands in the way of whoever says more than a limit on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trap {
    None,
    Set(usize),
    Sprung,
    /// Its prey goes on, and what it says until it ends is counted.
    Open,
    Ended(usize),
}

/// One connection: it is at work from something that the client says to the answer.
#[derive(Default)]
struct Line {
    is_at_work: AtomicBool,
}

impl Gauge {
    pub(crate) fn before(server: Served, distance: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (trap, changed) = (Mutex::new(Trap::None), Condvar::new());
        let seen = Arc::new(Seen { distance, now, most, trap, changed });
        let (address, behind) = (listener.local_addr().unwrap(), server.address());
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

    /// What was before does not count.
    pub(crate) fn forget(&self) {
        self.seen.most.store(0, Ordering::SeqCst);
    }

    /// The first connection on which more than this is said comes no further.
    pub(crate) fn set_trap(&self, limit: usize) {
        self.seen.turn(Trap::Set(limit));
    }

    pub(crate) fn is_sprung(&self) -> bool {
        *self.seen.trap.lock().unwrap() == Trap::Sprung
    }

    /// Lets it go on.
    pub(crate) fn open_trap(&self) {
        self.seen.turn(Trap::Open);
    }

    /// How much was said on that connection in all, once it has ended.
    pub(crate) fn prey(&self) -> Option<usize> {
        match *self.seen.trap.lock().unwrap() {
            Trap::Ended(said) => Some(said),
            _ => None,
        }
    }
}

impl Seen {
    fn turn(&self, trap: Trap) {
        *self.trap.lock().unwrap() = trap;
        self.changed.notify_all();
    }

    /// Says whether this is the one that was trapped; then not before it may go on.
    fn passes(&self, said: usize) -> bool {
        let mut trap = self.trap.lock().unwrap();
        if !matches!(*trap, Trap::Set(limit) if said > limit) {
            return false;
        }
        *trap = Trap::Sprung;
        drop(self.changed.wait_while(trap, |trap| *trap == Trap::Sprung).unwrap());
        true
    }

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
        let (mut said, mut is_prey) = (0, false);
        pass(from, to, |more| {
            said += more;
            gauge.begins(&own);
            is_prey |= gauge.passes(said);
        });
        gauge.ends(&own);
        if is_prey {
            gauge.turn(Trap::Ended(said));
        }
    });
    let gauge = Arc::clone(seen);
    thread::spawn(move || {
        pass(server, client, |_| {
            thread::sleep(gauge.distance);
            gauge.ends(&line);
        });
    });
    Ok(())
}

/// Until one side ends; then so does the other.
fn pass(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(usize)) {
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
