//! One connection, as a machine without I/O.

mod input;
mod machine;
mod outcome;
mod run;
mod view;

pub(crate) use outcome::{Done, Outcome, Refusal, ok};
pub(crate) use view::Seen;

use super::{
    Act, Extension, Quirk, TranscriptLine,
    capability::{self, Situation},
    commands::Exchange,
    world::{SharedWorld, World, lock},
};
use crate::mock::{Flight, Layer};
use input::Input;
use std::sync::Arc;

/// One connection of a client: bytes in, bytes out, no socket and no clock.
///
/// Got from [`super::MockPop::session`]. The greeting is there to be taken from the beginning.
pub struct Session {
    pub(super) world: SharedWorld,
    pub(crate) id: u64,
    input: Input,
    /// Answers to the command that is being done and those before it.
    pub(crate) out: Vec<u8>,
    /// Whose maildrop is open: RFC 1939 §5, the TRANSACTION state.
    pub(crate) user: Option<String>,
    /// The maildrop as it was at the login.
    pub(crate) view: Vec<Seen>,
    /// What USER said, when it was the command before.
    pub(crate) named: Option<String>,
    waiting: Waiting,
    pub(crate) is_utf8: bool,
    /// TLS is below, or is about to be.
    pub(crate) is_secure: bool,
    pub(crate) layer: Option<Layer>,
    /// Answers to RETR.
    pub(crate) retrievals: u32,
    is_closed: bool,
    is_stalled: bool,
    flight: Flight,
}

/// Whom the next line is for.
#[derive(Clone, Debug, Default)]
enum Waiting {
    #[default]
    Command,
    /// An answer to a challenge of AUTH.
    Answer(Exchange),
}

impl Session {
    pub(super) fn new(world: &SharedWorld, is_secure: bool) -> Self {
        let mut shared = lock(world);
        shared.counters.connections += 1;
        let id = shared.counters.connections;
        let mut session = Self {
            world: Arc::clone(world),
            id,
            input: Input::default(),
            out: Vec::new(),
            user: None,
            view: Vec::new(),
            named: None,
            waiting: Waiting::Command,
            is_utf8: false,
            is_secure,
            layer: None,
            retrievals: 0,
            is_closed: false,
            is_stalled: false,
            flight: Flight::default(),
        };
        session.greet(&mut shared);
        drop(shared);
        session
    }

