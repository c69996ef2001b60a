//! One connection, as a machine without I/O.

mod input;
mod machine;
mod run;
mod selected;
mod speak;

pub(crate) use selected::Selected;

use super::{
    Act, Extension, TranscriptLine,
    capability::{self, Situation},
    store::{Account, Folder},
    world::{SharedWorld, World, lock},
};
use crate::mock::{Flight, Layer};
use input::Input;
use std::sync::Arc;

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    No(String),
    Bad(String),
    /// The connection ends as well.
    Bye(String),
}

/// What a command that was done comes to: the text of its OK, or nothing yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Ok(String),
    Later,
}

pub(crate) type Outcome = Result<Done, Refusal>;

pub(crate) fn ok(text: &str) -> Outcome {
    Ok(Done::Ok(text.to_owned()))
}

pub(crate) fn no(text: &str) -> Refusal {
    Refusal::No(text.to_owned())
}

/// One connection of a client: bytes in, bytes out, no socket and no clock.
///
/// Got from [`super::MockImap::session`]. The greeting is there to be taken from the beginning.
pub struct Session {
    pub(super) world: SharedWorld,
    pub(crate) id: u64,
    input: Input,
    /// Answers to the command that is being done and those before it.
    pub(crate) out: Vec<u8>,
    pub(crate) user: Option<String>,
    pub(crate) selected: Option<Selected>,
    pub(crate) enabled: Enabled,
    pub(crate) waiting: Waiting,
    /// What the last SEARCH saved.
    pub(crate) saved: Vec<u32>,
    pub(crate) has_said_id: bool,
    /// TLS is below, or is about to be.
    pub(crate) is_secure: bool,
    pub(crate) layer: Option<Layer>,
    pub(crate) is_compressed: bool,
    /// What the command being read will be answered, whatever it says.
    doomed: Option<Refusal>,
    errors: u32,
    is_closed: bool,
    is_stalled: bool,
    flight: Flight,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enabled {
    pub(crate) condstore: bool,
    pub(crate) qresync: bool,
    pub(crate) utf8: bool,
    pub(crate) rev2: bool,
}

/// Whom the next line is for.
#[derive(Clone, Debug, Default)]
pub(crate) enum Waiting {
    #[default]
    Command,
    /// An answer to a challenge of AUTHENTICATE.
    Answer { tag: String, exchange: super::commands::Exchange },
    /// DONE.
    Idle { tag: String },
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
            selected: None,
            enabled: Enabled::default(),
            waiting: Waiting::Command,
            saved: Vec::new(),
            has_said_id: false,
            is_secure,
            layer: None,
            is_compressed: false,
            doomed: None,
            errors: 0,
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
        if self.input.is_within() {
            self.count_flight(&mut world);
        }
        self.input.push(bytes);
        self.run(&mut world);
        let wakers = world.ground.take_wakers();
        drop(world);
        // Others may be waiting for what has changed.
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// What there is to say, once.
    pub fn take_output(&mut self) -> Vec<u8> {
        let bytes = self.drain();
        if !bytes.is_empty() {
            self.flight.was_heard();
        }
        bytes
    }

    /// What there is to say, on its way but not heard yet.
    pub(crate) fn drain(&mut self) -> Vec<u8> {
        if matches!(self.waiting, Waiting::Idle { .. }) && !self.is_closed {
            let world = Arc::clone(&self.world);
            let mut world = lock(&world);
            let start = self.out.len();
            self.updates(&world, true);
            self.claim_recent(&mut world);
            self.note(&mut world, start);
        }
        std::mem::take(&mut self.out)
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

    pub(crate) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(crate) fn stall(&mut self) {
        self.is_stalled = true;
    }

    pub(crate) fn is_rev2(&self, world: &World) -> bool {
        self.enabled.rev2 || !world.has(Extension::Imap4Rev1)
    }

    /// APPENDUID and COPYUID are said: IMAP4rev2 has them without asking for UIDPLUS.
    pub(crate) fn tells_uids(&self, world: &World) -> bool {
        world.has(Extension::UidPlus) || self.is_rev2(world)
    }

    pub(crate) fn capabilities(&self, world: &World) -> String {
        let situation = Situation {
            logged_in: self.user.is_some(),
            can_start_tls: world.settings.tls.is_some() && !self.is_secure && self.user.is_none(),
            compressed: self.is_compressed,
            append_limit: world.settings.append_limit,
        };
        capability::words(&world.settings.on, &situation)
    }

    pub(crate) fn account<'w>(&self, world: &'w World) -> Result<&'w Account, Refusal> {
        self.user.as_ref().and_then(|user| world.accounts.get(user)).ok_or_else(|| no("no such account"))
    }

    pub(crate) fn account_mut<'w>(&self, world: &'w mut World) -> Result<&'w mut Account, Refusal> {
        self.user.as_ref().and_then(|user| world.accounts.get_mut(user)).ok_or_else(|| no("no such account"))
    }

    pub(crate) fn selected(&self) -> Result<&Selected, Refusal> {
        self.selected.as_ref().ok_or_else(|| Refusal::Bad("no mailbox is selected".to_owned()))
    }

    pub(crate) fn folder<'w>(&self, world: &'w World) -> Result<&'w Folder, Refusal> {
        let id = self.selected()?.folder;
        self.account(world)?.by_id(id).ok_or_else(|| no("the mailbox is gone"))
    }

    pub(crate) fn folder_mut<'w>(&self, world: &'w mut World) -> Result<&'w mut Folder, Refusal> {
        let id = self.selected()?.folder;
        self.account_mut(world)?.by_id_mut(id).ok_or_else(|| no("the mailbox is gone"))
    }

    fn greet(&mut self, world: &mut World) {
        let start = self.out.len();
        let full = world.settings.most_connections.is_some_and(|most| world.ground.open.len() >= most);
        world.ground.open.insert(self.id);
        match world.ground.faults.at_greeting(self.id) {
            Some(Act::Bye(text)) => self.bye(&text),
            Some(Act::Close) => self.close(),
            Some(Act::Stall) => self.stall(),
            Some(Act::Say(bytes)) => self.out.extend(bytes),
            _ if full => self.bye("[UNAVAILABLE] Too many connections"),
            _ => {
                let text =
                    format!("* OK [CAPABILITY {}] {}", self.capabilities(world), world.settings.greeting);
                self.line(world, &text);
            }
        }
        self.note(world, start);
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
        lock(&self.world).ground.open.remove(&self.id);
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}
