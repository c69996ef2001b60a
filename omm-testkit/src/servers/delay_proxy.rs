//! A proxy that makes loopback as far away as the world, and cuts lines.
//!
//! What is read is stamped with the moment at which it is due and handed to a second thread, so any number of pieces
//! are on their way at once: distance is added, bandwidth is not taken.

use super::lost_answer::Talk;
use std::{
    collections::{BTreeSet, HashMap},
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// Where to cut connections. Bytes are counted from the beginning of each connection, but for
/// [`DelayProxy::cut_in_all`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// Nowhere.
    #[default]
    Never,
    /// When the client has sent so many bytes: these arrive, the next does not, and both sides see the end.
    AfterSent(u64),
    /// When the client has received so many bytes.
    AfterReceived(u64),
}

/// A proxy on a port of its own. Dropping it cuts every connection through it.
#[derive(Debug)]
pub struct DelayProxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: u16,
    one_way: Duration,
    cut: Mutex<Cuts>,
    /// The command whose answer is lost.
    loses: Mutex<Option<&'static str>>,
    carried: Mutex<Carried>,
    connections: AtomicU64,
    done: AtomicU64,
    is_over: AtomicBool,
    /// Both ends of every connection that is still carried.
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
}

/// Takes a connection out of `open` when both directions have ended.
struct Open {
    number: u64,
    talk: Mutex<Talk>,
    shared: Arc<Shared>,
}

/// What is cut, and how many more connections it concerns.
#[derive(Clone, Copy, Debug, Default)]
struct Cuts {
    cut: Cut,
    left: u64,
}

/// Over all connections.
#[derive(Debug, Default)]
struct Carried {
    sent: Direction,
    received: Direction,
}

#[derive(Debug, Default)]
struct Direction {
    bytes: u64,
    /// Where whichever connection gets there is cut.
    cuts: BTreeSet<u64>,
}

impl DelayProxy {
    /// A proxy to a port of loopback, `round_trip` away.
    ///
    /// # Errors
    /// When the system has no port.
    pub fn start(target: u16, round_trip: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            target,
            one_way: round_trip / 2,
            cut: Mutex::default(),
            loses: Mutex::default(),
            carried: Mutex::default(),
            connections: AtomicU64::new(0),
            done: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Self { port, shared })
    }

    /// Where it listens, on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the next connection there, and no other.
    pub fn cut_next(&self, cut: Cut) {
        *lock(&self.shared.cut) = Cuts { cut, left: 1 };
    }

    /// Cuts whichever connection gets there, once, when so many bytes were carried in this direction over all of them,
    /// since the beginning. There may be any number of such cuts.
    pub fn cut_in_all(&self, cut: Cut) {
        let mut carried = lock(&self.shared.carried);
        match cut {
            Cut::Never => false,
            Cut::AfterSent(bytes) => carried.sent.cuts.insert(bytes),
            Cut::AfterReceived(bytes) => carried.received.cuts.insert(bytes),
        };
    }

    /// Cuts a connection in the clear just before the server's answer to the first command with this name: the command
    /// is done, and nobody is told. Once, on whichever connection gets there.
    pub fn lose_answer(&self, verb: &'static str) {
        *lock(&self.shared.loses) = Some(verb);
    }

    /// Cuts every connection that begins from now on there, until told otherwise.
    pub fn cut_all(&self, cut: Cut) {
        *lock(&self.shared.cut) = Cuts { cut, left: u64::MAX };
    }

    /// Cuts what is open now.
    pub fn cut_now(&self) {
        lock(&self.shared.open).values().flatten().for_each(close);
    }

    /// How many bytes clients have sent so far, and how many they were sent, over all connections.
    pub fn bytes(&self) -> (u64, u64) {
        let carried = lock(&self.shared.carried);
        (carried.sent.bytes, carried.received.bytes)
    }

    /// How many connections were cut where it was asked: those that carried less ended before.
    pub fn cuts(&self) -> u64 {
        self.shared.done.load(Ordering::Relaxed)
    }

    /// How many connections there were.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

impl Drop for DelayProxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        self.cut_now();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming().flatten() {
        if shared.is_over.load(Ordering::Acquire) {
            return;
        }
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let cut = shared.take_cut();
        let shared = Arc::clone(shared);
        thread::spawn(move || connect(client, cut, Open { number, talk: Mutex::default(), shared }));
    }
}

