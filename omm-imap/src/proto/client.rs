//! The machine of one connection: what was received becomes events, what is submitted becomes bytes that are due.

use super::{Command, Greeting, Outcome, Response};
use bytes::Bytes;

/// Caps on what a server may make us hold. A larger thing is an error, never more memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// One response without its streamed literals.
    pub(crate) response_bytes: usize,
    /// Literals up to this size are kept in the response; larger ones are streamed if a FETCH body, else refused when
    /// the response grows too large.
    pub(crate) kept_literal_bytes: usize,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Event {
    Greeting(Greeting),
    Response(Response),
    /// A body literal begins; its bytes follow as [`Event::BodyData`], and then the FETCH response that held it, with
    /// `streamed` set.
    BodyBegins {
        len: u64,
    },
    BodyData(Bytes),
    /// `+ …` that no literal was waiting for: AUTHENTICATE's challenge, already without `+` and line end.
    Continuation(Vec<u8>),
    Done(Outcome),
}

/// What is to be written next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Bytes(Bytes),
    /// The driver is to read the next bytes of this body and [`Client::give`] them; `at` is the offset.
    Body {
        tag: u32,
        index: usize,
        at: u64,
        remaining: u64,
    },
    /// A literal waits for the server's `+`.
    Waiting,
    Nothing,
}

/// The stream cannot be understood any more.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) String);

/// One connection's machine.
#[derive(Debug)]
pub(crate) struct Client {}

impl Client {
    pub(crate) fn new(_limits: Limits) -> Self {
        Self {}
    }

    /// Takes bytes from the server.
    pub(crate) fn receive(&mut self, _bytes: &[u8]) {}

    /// The next thing that is complete; nothing until more bytes come.
    pub(crate) fn event(&mut self) -> Result<Option<Event>, Broken> {
        Ok(None)
    }

    /// Puts a command into the line and says its tag. Commands are sent in order, one behind the other, without
    /// waiting for answers (RFC 9051 §5.5); the caller sees to it that their order cannot matter.
    pub(crate) fn submit(&mut self, _command: Command) -> u32 {
        0
    }

    /// What is to be written now.
    pub(crate) fn due(&mut self) -> Due {
        Due::Nothing
    }

    /// Bytes of the body that is due; they become due as bytes.
    pub(crate) fn give(&mut self, _bytes: Bytes) {}

    /// A line in answer to [`Event::Continuation`]; CRLF is added. Never shown in a trace.
    pub(crate) fn answer(&mut self, _line: Vec<u8>) {}

    /// How many commands have no answer yet.
    pub(crate) fn open_commands(&self) -> usize {
        0
    }
}
