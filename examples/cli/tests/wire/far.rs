//! A mock server some way off, and what passes on the way to it.

use futures::{
    io::{AsyncRead, AsyncWrite},
    ready,
};
use omm::core::host::{BoxFuture, Connection, Runtime};
use omm_testkit::{
    imap::MockImap,
    sim::{Listener, SimRuntime},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

/// A server, so far away that its answers take their time.
pub(crate) struct Far {
    pub(crate) server: MockImap,
    /// Which one it is.
    pub(crate) host: usize,
    pub(crate) seen: Seen,
}

/// What was seen of all servers together.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    round_trip: Duration,
    /// Answers to this command take so long.
    late: Option<(String, Duration)>,
    connections: u64,
    /// Connections that are open: to whom, and the tags of what is not answered yet.
    open: BTreeMap<u64, (usize, BTreeSet<String>)>,
    commands: Vec<Command>,
    carried: Vec<(Duration, usize)>,
    most: Most,
}

/// A command as it left.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) at: Duration,
    pub(crate) verb: String,
}

/// The most at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Most {
    /// Connections with a command that is not answered.
    pub(crate) at_work: usize,
    /// The same at one server.
    pub(crate) at_one: usize,
    /// Servers with a connection.
    pub(crate) servers: usize,
}

impl Seen {
    pub(crate) fn at(round_trip: Duration) -> Self {
        Self(Arc::new(Mutex::new(Notes { round_trip, ..Notes::default() })))
    }

    /// From now on answers to this command take so long.
    pub(crate) fn answer_late(&self, late: Option<(&str, Duration)>) {
        self.0.lock().unwrap().late = late.map(|(verb, late)| (verb.to_owned(), late));
    }

    pub(crate) fn commands(&self) -> Vec<Command> {
        self.0.lock().unwrap().commands.clone()
    }

    /// Those that left later.
    pub(crate) fn commands_after(&self, at: Duration) -> Vec<Command> {
        let mut commands = self.commands();
        commands.retain(|command| command.at > at);
        commands
    }

    /// Bytes in both directions, from one moment to another.
    pub(crate) fn carried(&self, from: Duration, to: Duration) -> usize {
        let notes = self.0.lock().unwrap();
        let within = notes.carried.iter().filter(|(at, _)| (from..to).contains(at));
        within.map(|(_, bytes)| bytes).sum()
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.0.lock().unwrap().open.len()
    }

    /// The most at once since this was last asked.
    pub(crate) fn most(&self) -> Most {
        let mut notes = self.0.lock().unwrap();
        let now = notes.now();
        std::mem::replace(&mut notes.most, now)
    }
}

impl Notes {
    fn now(&self) -> Most {
        let (mut at, mut servers) = (BTreeMap::new(), BTreeSet::new());
        for (host, unanswered) in self.open.values() {
            servers.insert(*host);
            *at.entry(*host).or_insert(0) += usize::from(!unanswered.is_empty());
        }
        let at_one = at.values().copied().max().unwrap_or_default();
        Most { at_work: at.values().sum(), at_one, servers: servers.len() }
    }

    fn count(&mut self) {
        let now = self.now();
        self.most.at_work = self.most.at_work.max(now.at_work);
        self.most.at_one = self.most.at_one.max(now.at_one);
        self.most.servers = self.most.servers.max(now.servers);
    }

    /// A line of the client's; says how long its answer takes.
    fn said(&mut self, connection: u64, line: &[u8], at: Duration) -> Duration {
        let text = String::from_utf8_lossy(line);
        let mut words = text.split_whitespace();
        if let (Some(tag), Some(verb)) = (words.next().filter(|word| is_tag(word)), words.next()) {
            if let Some((_, unanswered)) = self.open.get_mut(&connection) {
                unanswered.insert(tag.to_owned());
            }
            self.commands.push(Command { at, verb: verb.to_owned() });
            self.count();
            if let Some((_, late)) = self.late.as_ref().filter(|(late, _)| late == verb) {
                return *late;
            }
        }
        self.round_trip
    }

    /// A line of the server's.
    fn heard(&mut self, connection: u64, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        if let (Some((_, unanswered)), Some(tag)) =
            (self.open.get_mut(&connection), text.split_whitespace().next())
        {
            unanswered.remove(tag);
        }
    }
}

/// The connector's own tags. No line of a message here looks like one.
fn is_tag(word: &str) -> bool {
    word.strip_prefix('a')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Listener for Far {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        let inner: Box<dyn Connection> = Box::new(self.server.connect(runtime)?);
        let mut notes = self.seen.0.lock().unwrap();
        notes.connections += 1;
        let number = notes.connections;
        notes.open.insert(number, (self.host, BTreeSet::new()));
        notes.count();
        let due = runtime.elapsed() + notes.round_trip;
        Ok(Box::new(Line {
            inner,
            number,
            seen: self.seen.clone(),
            clock: runtime.clone(),
            due,
            wait: None,
            saying: Vec::new(),
            hearing: Vec::new(),
        }))
    }
}

/// The client's end of a connection.
struct Line {
    inner: Box<dyn Connection>,
    number: u64,
    seen: Seen,
    clock: SimRuntime,
    /// Nothing is heard before this.
    due: Duration,
    wait: Option<BoxFuture<'static, ()>>,
    /// The beginnings of lines.
    saying: Vec<u8>,
    hearing: Vec<u8>,
}

/// The lines that are whole now.
fn lines(begun: &mut Vec<u8>, bytes: &[u8]) -> Vec<Vec<u8>> {
    begun.extend_from_slice(bytes);
    let Some(end) = begun.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
    let rest = begun.split_off(end + 1);
    let whole = std::mem::replace(begun, rest);
    whole.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        loop {
            if let Some(wait) = &mut this.wait {
                ready!(wait.as_mut().poll(context));
                this.wait = None;
            }
            let left = this.due.saturating_sub(this.clock.elapsed());
            if left.is_zero() {
                break;
            }
            this.wait = Some(this.clock.sleep(left));
        }
        let read = ready!(Pin::new(&mut this.inner).poll_read(context, buffer))?;
        let mut notes = this.seen.0.lock().unwrap();
        notes.carried.push((this.clock.elapsed(), read));
        for line in lines(&mut this.hearing, &buffer[..read]) {
            notes.heard(this.number, &line);
        }
        Poll::Ready(Ok(read))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, bytes))?;
        let now = this.clock.elapsed();
        let mut notes = this.seen.0.lock().unwrap();
        notes.carried.push((now, written));
        let mut takes = notes.round_trip;
        for line in lines(&mut this.saying, &bytes[..written]) {
            takes = takes.max(notes.said(this.number, &line, now));
        }
        this.due = this.due.max(now + takes);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_close(context)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.seen.0.lock().unwrap().open.remove(&self.number);
    }
}
