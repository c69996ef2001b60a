//! What is to be written: commands in their order, with literals that wait for the server, or not.

use super::{Command, Due, LiteralMode, Part};
use bytes::{Bytes, BytesMut};
use std::{collections::VecDeque, fmt};
use zeroize::{Zeroize, Zeroizing};

/// So much text is put together before it is handed out.
const PIECE_BYTES: usize = 16 * 1024;
/// For a tag, line ends, and the announcements of literals.
const ROOM: usize = 256;

/// Commands on their way out.
#[derive(Default)]
pub(super) struct Sender {
    last_tag: u32,
    /// Submitted, not begun.
    queue: VecDeque<(u32, Command)>,
    current: Option<Current>,
    /// Tags without an answer; most are answered in order.
    open: VecDeque<u32>,
    /// Given or answered, and to be handed out before anything else.
    ready: VecDeque<Bytes>,
    /// Nothing of the queue is begun.
    holds_back: bool,
}

/// The command that is being sent.
struct Current {
    tag: u32,
    parts: VecDeque<Part>,
    wait: Wait,
    /// Whether it says a password.
    is_secret: bool,
    /// A literal that was announced.
    owed: Zeroizing<Vec<u8>>,
    body: Option<BodyDue>,
    /// Whether a body was given to its end.
    gave_body: bool,
    /// The server has answered before it was sent as a whole.
    answered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    No,
    /// A synchronising literal was announced.
    ForServer,
}

/// A body that was announced.
#[derive(Clone, Copy, Debug)]
struct BodyDue {
    index: usize,
    at: u64,
    remaining: u64,
}

impl Sender {
    pub(super) fn submit(&mut self, command: Command) -> u32 {
        self.last_tag = self.last_tag.wrapping_add(1);
        self.queue.push_back((self.last_tag, command));
        self.open.push_back(self.last_tag);
        self.last_tag
    }

    pub(super) fn due(&mut self) -> Due {
        if let Some(bytes) = self.ready.pop_front() {
            return Due::Bytes(bytes);
        }
        let (mut out, mut is_secret) = (BytesMut::new(), false);
        while out.len() < PIECE_BYTES {
            let Some(mut current) = self.current.take().or_else(|| self.begin(&mut out)) else { break };
            is_secret |= current.is_secret;
            if current.is_secret {
                // So that it does not grow, also behind a literal that had to be waited for: what a smaller one leaves is not wiped.
                out.reserve(ROOM + current.parts.iter().map(Part::held_bytes).sum::<usize>());
            }
            let more = current.write(&mut out);
            match more {
                More::Ended => continue,
                More::Go => self.current = Some(current),
                More::Stuck(due) => {
                    self.current = Some(current);
                    if out.is_empty() {
                        return due;
                    }
                    break;
                }
            }
        }
        match out.is_empty() {
            false if is_secret => Due::Bytes(wiped(out)),
            false => Due::Bytes(out.freeze()),
            true if self.queue.is_empty() => Due::Nothing,
            true => Due::Waiting,
        }
    }

    pub(super) fn give(&mut self, mut bytes: Bytes) {
        let Some(body) = self.current.as_mut().and_then(|current| current.body.as_mut()) else { return };
        bytes.truncate(usize::try_from(body.remaining).unwrap_or(usize::MAX));
        body.at += bytes.len() as u64;
        body.remaining -= bytes.len() as u64;
        if !bytes.is_empty() {
            self.ready.push_back(bytes);
        }
    }

    pub(super) fn answer(&mut self, line: &[u8]) {
        self.ready.push_back(Bytes::from_owner(Zeroizing::new([line, b"\r\n"].concat())));
    }

    pub(super) fn hold_back(&mut self, holds: bool) {
        self.holds_back = holds;
    }

    /// Whether all that has no answer is held back.
    pub(super) fn waits_in_vain(&self) -> bool {
        let all = self.queue.len();
        let is_sent = self.current.is_none() && self.ready.is_empty();
        self.holds_back && is_sent && all > 0 && all == self.open.len()
    }

