//! One connection to a server: the only room that does I/O.
//!
//! Commands are put into the line one behind the other and their answers read in turn, so that a flight of several
//! costs one round trip. Bytes are read while bytes are written.

mod note;

use crate::{
    capability::Capabilities,
    error::Trouble,
    proto::{Client, Command, Due, Event, Limits, Response, Status, StatusKind, command::Dialect},
    selected::Selected,
    upload::Upload,
};
use bytes::Bytes;
use omm_core::{
    error::Error,
    host::{Env, Runtime, Stop},
};
use omm_net::{Endpoint, Turn, Wire};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

/// A server that moves no byte for so long is gone. Some take minutes to open a large folder.
const PATIENCE: Duration = Duration::from_secs(240);
/// Bytes waiting to be written, above which nothing more is put into the line, and below which more is.
const HIGH_WATER: usize = 256 * 1024;
const LOW_WATER: usize = 64 * 1024;
/// So many refusals are left to a server that ends the connection after ten of them (Exchange).
const MOST_REFUSALS: u32 = 8;
/// Untagged responses kept for one command. About 200 bytes each, so that a server cannot make us hold more than some
/// 40 MB. An account has fewer folders than this, a window of FETCH has fewer messages, and whoever reads a whole folder
/// streams with [`Session::next`].
const MOST_RESPONSES: usize = 200_000;

/// SEARCH in its old form is one response for a whole folder, at about 8 bytes a message: two million messages fit.
const LIMITS: Limits = Limits { response_bytes: 16 << 20, kept_literal_bytes: 4096 };

/// What a command brought.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    /// Untagged responses since the answer before, in order. A server may say what belongs to a command already before
    /// the answer to one that was pipelined in front of it: whoever sends a flight reads the responses of all of it.
    pub(crate) responses: Vec<Response>,
}

impl Answer {
    /// The responses of a command that succeeded.
    pub(crate) fn ok(self) -> Result<Vec<Response>, Trouble> {
        if self.status.kind == StatusKind::Ok {
            Ok(self.responses)
        } else {
            Err(Trouble::Refused(self.status))
        }
    }
}

/// One connection.
pub(crate) struct Session {
    wire: Wire,
    client: Client,
    runtime: Arc<dyn Runtime>,
    /// Once it is asked for, nothing new is begun.
    hush: Stop,
    pub(crate) capabilities: Capabilities,
    /// What ENABLE switched on (RFC 5161).
    pub(crate) enabled: HashSet<String>,
    /// The folder that is open.
    pub(crate) selected: Option<Selected>,
    /// The folder that is being opened, and by which command.
    selecting: Option<(u32, Selected)>,
    uploads: HashMap<u32, Upload>,
    /// Commands whose answers nobody waits for.
    aside: HashSet<u32>,
    answers: HashMap<u32, Answer>,
    collected: Vec<Response>,
    /// What the server said of itself in answer to ID.
    identity: Vec<(String, Option<String>)>,
    bye: Option<Status>,
    broken: bool,
    /// What it was let in with counts no more: what is open is heard out, and nothing new is begun.
    has_run_out: bool,
    /// Answers with NO or BAD.
    refusals: u32,
}

impl Session {
    /// A session over a fresh connection; the greeting is still to come.
    pub(crate) fn new(wire: Wire, runtime: Arc<dyn Runtime>) -> Self {
        Self {
            wire,
            client: Client::new(LIMITS),
            runtime,
            hush: Stop::new(),
            capabilities: Capabilities::default(),
            enabled: HashSet::new(),
            selected: None,
            selecting: None,
            uploads: HashMap::new(),
            aside: HashSet::new(),
            answers: HashMap::new(),
            collected: Vec::new(),
            identity: Vec::new(),
            bye: None,
            broken: false,
            has_run_out: false,
            refusals: 0,
        }
    }

    /// Begins nothing new once somebody asks for that.
    pub(crate) fn until(self, hush: Stop) -> Self {
        Self { hush, ..self }
    }

    /// TLS from here on; everything that was learned before is forgotten (RFC 9051 §6.2.1). There is no second greeting,
    /// and the tags go on.
    pub(crate) async fn start_tls(mut self, env: &Env, endpoint: &Endpoint) -> Result<Self, Trouble> {
        if !self.client.take_rest().is_empty() {
            // Somebody put commands or answers before TLS in the hope that they count behind it.
            return Err(Trouble::Broken("bytes in clear came after the answer to STARTTLS".to_owned()));
        }
        let wire = self.wire.start_tls(env, endpoint).await?;
        Ok(Self { client: self.client, ..Self::new(wire, self.runtime).until(self.hush) })
    }

