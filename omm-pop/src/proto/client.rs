//! Which answer belongs to which command.

use super::{
    Broken, Command, Status,
    command::{self, Answer},
    framer::{Framer, Piece},
    status::{self, Line},
};
use bytes::Bytes;
use std::collections::VecDeque;

/// How much is taken from a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of one line: a status, or a line of a listing.
    pub(crate) line_bytes: usize,
    /// Lines in one answer.
    pub(crate) lines: usize,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Greeting(Status),
    /// A command's answer, or its first line if [`Event::Line`] or [`Event::Data`] and then [`Event::End`] follow.
    Status(Status),
    /// A line of a listing, as it was before stuffing.
    Line(Bytes),
    /// A piece of a message, as it was before stuffing.
    Data(Bytes),
    /// The end of a listing or a message.
    End,
    /// RFC 5034 §4, in base64; an answer is due.
    Challenge(Vec<u8>),
}

/// The client's side of a connection.
pub(crate) struct Client {
    framer: Framer,
    limits: Limits,
    /// Not sent yet.
    waiting: VecDeque<Command>,
    /// Sent and not answered to the end, in order.
    open: VecDeque<Answer>,
    /// Answers to challenges, not sent yet.
    answers: VecDeque<Bytes>,
    greeted: bool,
    /// In the middle of the first open command's answer: how many lines of it came.
    inside: Option<usize>,
    /// RFC 2449 §6.6: whether commands may be sent before the answers to those in front.
    pub(crate) pipelining: bool,
}

impl Client {
    pub(crate) fn new(limits: Limits) -> Self {
        let (waiting, open, answers) = Default::default();
        let framer = Framer::new(limits.line_bytes);
        Self { framer, limits, waiting, open, answers, greeted: false, inside: None, pipelining: false }
    }

    /// The same connection behind TLS: there is no second greeting (RFC 2595 §4), and nothing that was announced counts.
    pub(crate) fn behind_tls(limits: Limits) -> Self {
        Self { greeted: true, ..Self::new(limits) }
    }

    /// Puts a command into the line.
    pub(crate) fn submit(&mut self, command: Command) {
        self.waiting.push_back(command);
    }

    /// The answer to a challenge.
    pub(crate) fn answer(&mut self, line: &str) {
        self.answers.push_back(command::sent(line.as_bytes()));
    }

    /// Takes what came.
    pub(crate) fn receive(&mut self, bytes: Bytes) {
        self.framer.receive(bytes);
    }

    /// The next bytes to send, if any are due. Without pipelining, one command at a time; and never anything behind
    /// one that a login or TLS hangs on.
    pub(crate) fn due(&mut self) -> Option<Bytes> {
        if let Some(answer) = self.answers.pop_front() {
            return Some(answer);
        }
        let may = self.greeted
            && (self.open.is_empty() || self.pipelining && !self.open.contains(&Answer::Challenges));
        let command = if may { self.waiting.pop_front()? } else { return None };
        self.open.push_back(command.answer);
        Some(command.bytes())
    }

    /// Takes back what was not sent yet.
    pub(crate) fn withdraw(&mut self) {
        self.waiting.clear();
    }

    /// How many commands have no answer, or not to its end.
    pub(crate) fn unanswered(&self) -> usize {
        self.waiting.len() + self.open.len()
    }

    /// Whether bytes came that belong to no command.
    pub(crate) fn has_rest(&self) -> bool {
        self.framer.has_rest()
    }

    /// The next thing that the server said; nothing while more must come.
    ///
    /// # Errors
    /// What came is no POP3, or too much. Nothing that follows can be understood.
    pub(crate) fn event(&mut self) -> Result<Option<Event>, Broken> {
        match (self.inside, self.open.front()) {
            (Some(_), Some(Answer::Message)) => Ok(self.piece()),
            (Some(lines), _) => self.listing_line(lines),
            (None, _) => self.status_line(),
        }
    }

    fn piece(&mut self) -> Option<Event> {
        Some(match self.framer.piece()? {
            Piece::Data(bytes) => Event::Data(bytes),
            Piece::End => self.end(),
        })
    }

    fn listing_line(&mut self, lines: usize) -> Result<Option<Event>, Broken> {
        let Some(mut line) = self.framer.line()? else { return Ok(None) };
        if line.as_ref() == b"." {
            return Ok(Some(self.end()));
        }
        if lines >= self.limits.lines {
            return Err(Broken(format!("more than {} lines in one answer", self.limits.lines)));
        }
        self.inside = Some(lines + 1);
        // RFC 1939 §3: a dot at the beginning was doubled.
        if line.first() == Some(&b'.') {
            line = line.slice(1..);
        }
        Ok(Some(Event::Line(line)))
    }

    fn end(&mut self) -> Event {
        self.inside = None;
        self.open.pop_front();
        Event::End
    }

    fn status_line(&mut self) -> Result<Option<Event>, Broken> {
        let Some(line) = self.framer.line()? else { return Ok(None) };
        let Some(read) = status::read(&line) else {
            return Err(Broken(format!("a line that is neither +OK nor -ERR: {}", shown(&line))));
        };
        match (read, self.open.front().copied()) {
            (Line::Status(status), _) if !self.greeted => {
                self.greeted = true;
                Ok(Some(Event::Greeting(status)))
            }
            (Line::Challenge(challenge), Some(Answer::Challenges)) => Ok(Some(Event::Challenge(challenge))),
            (Line::Status(status), Some(answer)) => {
                if status.ok && matches!(answer, Answer::Lines | Answer::Message) {
                    self.inside = Some(0);
                } else {
                    self.open.pop_front();
                }
                Ok(Some(Event::Status(status)))
            }
            // Seen: a farewell before the connection is closed, which is an answer to nothing.
            (Line::Status(status), None) => Err(Broken(format!("an answer to nothing: {}", status.text))),
            (Line::Challenge(_), _) => Err(Broken("a challenge that nothing waits for".to_owned())),
        }
    }
}

/// The beginning of a line, for people.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