    /// Bytes from the client, however they are cut.
    pub fn receive(&mut self, bytes: &[u8]) {
        if self.is_closed || self.is_stalled || bytes.is_empty() {
            return;
        }
        let world = Arc::clone(&self.world);
        let mut world = lock(&world);
        self.flight.arrives();
        self.input.push(bytes);
        self.run(&mut world);
        let wakers = world.ground.take_wakers();
        drop(world);
        // The other half of this connection waits for what has been said.
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// What there is to say, once.
    pub fn take_output(&mut self) -> Vec<u8> {
        let bytes = std::mem::take(&mut self.out);
        if !bytes.is_empty() {
            self.flight.was_heard();
        }
        bytes
    }

    /// Nothing more is read; what is left to be taken is the last.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Nothing is ever answered any more, though the connection is open.
    pub fn is_stalled(&self) -> bool {
        self.is_stalled
    }

    /// Which connection of its server this is, from 1.
    pub fn number(&self) -> u64 {
        self.id
    }

    pub(crate) fn capabilities(&self, world: &World) -> Vec<String> {
        let situation = Situation {
            logged_in: self.user.is_some(),
            can_start_tls: world.settings.tls.is_some() && !self.is_secure,
            takes_bare_secrets: self.takes_bare_secrets(world),
            login_delay: &world.settings.login_delay,
            expire: &world.settings.expire,
            implementation: &world.settings.implementation,
        };
        capability::lines(&world.settings.on, &situation)
    }

    pub(crate) fn takes_bare_secrets(&self, world: &World) -> bool {
        self.is_secure || !world.is_so(Quirk::LoginWantsTls)
    }

    /// RFC 1939 §7: what APOP takes the digest of, another one for each connection.
    pub(crate) fn timestamp(&self) -> String {
        format!("<{}.1767225600@mock.invalid>", self.id)
    }

    /// RFC 1939 §4: opens a maildrop, which nobody else may have open.
    pub(crate) fn open(&mut self, world: &mut World, user: &str) -> Result<(), Refusal> {
        let is_shared = world.is_so(Quirk::SharedMaildrop);
        let Some(maildrop) = world.maildrops.get_mut(user) else {
            return Err(Refusal::new("there is no such maildrop"));
        };
        let lingers = maildrop.lingers > 0;
        maildrop.lingers = maildrop.lingers.saturating_sub(1);
        if lingers || (maildrop.holder.is_some() && !is_shared) {
            // RFC 2449 §8.1.2: the name and the password were right.
            return Err(Refusal::coded("IN-USE", "another session has the maildrop open"));
        }
        maildrop.holder = Some(self.id);
        maildrop.sessions += 1;
        self.view = world.maildrops.get(user).map(|maildrop| view::view(world, maildrop)).unwrap_or_default();
        self.user = Some(user.to_owned());
        world.counters.logins += 1;
        Ok(())
    }

    /// Lets others open the maildrop.
    pub(crate) fn release(&mut self, world: &mut World, has_quit: bool) {
        let lingers = world.quirk(|quirk| match quirk {
            Quirk::LockLingers(logins) if !has_quit => Some(*logins),
            _ => None,
        });
        let maildrop = self.user.as_ref().and_then(|user| world.maildrops.get_mut(user));
        if let Some(maildrop) = maildrop.filter(|maildrop| maildrop.holder == Some(self.id)) {
            maildrop.holder = None;
            maildrop.lingers = lingers.unwrap_or(0);
        }
    }

    /// Ends the connection; RFC 1939 §6: without QUIT nothing is removed.
    pub(crate) fn end(&mut self, world: &mut World) {
        self.is_closed = true;
        self.release(world, false);
    }

    /// The last words.
    pub(crate) fn goodbye(&mut self, world: &mut World, text: &str) {
        self.out.extend(format!("-ERR {text}\r\n").as_bytes());
        self.end(world);
    }

    fn greet(&mut self, world: &mut World) {
        let full = world.settings.most_connections.is_some_and(|most| world.ground.open.len() >= most);
        world.ground.open.insert(self.id);
        match world.ground.faults.at_greeting(self.id) {
            Some(Act::Bye(text) | Act::No(text) | Act::Bad(text)) => self.goodbye(world, &text),
            Some(Act::Close) => self.end(world),
            Some(Act::Stall) => self.is_stalled = true,
            Some(Act::Say(bytes)) => self.out.extend(bytes),
            _ if full => {
                let text = Refusal::coded("SYS/TEMP", "too many connections").line(world);
                self.goodbye(world, &text);
            }
            _ => {
                let timestamp = match world.has(Extension::Apop) {
                    true => format!(" {}", self.timestamp()),
                    false => String::new(),
                };
                let text = format!("+OK {}{timestamp}\r\n", world.settings.greeting);
                self.out.extend(text.as_bytes());
                self.with_line_ends_of(world, 0);
            }
        }
        self.note(world, 0);
    }

    fn count_flight(&mut self, world: &mut World) {
        if self.flight.counts() && self.user.is_some() {
            *world.counters.round_trips.entry(self.id).or_default() += 1;
        }
    }

    /// Writes into the transcript what was said since `start`.
    fn note(&self, world: &mut World, start: usize) {
        if self.out.len() > start {
            world.ground.note(TranscriptLine::new(self.id, false, &self.out[start..]));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let world = Arc::clone(&self.world);
        let mut world = lock(&world);
        world.ground.open.remove(&self.id);
        self.release(&mut world, false);
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}
