//! One pass over an mbox: where each message is, what it is called, and what its headers say about it.

use super::{
    lines::{Piece, Pieces, is_blank},
    notes::Notes,
    postmark::{Postmark, classify},
    variant::{Quoting, Variant},
};
use omm_core::model::{Digester, Flags, Received};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

/// The messages of a file, in its order.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Their places.
    pub(crate) messages: Vec<Message>,
    // Invariant: positions in `messages`, sorted by id.
    by_id: Vec<u32>,
}

/// One message: about a hundred bytes, whatever its size.
#[derive(Debug)]
pub(crate) struct Message {
    /// Its first byte after the postmark line.
    pub(crate) offset: u64,
    /// Its bytes in the file.
    pub(crate) len: u64,
    /// How many quoting bytes among them are not its own.
    pub(crate) quoted: u32,
    pub(super) quoting: Quoting,
    name: [u8; 16],
    /// Which one among messages with the same name.
    ordinal: u32,
    pub(crate) received: Option<Received>,
    pub(crate) flags: Flags,
}

impl Message {
    /// Its id: a digest that its Status headers do not change, and an ordinal among equal ones.
    pub(crate) fn id(&self) -> String {
        let name: String = self.name.iter().map(|byte| format!("{byte:02x}")).collect();
        if self.ordinal == 0 { name } else { format!("{name}.{}", self.ordinal) }
    }

    /// Its size once quoting is undone.
    pub(crate) fn size(&self) -> u64 {
        self.len - u64::from(self.quoted)
    }
}

impl Index {
    /// The position of the message with this id.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        let (name, ordinal) = id.split_once('.').unwrap_or((id, "0"));
        let ordinal: u32 = ordinal.parse().ok()?;
        let name = u128::from_str_radix(name, 16).ok()?.to_be_bytes();
        let key = |at: &u32| {
            let message = &self.messages[*at as usize];
            (message.name, message.ordinal)
        };
        let at = self.by_id.binary_search_by_key(&(name, ordinal), key).ok()?;
        Some(self.by_id[at] as usize)
    }

    fn new(mut messages: Vec<Message>) -> Self {
        let mut seen: HashMap<[u8; 16], u32> = HashMap::with_capacity(messages.len());
        for message in &mut messages {
            let count = seen.entry(message.name).or_default();
            message.ordinal = *count;
            *count += 1;
        }
        let mut by_id: Vec<u32> = (0..messages.len() as u32).collect();
        by_id.sort_unstable_by_key(|at| (messages[*at as usize].name, messages[*at as usize].ordinal));
        messages.shrink_to_fit();
        Self { messages, by_id }
    }
}

/// Reads a file from the start to its end. `ahead` is a second handle to the same file, for looking ahead.
pub(crate) fn scan(file: File, ahead: File, variant: Variant) -> io::Result<Index> {
    let end = file.metadata()?.len();
    let mut scan = Scan { ahead, end, variant, messages: Vec::new(), open: None, after_blank: true };
    let mut pieces = Pieces::new(BufReader::with_capacity(256 * 1024, file.take(end)), 0);
    let mut buffer = Vec::new();
    while let Some(piece) = pieces.next(&mut buffer)? {
        scan.piece(piece, &buffer)?;
    }
    scan.close(end);
    Ok(Index::new(scan.messages))
}

struct Scan {
    ahead: File,
    end: u64,
    variant: Variant,
    messages: Vec<Message>,
    open: Option<Open>,
    after_blank: bool,
}

/// A message whose end is not reached yet.
struct Open {
    offset: u64,
    received: Option<Received>,
    notes: Notes,
    digester: Digester,
    in_header: bool,
    counts: bool,
    quoting: Quoting,
    quoted: u32,
    /// Where Content-Length says that it ends.
    counted_end: Option<u64>,
    /// The last blank line: the message's own, or the one that ends it. Nobody knows before the next line.
    blank: Option<(u64, Vec<u8>)>,
}

impl Scan {
    fn piece(&mut self, piece: Piece, bytes: &[u8]) -> io::Result<()> {
        if let Some(end) = self.open.as_ref().and_then(|open| open.counted_end) {
            return self.counted_piece(piece, bytes, end);
        }
        let received = if piece.begins && piece.ends { self.postmark(piece, bytes)? } else { None };
        if let Some(received) = received {
            self.close(piece.at);
            self.open = Some(Open::new(piece.at + bytes.len() as u64, received, self.variant));
            self.after_blank = false;
            return Ok(());
        }
        self.after_blank = piece.begins && is_blank(bytes);
        let Some(open) = &mut self.open else { return Ok(()) };
        let header_ends = open.line(piece, bytes);
        if header_ends && self.variant.counts() {
            self.count(piece.at + bytes.len() as u64)?;
        }
        Ok(())
    }

    /// A piece of a message whose end is known already.
    fn counted_piece(&mut self, piece: Piece, bytes: &[u8], end: u64) -> io::Result<()> {
        let left = end.saturating_sub(piece.at).min(bytes.len() as u64) as usize;
        if let Some(open) = &mut self.open {
            open.feed(piece, &bytes[..left]);
        }
        if piece.at + bytes.len() as u64 >= end {
            self.close(end);
            self.after_blank = true;
        }
        Ok(())
    }

