//! Where a response ends.
//!
//! Forces: a body of 150 MB must go by without being held, a length that a server announces is worth nothing until the
//! bytes are there, and the same bytes must mean the same however the network cuts them. So lines are searched for
//! their end, a literal counts only at the end of a line, large bodies are handed out as they come, and all the rest
//! (the *skeleton*) is collected up to a limit.

use super::Limits;
use bytes::Bytes;
use std::collections::VecDeque;

/// What the framer found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A streamed literal begins.
    BodyBegins(u64),
    /// Some of its bytes.
    BodyData(Bytes),
    /// A response is complete: [`Framer::skeleton`], until the next call.
    Complete,
}

/// A response without its streamed literals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Skeleton {
    /// Line ends are CRLF, whatever the server sent; kept literals stand in it as they came.
    pub(super) bytes: Vec<u8>,
    /// Where the `{0}` stand that took the place of streamed literals, ascending. A server cannot forge these.
    pub(super) streamed: Vec<usize>,
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Line,
    Kept { remaining: u64 },
    Streamed { remaining: u64 },
}

/// Cuts what is received into responses.
#[derive(Debug)]
pub(super) struct Framer {
    limits: Limits,
    received: VecDeque<Bytes>,
    skeleton: Skeleton,
    /// Where the line that is being read begins in the skeleton.
    line_start: usize,
    state: State,
    /// The skeleton was handed out and is to be forgotten.
    complete: bool,
}

impl Framer {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            received: VecDeque::new(),
            skeleton: Skeleton::default(),
            line_start: 0,
            state: State::Line,
            complete: false,
        }
    }

    pub(super) fn receive(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.received.push_back(bytes);
        }
    }

    /// What was received and not looked at.
    pub(super) fn take_rest(&mut self) -> Vec<Bytes> {
        self.received.drain(..).collect()
    }

    /// The response of the last [`Frame::Complete`].
    pub(super) fn skeleton(&self) -> &Skeleton {
        &self.skeleton
    }

    /// The next thing that is there; nothing until more bytes come.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, String> {
        if self.complete {
            self.skeleton.bytes.clear();
            self.skeleton.streamed.clear();
            self.line_start = 0;
            self.complete = false;
        }
        loop {
            match self.state {
                State::Kept { remaining: 0 } | State::Streamed { remaining: 0 } => {
                    self.state = State::Line;
                    self.line_start = self.skeleton.bytes.len();
                }
                State::Streamed { remaining } => return Ok(self.stream(remaining)),
                State::Kept { remaining } => {
                    if !self.keep(remaining) {
                        return Ok(None);
                    }
                }
                State::Line => {
                    if !self.read_line()? {
                        return Ok(None);
                    }
                    if let Some(frame) = self.end_line()? {
                        return Ok(Some(frame));
                    }
                }
            }
        }
    }

    /// At most `limit` bytes of what was received, never none.
    fn chunk(&mut self, limit: u64) -> Option<Bytes> {
        let front = self.received.front_mut()?;
        let len = usize::try_from(limit).unwrap_or(usize::MAX).min(front.len());
        let chunk = front.split_to(len);
        if front.is_empty() {
            self.received.pop_front();
        }
        Some(chunk)
    }

    fn stream(&mut self, remaining: u64) -> Option<Frame> {
        let chunk = self.chunk(remaining)?;
        self.state = State::Streamed { remaining: remaining - chunk.len() as u64 };
        Some(Frame::BodyData(chunk))
    }

    fn keep(&mut self, remaining: u64) -> bool {
        let Some(chunk) = self.chunk(remaining) else { return false };
        self.skeleton.bytes.extend_from_slice(&chunk);
        self.state = State::Kept { remaining: remaining - chunk.len() as u64 };
        true
    }

    /// Whether the line is there to its LF.
    fn read_line(&mut self) -> Result<bool, String> {
        while let Some(front) = self.received.front() {
            let end = memchr::memchr(b'\n', front);
            let len = end.map_or(front.len(), |at| at + 1);
            self.fits(len as u64)?;
            if let Some(chunk) = self.chunk(len as u64) {
                self.skeleton.bytes.extend_from_slice(&chunk);
            }
            if end.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a line's end means: the response's, a literal's beginning.
    fn end_line(&mut self) -> Result<Option<Frame>, String> {
        let line = &self.skeleton.bytes[self.line_start..];
        // Seen: servers and proxies that end some lines with a bare LF.
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let end = self.line_start + content.strip_suffix(b"\r").unwrap_or(content).len();
        self.skeleton.bytes.truncate(end);
        let literal = if may_hold_literals(&self.skeleton.bytes) {
            announced(&self.skeleton.bytes[self.line_start..])?
        } else {
            None
        };
        let Some(literal) = literal else {
            self.skeleton.bytes.extend_from_slice(b"\r\n");
            self.complete = true;
            return Ok(Some(Frame::Complete));
        };
        let begin = self.line_start + literal.at;
        if literal.len > self.limits.kept_literal_bytes as u64 && is_body(&self.skeleton.bytes[..begin]) {
            self.skeleton.bytes.truncate(begin);
            self.skeleton.streamed.push(begin);
            self.skeleton.bytes.extend_from_slice(b"{0}\r\n");
            self.state = State::Streamed { remaining: literal.len };
            return Ok(Some(Frame::BodyBegins(literal.len)));
        }
        self.fits(literal.len)?;
        self.skeleton.bytes.extend_from_slice(b"\r\n");
        self.state = State::Kept { remaining: literal.len };
        Ok(None)
    }

    fn fits(&self, more: u64) -> Result<(), String> {
        let held = self.skeleton.bytes.len() as u64;
        if held.saturating_add(more) > self.limits.response_bytes as u64 {
            return Err(format!("a response of more than {} bytes", self.limits.response_bytes));
        }
        Ok(())
    }
}

/// The announcement of a literal.
struct Announced {
    /// Where `{` or `~{` is in the line.
    at: usize,
    len: u64,
}

/// `{n}`, `{n+}` or `~{n}` at the end of a line (RFC 9051 §4.3, RFC 7888, RFC 3516).
fn announced(line: &[u8]) -> Result<Option<Announced>, String> {
    let Some(inside) = line.strip_suffix(b"}") else { return Ok(None) };
    let inside = inside.strip_suffix(b"+").unwrap_or(inside);
    let digits = inside.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, number) = inside.split_at(inside.len() - digits);
    let Some(before) = before.strip_suffix(b"{") else { return Ok(None) };
    if number.is_empty() {
        return Ok(None);
    }
    let len = number.iter().try_fold(0_u64, |sum, digit| {
        sum.checked_mul(10).and_then(|sum| sum.checked_add(u64::from(digit - b'0')))
    });
    // Where such a literal ends nobody can know, so nothing behind it can be understood.
    let len = len.ok_or("a literal longer than any number")?;
    let before = before.strip_suffix(b"~").unwrap_or(before);
    Ok(Some(Announced { at: before.len(), len }))
}

