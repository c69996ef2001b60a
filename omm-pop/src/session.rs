//! One connection to a server: the only room that does I/O.
//!
//! Commands are put into the line one behind the other and their answers read in turn, so that a flight of several costs
//! one round trip where the server allows it (PIPELINING). Bytes are read while bytes are written.

use crate::{
    capability::Capabilities,
    error::Trouble,
    identity::Names,
    maildrop::Maildrop,
    proto::{Client, Command, Event, Limits, Status},
    quirks::Quirks,
};
use omm_core::host::{Env, Runtime};
use omm_net::{Endpoint, Turn, Wire};
use std::{sync::Arc, time::Duration};

/// A server that moves no byte for so long is gone. Some take minutes to open a large mailbox.
const PATIENCE: Duration = Duration::from_secs(240);
/// Bytes waiting to be written, above which nothing more is put into the line, and below which more is.
const HIGH_WATER: usize = 64 * 1024;
const LOW_WATER: usize = 16 * 1024;
/// What is read past of answers that nobody waits for any more, before a new connection is cheaper.
const MOST_READ_PAST: u64 = 4 << 20;

/// RFC 1939 §3 and RFC 2449 §4 allow lines of 512 bytes; two million messages fit.
const LIMITS: Limits = Limits { line_bytes: 8192, lines: 2_000_000 };

/// One connection.
pub(crate) struct Session {
    wire: Wire,
    client: Client,
    runtime: Arc<dyn Runtime>,
    pub(crate) capabilities: Capabilities,
    pub(crate) quirks: Quirks,
    /// What is in the mailbox, once it was asked for: message numbers mean the same for as long as a session lasts
    /// (RFC 1939 §4), and none other.
    pub(crate) maildrop: Option<Arc<Maildrop>>,
    /// What its messages are called, once that is known.
    pub(crate) names: Option<Arc<Names>>,
    /// Whether a message was as long as listed: then sizes can be believed.
    pub(crate) lists_true_sizes: bool,
    /// When it was logged in, in monotonic time.
    pub(crate) since: Duration,
    /// Whether a message was read: see [`Self::end`].
    has_read: bool,
    broken: bool,
}

impl Session {
    /// A session over a fresh connection; the greeting is still to come.
    pub(crate) fn new(wire: Wire, runtime: Arc<dyn Runtime>) -> Self {
        let since = runtime.monotonic();
        let (capabilities, quirks, maildrop, names) = Default::default();
        Self {
            wire,
            client: Client::new(LIMITS),
            runtime,
            capabilities,
            quirks,
            maildrop,
            names,
            lists_true_sizes: false,
            since,
            has_read: false,
            broken: false,
        }
    }

    /// TLS from here on; everything that was learned before is forgotten (RFC 2595 §4).
    pub(crate) async fn start_tls(self, env: &Env, endpoint: &Endpoint) -> Result<Self, Trouble> {
        if self.client.has_rest() {
            // Somebody put answers before TLS in the hope that they count behind it.
            return Err(Trouble::Broken("bytes in clear came after the answer to STLS".to_owned()));
        }
        let wire = self.wire.start_tls(env, endpoint).await?;
        Ok(Self { client: Client::behind_tls(LIMITS), ..Self::new(wire, self.runtime) })
    }

    /// Whether the connection is protected.
    pub(crate) fn is_tls(&self) -> bool {
        self.wire.is_tls()
    }

    /// Whether it can be used again.
    pub(crate) fn is_usable(&self) -> bool {
        !self.broken
    }

    /// What the server can, from now on.
    pub(crate) fn learn(&mut self, capabilities: Capabilities) {
        self.client.pipelining = capabilities.has("PIPELINING");
        self.capabilities = capabilities;
    }

    /// Puts the command for a whole message into the line; one that marks nothing as read, if there is one.
    pub(crate) fn submit_whole(&mut self, number: u32) {
        let is_marked = self.quirks.retr_marks_as_read;
        self.submit(if is_marked { Command::top_all(number) } else { Command::retr(number) });
    }

    /// Puts a command into the line.
    pub(crate) fn submit(&mut self, command: Command) {
        self.has_read |= command.reads();
        self.client.submit(command);
    }

    /// The answer to a challenge.
    pub(crate) fn answer(&mut self, line: &str) {
        self.client.answer(line);
    }