    /// The date of a postmark, if this line is one.
    fn postmark(&mut self, piece: Piece, line: &[u8]) -> io::Result<Option<Option<Received>>> {
        match classify(line) {
            Postmark::Sure(received) => Ok(Some(received)),
            // The very first line is taken at its word.
            Postmark::Dash | Postmark::Perhaps if self.open.is_none() && self.messages.is_empty() => {
                Ok(Some(None))
            }
            mark if mark == Postmark::Dash || mark == Postmark::Perhaps && self.after_blank => {
                let next = self.peek(piece.at + line.len() as u64)?;
                Ok(begins_with_header(&next).then_some(None))
            }
            _ => Ok(None),
        }
    }

    /// Takes Content-Length at its word if it leads exactly to the end of the file or to the next postmark.
    fn count(&mut self, body: u64) -> io::Result<()> {
        let length = self.open.as_ref().and_then(|open| open.notes.content_length);
        let Some(end) = length.and_then(|length| body.checked_add(length)) else { return Ok(()) };
        if end > self.end {
            return Ok(());
        }
        let next = self.peek(end)?;
        let line = next.strip_prefix(b"\n").or_else(|| next.strip_prefix(b"\r\n")).unwrap_or(&next);
        let leads_to_postmark = begins_with_postmark(line) && self.line_ends_before(end, &next)?;
        let at_the_end = next.len() < 8 && next.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        if !leads_to_postmark && !at_the_end {
            return Ok(());
        }
        if let Some(open) = &mut self.open {
            open.quoting = self.variant.quoting(true);
            open.counted_end = Some(end);
        }
        if length == Some(0) {
            self.close(end);
            self.after_blank = true;
        }
        Ok(())
    }

    /// Whether a line ends just before or at `end`, so that what follows begins a line.
    fn line_ends_before(&mut self, end: u64, next: &[u8]) -> io::Result<bool> {
        let begins_with_end = next.starts_with(b"\n") || next.starts_with(b"\r\n");
        Ok(begins_with_end || self.peek(end.saturating_sub(1))?.starts_with(b"\n"))
    }

    fn peek(&mut self, at: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(1024);
        self.ahead.seek(SeekFrom::Start(at))?;
        (&self.ahead).take((self.end.saturating_sub(at)).min(1024)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn close(&mut self, at: u64) {
        self.messages.extend(self.open.take().map(|open| open.finish(at)));
    }
}

impl Open {
    fn new(offset: u64, received: Option<Received>, variant: Variant) -> Self {
        Self {
            offset,
            received,
            notes: Notes::default(),
            digester: Digester::new(),
            in_header: true,
            counts: true,
            quoting: variant.quoting(false),
            quoted: 0,
            counted_end: None,
            blank: None,
        }
    }

    /// Takes a piece of a message whose end is open. Says whether the header ends with it.
    fn line(&mut self, piece: Piece, bytes: &[u8]) -> bool {
        if self.in_header {
            if piece.begins {
                self.counts = self.notes.line(bytes);
            }
            if self.counts {
                self.digester.update(bytes);
            }
            self.in_header = !(piece.begins && is_blank(bytes));
            return !self.in_header;
        }
        if let Some((_, blank)) = self.blank.take() {
            self.digester.update(&blank);
        }
        if piece.begins && is_blank(bytes) {
            self.blank = Some((piece.at, bytes.to_vec()));
        } else {
            self.feed(piece, bytes);
        }
        false
    }

    fn feed(&mut self, piece: Piece, bytes: &[u8]) {
        let quoted = piece.begins && self.quoting.quotes(bytes);
        self.quoted += u32::from(quoted);
        self.digester.update(&bytes[usize::from(quoted)..]);
    }

    fn finish(self, at: u64) -> Message {
        let end = self.blank.as_ref().map_or(at, |(blank_at, _)| *blank_at);
        let digest = self.digester.finish().body.to_bytes();
        let mut name = [0; 16];
        name.copy_from_slice(&digest[1..17]);
        Message {
            offset: self.offset,
            len: end - self.offset,
            quoted: self.quoted,
            quoting: self.quoting,
            name,
            ordinal: 0,
            received: self.received,
            flags: self.notes.flags,
        }
    }
}

/// Whether a text begins with a postmark, a dateless one before a header.
fn begins_with_postmark(text: &[u8]) -> bool {
    let (line, after) = text.split_at(memchr::memchr(b'\n', text).map_or(text.len(), |feed| feed + 1));
    match classify(line) {
        Postmark::Sure(_) => true,
        Postmark::Dash | Postmark::Perhaps => begins_with_header(after),
        Postmark::No => false,
    }
}

/// Whether a text begins with `Name:`.
fn begins_with_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
    name > 0 && bytes.get(name) == Some(&b':')
}

#[cfg(test)]
mod tests;