/// A handshake takes one and a half round trips before the first byte of the other side can be on its way.
fn connect(client: TcpStream, cut: Cut, open: Open) {
    thread::sleep(open.shared.one_way * 3);
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, open.shared.target)) else {
        close(&client);
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let [Ok(client_end), Ok(server_end), Ok(client_again), Ok(server_again)] =
        [&client, &server, &client, &server].map(TcpStream::try_clone)
    else {
        return;
    };
    lock(&open.shared.open).insert(open.number, [client_end, server_end]);
    if open.shared.is_over.load(Ordering::Acquire) {
        [client, server].iter().for_each(close);
        return;
    }
    let (after_sent, after_received) = match cut {
        Cut::Never => (u64::MAX, u64::MAX),
        Cut::AfterSent(bytes) => (bytes, u64::MAX),
        Cut::AfterReceived(bytes) => (u64::MAX, bytes),
    };
    let up = Arc::new(open);
    let down = Arc::clone(&up);
    thread::spawn(move || relay(client_again, server_again, after_sent, &up, true));
    relay(server, client, after_received, &down, false);
}

/// Carries one direction, what the client sends or what it receives, until it ends or `most` bytes have arrived.
fn relay(mut from: TcpStream, to: TcpStream, most: u64, open: &Open, is_client: bool) {
    let shared = &open.shared;
    let Ok(from_again) = from.try_clone() else { return };
    let (due, arriving) = channel();
    let deliverer = thread::spawn(move || deliver(&arriving, to, &from_again));
    let mut left = most;
    let mut buffer = vec![0; 1 << 16];
    if left == 0 {
        shared.done.fetch_add(1, Ordering::Relaxed);
        let _ = due.send((Instant::now() + shared.one_way, None));
    }
    while left > 0 {
        let read = match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => read.min(usize::try_from(left).unwrap_or(usize::MAX)),
        };
        let (carried, is_cut) = open.count(read, is_client);
        left -= carried as u64;
        let is_lost = open.loses(&buffer[..carried], is_client);
        let arrives = Instant::now() + shared.one_way;
        if !is_lost && due.send((arrives, Some(buffer[..carried].to_vec()))).is_err() {
            break;
        }
        if is_lost || is_cut || left == 0 {
            shared.done.fetch_add(1, Ordering::Relaxed);
            // `None` is the cut: both sides see the end, in both directions.
            let _ = due.send((arrives, None));
            break;
        }
    }
    drop(due);
    let _ = deliverer.join();
}

fn deliver(arriving: &Receiver<(Instant, Option<Vec<u8>>)>, mut to: TcpStream, from: &TcpStream) {
    for (due, piece) in arriving {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        match piece {
            Some(bytes) if to.write_all(&bytes).is_ok() => {}
            _ => {
                close(&to);
                close(from);
                return;
            }
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

impl Open {
    /// Counts bytes that are to be carried: so many of them go before a cut, and whether there is one.
    fn count(&self, bytes: usize, by_client: bool) -> (usize, bool) {
        let mut carried = lock(&self.shared.carried);
        let direction = if by_client { &mut carried.sent } else { &mut carried.received };
        let (before, after) = (direction.bytes, direction.bytes + bytes as u64);
        let cut = direction.cuts.first().copied().filter(|at| *at <= after);
        direction.bytes = cut.unwrap_or(after).max(before);
        if cut.is_some() {
            direction.cuts.pop_first();
        }
        (usize::try_from(direction.bytes - before).unwrap_or(bytes), cut.is_some())
    }

    /// Whether the answer that is to be lost begins here.
    fn loses(&self, bytes: &[u8], by_client: bool) -> bool {
        let mut loses = lock(&self.shared.loses);
        let Some(verb) = *loses else { return false };
        let mut talk = lock(&self.talk);
        if by_client {
            talk.client(bytes, verb);
            return false;
        }
        let is_here = talk.server(bytes);
        if is_here {
            *loses = None;
        }
        is_here
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        lock(&self.shared.open).remove(&self.number);
    }
}

impl Shared {
    fn take_cut(&self) -> Cut {
        let mut cuts = lock(&self.cut);
        if cuts.left == 0 {
            return Cut::Never;
        }
        cuts.left = cuts.left.saturating_sub(1);
        cuts.cut
    }
}

fn close(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