/// Status responses and continuations end with text for people, which may well end with `{5}`; only other untagged data
/// has literals (RFC 9051 §9, resp-text).
fn may_hold_literals(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"* ") else { return false };
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let status = [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"];
    !status.iter().any(|word| rest[..end].eq_ignore_ascii_case(word))
}

/// Whether what stands before a literal is a FETCH response that ends with the name of a body section.
fn is_body(before: &[u8]) -> bool {
    let mut words = before.splitn(4, |byte| *byte == b' ');
    let star = words.next() == Some(b"*");
    let number = words.next().is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit));
    let fetch = words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH"));
    star && number && fetch && words.next().is_some_and(ends_with_section)
}

/// `BODY[…]`, `BODY[…]<n>`, `BINARY[…]`, `RFC822`, `RFC822.HEADER`, `RFC822.TEXT`.
fn ends_with_section(text: &[u8]) -> bool {
    // No section is longer, and looking back is bounded.
    const LONGEST_SECTION: usize = 8 * 1024;
    let text = &text[text.len().saturating_sub(LONGEST_SECTION)..];
    let text = text.trim_ascii_end();
    let text = match text.strip_suffix(b">").and_then(|text| Some((text, memchr::memrchr(b'<', text)?))) {
        Some((text, at)) => &text[..at],
        None => text,
    };
    let (text, names): (&[u8], &[&[u8]]) = match text.strip_suffix(b"]") {
        Some(text) => match memchr::memrchr(b'[', text) {
            Some(at) => (&text[..at], &[b"BODY", b"BINARY", b"BODY.PEEK", b"BINARY.PEEK"]),
            None => return false,
        },
        None => (text, &[b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT"]),
    };
    let name = text.rsplit(|byte| matches!(byte, b' ' | b'(')).next().unwrap_or_default();
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests;
