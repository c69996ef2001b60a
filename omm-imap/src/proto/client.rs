//! The machine of one connection: what was received becomes events, what is submitted becomes bytes that are due.

use super::{
    Command, Greeting, Outcome, Response, Status, StatusKind,
    codec::{self, Line},
    framer::{Frame, Framer},
    sender::Sender,
};
use bytes::Bytes;
use std::fmt;

/// Caps on what a server may make us hold. A larger thing is an error, never more memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// One response without its streamed literals. SEARCH in its old form is one: 8 bytes a message.
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
#[derive(PartialEq, Eq)]
pub(crate) enum Due {
    Bytes(Bytes),
    /// The driver is to read the next bytes of this body and [`Client::give`] them; `at` is the offset. A body that was
    /// announced is due to its end even if the command has been answered meanwhile: the server counts the bytes.
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

// What is written may be a password.
impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Body { tag, index, at, remaining } => {
                write!(f, "Body(a{tag}, {index}, at {at}, {remaining} remaining)")
            }
            Self::Waiting => f.write_str("Waiting"),
            Self::Nothing => f.write_str("Nothing"),
        }
    }
}

/// The stream cannot be understood any more.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) String);

/// One connection's machine.
#[derive(Debug)]
pub(crate) struct Client {
    framer: Framer,
    sender: Sender,
    greeted: bool,
    /// Why nothing can be read any more.
    broken: Option<String>,
}

impl Client {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { framer: Framer::new(limits), sender: Sender::default(), greeted: false, broken: None }
    }

    /// Takes bytes from the server.
    #[cfg(test)]
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.receive_bytes(Bytes::copy_from_slice(bytes));
    }

    /// Takes bytes from the server without copying them; bodies are handed out as pieces of these.
    pub(crate) fn receive_bytes(&mut self, bytes: Bytes) {
        self.framer.receive(bytes);
    }

    /// The next thing that is complete; nothing until more bytes come.
    pub(crate) fn event(&mut self) -> Result<Option<Event>, Broken> {
        if let Some(why) = &self.broken {
            return Err(Broken(why.clone()));
        }
        self.read_event().map_err(|why| {
            self.broken = Some(why.clone());
            Broken(why)
        })
    }

    /// Puts a command into the line and says its tag. Commands are sent in order, one behind the other, without
    /// waiting for answers (RFC 9051 §5.5); the caller sees to it that their order cannot matter.
    pub(crate) fn submit(&mut self, command: Command) -> u32 {
        self.sender.submit(command)
    }

    /// What is to be written now. Bytes are handed out once.
    pub(crate) fn due(&mut self) -> Due {
        self.sender.due()
    }

    /// Bytes of the body that is due; they become due as bytes. What is more than was announced is cut off.
    pub(crate) fn give(&mut self, bytes: Bytes) {
        self.sender.give(bytes);
    }

    /// A line in answer to [`Event::Continuation`]; CRLF is added. Never shown in a trace.
    pub(crate) fn answer(&mut self, line: &[u8]) {
        self.sender.answer(line);
    }

    /// Whether what is in the line and not begun stays there.
    pub(crate) fn hold_back(&mut self, holds: bool) {
        self.sender.hold_back(holds);
    }

    /// Whether nothing is in the line but what is held back.
    pub(crate) fn waits_in_vain(&self) -> bool {
        self.sender.waits_in_vain()
    }

    /// How many commands have no answer yet.
    pub(crate) fn open_commands(&self) -> usize {
        self.sender.open_commands()
    }

    /// Whether a body was announced whose bytes were not all given. IMAP has no way to take an announcement back, so if
    /// they cannot be given any more, nothing is left but to close the connection.
    pub(crate) fn is_mid_body(&self) -> bool {
        self.sender.is_mid_body()
    }

    /// Whether a command that was submitted was not handed out, or not so far that the server could act on it.
    pub(crate) fn is_unsent(&self, tag: u32) -> bool {
        self.sender.is_unsent(tag)
    }

    /// What was received behind the last event: after the OK to STARTTLS there must be nothing, after the OK to
    /// COMPRESS it is compressed.
    pub(crate) fn take_rest(&mut self) -> Vec<Bytes> {
        self.framer.take_rest()
    }

    fn read_event(&mut self) -> Result<Option<Event>, String> {
        while let Some(frame) = self.framer.next()? {
            return Ok(Some(match frame {
                Frame::BodyBegins(len) if self.greeted => Event::BodyBegins { len },
                Frame::BodyData(bytes) => Event::BodyData(bytes),
                Frame::BodyBegins(_) => return Err("no greeting".to_owned()),
                Frame::Complete if !self.greeted => self.greet()?,
                Frame::Complete => match self.understand() {
                    Some(event) => event,
                    None => continue,
                },
            }));
        }
        Ok(None)
    }

    fn greet(&mut self) -> Result<Event, String> {
        let skeleton = self.framer.skeleton();
        match codec::read(skeleton) {
            Line::Untagged(Response::Status(status))
                if matches!(status.kind, StatusKind::Ok | StatusKind::PreAuth | StatusKind::Bye) =>
            {
                self.greeted = true;
                Ok(Event::Greeting(Greeting { status }))
            }
            _ => {
                let begin: Vec<u8> = skeleton.bytes.iter().copied().take(80).collect();
                Err(format!("this is no IMAP greeting: {}", String::from_utf8_lossy(&begin).trim_end()))
            }
        }
    }

    fn understand(&mut self) -> Option<Event> {
        let skeleton = self.framer.skeleton();
        Some(match codec::read(skeleton) {
            Line::Untagged(response) => Event::Response(response),
            Line::Continuation(text) => {
                if self.sender.go_on() {
                    return None;
                }
                Event::Continuation(text)
            }
            Line::Tagged { tag, status } => match self.sender.answered(tag) {
                Some(tag) => Event::Done(Outcome { tag, status: as_answer(status) }),
                None => Event::Response(codec::unreadable(skeleton)),
            },
        })
    }
}

/// An answer is OK, NO or BAD (RFC 9051 §7.1); whatever else stands there did not succeed.
fn as_answer(status: Status) -> Status {
    let kind = match status.kind {
        StatusKind::PreAuth | StatusKind::Bye => StatusKind::Bad,
        kind => kind,
    };
    Status { kind, ..status }
}

#[cfg(test)]
mod tests;