    /// Sends a command that is answered with a line. Nothing else may be open.
    pub(crate) async fn run(&mut self, command: Command) -> Result<Status, Trouble> {
        self.submit(command);
        self.status().await
    }

    /// The first line of the next answer.
    pub(crate) async fn status(&mut self) -> Result<Status, Trouble> {
        match self.next().await? {
            Event::Status(status) if status.ok => Ok(status),
            Event::Status(status) => Err(Trouble::Refused(status)),
            _ => Err(self.confused()),
        }
    }

    /// The next answer, which is a listing: each of its lines is shown to `each`.
    pub(crate) async fn lines(&mut self, mut each: impl FnMut(&[u8])) -> Result<(), Trouble> {
        self.status().await?;
        loop {
            match self.next().await? {
                Event::Line(line) => each(&line),
                Event::End => return Ok(()),
                _ => return Err(self.confused()),
            }
        }
    }

    /// The next thing that the server says, while everything that is due is written.
    ///
    /// # Cancel safety
    /// Nothing is lost when it is dropped, in either direction.
    pub(crate) async fn next(&mut self) -> Result<Event, Trouble> {
        if self.broken {
            return Err(Trouble::Closed);
        }
        let result = self.next_or_broken().await;
        self.broken |= result.is_err();
        result
    }

    /// Whether it is still there and ready for a command, after it lay idle or was left in the middle of answers: those
    /// are read past, up to a point.
    pub(crate) async fn is_alive(&mut self) -> bool {
        let is_well = !self.broken && self.settle().await.is_ok();
        self.broken |= !is_well;
        is_well
    }

    /// Ends the session: politely if nothing was read in it, else by hanging up.
    ///
    /// Only QUIT makes a server do what it puts off until the end, and nobody asked for that (RFC 1939 §6: a session that
    /// ends otherwise removes nothing): who announces EXPIRE 0 may then remove what was read (RFC 2449 §6.7).
    pub(crate) async fn end(mut self) {
        if !self.has_read && !self.broken && self.client.unanswered() == 0 {
            let _ = self.run(Command::quit()).await;
        }
        self.wire.shutdown().await;
    }

    /// What comes is no answer to what was asked: nothing that follows can be believed.
    pub(crate) fn confused(&mut self) -> Trouble {
        self.broken("an answer of another kind than was asked for")
    }

    /// The connection is good for nothing any more: the server says this.
    pub(crate) fn broken(&mut self, what: &str) -> Trouble {
        self.broken = true;
        Trouble::Broken(what.to_owned())
    }

    async fn next_or_broken(&mut self) -> Result<Event, Trouble> {
        loop {
            if let Some(event) = self.client.event()? {
                return Ok(event);
            }
            self.fill();
            let turn = self.wire.turn_within(&*self.runtime, PATIENCE, LOW_WATER).await?;
            self.take(turn)?;
        }
    }

    async fn settle(&mut self) -> Result<(), Trouble> {
        let mut past = 0;
        self.client.withdraw();
        while self.client.unanswered() > 0 {
            match self.next().await? {
                Event::Data(bytes) | Event::Line(bytes) => past += bytes.len() as u64,
                Event::Challenge(_) | Event::Greeting(_) => return Err(self.confused()),
                Event::Status(_) | Event::End => {}
            }
            if past > MOST_READ_PAST {
                return Err(Trouble::Closed);
            }
        }
        loop {
            // Anything said now is a farewell: nothing was asked.
            if let Some(event) = self.client.event()? {
                return Err(Trouble::Broken(format!("{event:?} for nothing")));
            }
            match self.wire.turn_at_once(LOW_WATER).await? {
                Some(turn) => self.take(turn)?,
                None => return Ok(()),
            }
        }
    }

    /// Puts what is due into the line of bytes, as far as there is room.
    fn fill(&mut self) {
        while self.wire.queued() < HIGH_WATER
            && let Some(bytes) = self.client.due()
        {
            self.wire.queue(bytes);
        }
    }

    fn take(&mut self, turn: Turn) -> Result<(), Trouble> {
        match turn {
            Turn::Arrived(bytes) => self.client.receive(bytes),
            Turn::Drained => {}
            Turn::Closed => return Err(Trouble::Closed),
        }
        Ok(())
    }
}