    /// Compresses from here on (RFC 4978).
    pub(crate) fn deflate(mut self) -> Self {
        self.wire.unread(self.client.take_rest().concat().into());
        Self { wire: self.wire.start_deflate(), ..self }
    }

    /// What commands may be spelt with.
    pub(crate) fn dialect(&self) -> Dialect {
        let utf8 = self.enabled.contains("UTF8=ACCEPT") || self.enabled.contains("IMAP4REV2");
        self.capabilities.dialect(utf8)
    }

    /// Whether the connection is protected.
    pub(crate) fn is_tls(&self) -> bool {
        self.wire.is_tls()
    }

    /// What the server said of itself since the last time that somebody asked (RFC 2971).
    pub(crate) fn take_identity(&mut self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut self.identity)
    }

    /// Somebody was let in: what was refused before was about that.
    pub(crate) fn let_in(&mut self) {
        self.has_run_out = false;
    }

    /// Whether it can be used again: nothing is open on it and it is not broken.
    pub(crate) fn is_idle(&self) -> bool {
        let waited_for = self.client.open_commands() > self.aside.len();
        !self.is_over() && !waited_for && self.uploads.is_empty()
    }

    /// Whether nothing new can be begun on it.
    pub(crate) fn is_over(&self) -> bool {
        self.is_closed() || self.has_run_out
    }

    /// Whether the server has ended it, or it broke.
    pub(crate) fn is_closed(&self) -> bool {
        self.broken || self.bye.is_some()
    }

    /// How many more refusals this connection bears on a server that ends it after ten.
    pub(crate) fn refusals_left(&self) -> u32 {
        MOST_REFUSALS.saturating_sub(self.refusals)
    }

    /// Whether such a server is about to end it.
    pub(crate) fn is_worn_out(&self) -> bool {
        self.refusals_left() == 0
    }

    /// Whether nothing of a command reached the server that it could act on. For a connection that broke.
    pub(crate) fn is_unsent(&self, tag: u32) -> bool {
        self.client.is_unsent(tag)
    }

    /// Puts a command into the line.
    pub(crate) fn submit(&mut self, command: Command) -> u32 {
        self.client.submit(command)
    }

    /// Puts a command into the line whose answer nobody waits for; what it says is noted all the same.
    pub(crate) fn submit_aside(&mut self, command: Command) {
        let tag = self.client.submit(command);
        self.aside.insert(tag);
    }

    /// Puts a command with bodies into the line.
    pub(crate) fn submit_upload(&mut self, command: Command, upload: Upload) -> u32 {
        let tag = self.client.submit(command);
        self.uploads.insert(tag, upload);
        tag
    }

    /// Puts SELECT or EXAMINE into the line; when it has succeeded, [`Self::selected`] says what is open. Not more than
    /// one in a flight.
    pub(crate) fn submit_select(&mut self, command: Command, folder: &[u8], examine: bool) -> u32 {
        let tag = self.client.submit(command);
        self.selecting = Some((tag, Selected::new(folder, examine)));
        tag
    }

    /// Lets a command that is in the line be answered without anybody waiting.
    pub(crate) fn set_aside(&mut self, tag: u32) {
        self.aside.insert(tag);
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn run(&mut self, command: Command) -> Result<Vec<Response>, Trouble> {
        let tag = self.submit(command);
        self.finish(tag).await?.ok()
    }

    /// Waits for the answer to a command that was put into the line.
    pub(crate) async fn finish(&mut self, tag: u32) -> Result<Answer, Trouble> {
        loop {
            if let Some(answer) = self.answers.remove(&tag) {
                return Ok(answer);
            }
            match self.next().await? {
                Event::Response(response) => self.collect(response)?,
                // A body that nobody asked for.
                Event::BodyBegins { .. } | Event::BodyData(_) => {}
                Event::Continuation(_) | Event::Greeting(_) => {
                    self.broken = true;
                    return Err(Trouble::Broken("a continuation that nothing waits for".to_owned()));
                }
                Event::Done(outcome) => {
                    let responses = std::mem::take(&mut self.collected);
                    self.answers.insert(outcome.tag, Answer { status: outcome.status, responses });
                }
            }
        }
    }

    /// Waits for the answers to a flight, in order.
    pub(crate) async fn finish_all(&mut self, tags: &[u32]) -> Result<Vec<Answer>, Trouble> {
        let mut answers = Vec::with_capacity(tags.len());
        for tag in tags {
            answers.push(self.finish(*tag).await?);
        }
        Ok(answers)
    }

    /// A line in answer to a continuation (AUTHENTICATE).
    pub(crate) fn answer(&mut self, line: &[u8]) {
        self.client.answer(line);
    }

    /// The next thing that the server says, while everything that is due is written. Answers of commands set aside
    /// do not come up. For those who stream; others use [`Self::finish`].
    ///
    /// # Cancel safety
    /// Nothing is lost when it is dropped, in either direction.
    pub(crate) async fn next(&mut self) -> Result<Event, Trouble> {
        if self.broken {
            // Whoever waits for more of a flight that broke is not kept waiting once more.
            return Err(Trouble::Closed(self.bye.take()));
        }
        let result = self.next_or_broken().await;
        self.broken |= result.is_err();
        result
    }

    async fn next_or_broken(&mut self) -> Result<Event, Trouble> {
        loop {
            if let Some(event) = self.heard()? {
                return Ok(event);
            }
            self.fill().await?;
            self.turn().await?;
        }
    }

    /// The next thing that the server has said already.
    fn heard(&mut self) -> Result<Option<Event>, Trouble> {
        while let Some(event) = self.client.event()? {
            self.note(&event);
            match event {
                // What came before it may be the answer to a command behind it. Seen: Dovecot ends a NOOP together with
                // the FETCH that was pipelined behind it.
                Event::Done(outcome) if self.aside.remove(&outcome.tag) => {}
                event => return Ok(Some(event)),
            }
        }
        Ok(None)
    }

    /// Whether it is still there, after it lay idle: what came meanwhile is noted, and nothing is waited for.
    pub(crate) async fn is_alive(&mut self) -> bool {
        let is_well = self.catch_up().await.is_ok() && self.is_idle();
        self.broken |= !is_well;
        is_well
    }

    async fn catch_up(&mut self) -> Result<(), Trouble> {
        loop {
            match self.heard()? {
                Some(Event::Response(response)) => self.collect(response)?,
                Some(_) => return Err(Trouble::Broken("an answer to nothing".to_owned())),
                None => match self.wire.turn_at_once(LOW_WATER).await? {
                    Some(turn) => self.take(turn)?,
                    None => return Ok(()),
                },
            }
        }
    }

    /// Puts what is due into the line of bytes, as far as there is room.
    async fn fill(&mut self) -> Result<(), Trouble> {
        self.client.hold_back(self.hush.requested());
        if self.client.waits_in_vain() {
            return Err(Error::stopped().into());
        }
        while self.wire.queued() < HIGH_WATER {
            match self.client.due() {
                Due::Bytes(bytes) => self.wire.queue(bytes),
                Due::Body { tag, index, .. } => {
                    let bytes = self.body_chunk(tag, index).await?;
                    self.client.give(bytes);
                }
                Due::Waiting => break,
                Due::Nothing => {
                    self.uploads.clear();
                    break;
                }
            }
        }
        Ok(())
    }

    async fn body_chunk(&mut self, tag: u32, index: usize) -> Result<Bytes, Trouble> {
        let missing = || Trouble::Broken("a literal without a body".to_owned());
        let upload = self.uploads.get_mut(&tag).ok_or_else(missing)?;
        upload.chunk(index).await?.ok_or_else(missing)
    }

    async fn turn(&mut self) -> Result<(), Trouble> {
        let turn = self.wire.turn_within(&*self.runtime, PATIENCE, LOW_WATER).await?;
        self.take(turn)
    }

    fn take(&mut self, turn: Turn) -> Result<(), Trouble> {
        match turn {
            Turn::Arrived(bytes) => self.client.receive_bytes(bytes),
            Turn::Drained => {}
            Turn::Closed => return Err(Trouble::Closed(self.bye.take())),
        }
        Ok(())
    }

    fn collect(&mut self, response: Response) -> Result<(), Trouble> {
        if self.collected.len() >= MOST_RESPONSES {
            self.broken = true;
            return Err(Trouble::Broken(format!("more than {MOST_RESPONSES} responses to one command")));
        }
        self.collected.push(response);
        Ok(())
    }

    /// Says goodbye, without waiting for more than the answer.
    pub(crate) async fn logout(mut self) {
        if self.is_idle() {
            // To take leave asks for nothing, and nothing is behind it.
            self.hush = Stop::new();
            let _ = self.run(crate::proto::command::logout()).await;
        }
        self.wire.shutdown().await;
    }
}

#[cfg(test)]
mod tests;