    pub(super) fn open_commands(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_mid_body(&self) -> bool {
        let body = self.current.as_ref().and_then(|current| current.body);
        body.is_some_and(|body| body.remaining > 0)
    }

    /// Whether the server cannot have acted on it: it was not begun, or stopped before the end of its first body.
    pub(super) fn is_unsent(&self, tag: u32) -> bool {
        let begun = self.current.as_ref().filter(|current| current.tag == tag);
        let stopped = begun.is_some_and(|current| {
            let in_body = current.body.is_some_and(|body| body.remaining > 0);
            !current.gave_body && (in_body || current.wait == Wait::ForServer)
        });
        stopped || self.queue.iter().any(|(queued, _)| *queued == tag)
    }

    /// The server said `+`; whether a literal waited for it.
    pub(super) fn go_on(&mut self) -> bool {
        match &mut self.current {
            Some(current) if current.wait == Wait::ForServer => {
                current.wait = Wait::No;
                true
            }
            _ => false,
        }
    }

    /// The server ended a command; its number if it is one of ours that is open and was begun.
    pub(super) fn answered(&mut self, tag: &[u8]) -> Option<u32> {
        let number = tag.strip_prefix(b"a").and_then(|digits| std::str::from_utf8(digits).ok())?;
        let number: u32 = number.parse().ok()?;
        let is_queued = self.queue.iter().any(|(queued, _)| *queued == number);
        if is_queued || tag != tag_text(number).as_bytes() {
            return None;
        }
        let at = self.open.iter().position(|open| *open == number)?;
        self.open.remove(at);
        self.cut_short(number);
        Some(number)
    }

    /// An answered command has nothing more to say.
    fn cut_short(&mut self, tag: u32) {
        let Some(current) = self.current.as_mut().filter(|current| current.tag == tag) else { return };
        if current.wait == Wait::ForServer {
            // RFC 9051 §4.3: the literal was refused, and the server is at the beginning of a line.
            self.current = None;
        } else {
            current.answered = true;
        }
    }

    fn begin(&mut self, out: &mut BytesMut) -> Option<Current> {
        if self.holds_back {
            return None;
        }
        let (tag, command) = self.queue.pop_front()?;
        out.extend_from_slice(tag_text(tag).as_bytes());
        out.extend_from_slice(b" ");
        let (parts, is_secret) = (command.parts.into(), command.secret);
        let (owed, body) = Default::default();
        Some(Current { tag, parts, wait: Wait::No, is_secret, owed, body, gave_body: false, answered: false })
    }
}

// What waits here may be a password, and nothing tells it from other bytes.
impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("open", &self.open).finish_non_exhaustive()
    }
}

/// How a command goes on.
enum More {
    Go,
    Ended,
    Stuck(Due),
}

impl Current {
    /// Writes what can be written; at most one part.
    fn write(&mut self, out: &mut BytesMut) -> More {
        if self.wait == Wait::ForServer {
            return More::Stuck(Due::Waiting);
        }
        out.extend_from_slice(&std::mem::take(&mut self.owed));
        if let Some(BodyDue { index, at, remaining }) = self.body {
            if remaining > 0 {
                return More::Stuck(Due::Body { tag: self.tag, index, at, remaining });
            }
            self.body = None;
            self.gave_body = true;
        }
        // What was announced has been sent, and nobody wants the rest: the line ends here.
        let next = if self.answered { None } else { self.parts.pop_front() };
        match next {
            None => {
                out.extend_from_slice(b"\r\n");
                return More::Ended;
            }
            Some(Part::Text(text)) => out.extend_from_slice(&text),
            Some(Part::Literal { bytes, mode }) => {
                self.announce(out, bytes.len() as u64, mode, false);
                self.owed = bytes;
            }
            Some(Part::Body { index, len, mode, literal8 }) => {
                self.announce(out, len, mode, literal8);
                self.body = Some(BodyDue { index, at: 0, remaining: len });
            }
        }
        More::Go
    }

    fn announce(&mut self, out: &mut BytesMut, len: u64, mode: LiteralMode, literal8: bool) {
        let (plus, wait) = match mode {
            LiteralMode::Synchronising => ("", Wait::ForServer),
            LiteralMode::NonSynchronising => ("+", Wait::No),
        };
        let eight = if literal8 { "~" } else { "" };
        out.extend_from_slice(format!("{eight}{{{len}{plus}}}\r\n").as_bytes());
        self.wait = wait;
    }
}

/// The same bytes where they are wiped when they were sent; here they are none any more.
fn wiped(mut out: BytesMut) -> Bytes {
    let bytes = Zeroizing::new(out.to_vec());
    out.as_mut().zeroize();
    Bytes::from_owner(bytes)
}

fn tag_text(tag: u32) -> String {
    format!("a{tag}")
}
