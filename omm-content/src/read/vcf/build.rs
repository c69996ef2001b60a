//! Which cards a file has, and what is written for them.

use super::{Options, name, repair, upgrade};
use crate::read::{
    Part, Problems, ReadRange, Reason, Revision, charset, fold,
    lines::{ContentLine, Layout, Lines},
    property::{Head, unquoted},
};
use std::{
    collections::{HashMap, HashSet},
    io::{self, Cursor, Read},
};

/// A card with more bytes is left out.
const LARGEST: u64 = 256 << 20;
/// How many cards are listed.
const MOST: usize = 1 << 24;
/// Cards within cards (AGENT).
const DEEPEST: usize = 4;

/// A card of a file.
#[derive(Clone, Debug)]
pub struct Entry {
    uid: Box<str>,
    repeat: u32,
    revision: Revision,
    part: Part,
    is_legacy: bool,
}

impl Entry {
    /// Its UID, else a digest of its lines.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// What it is called within its file: its UID, and `#2` and so on for further cards with the same one.
    pub fn id(&self) -> String {
        if self.repeat == 1 { self.uid.to_string() } else { format!("{}#{}", self.uid, self.repeat) }
    }

    /// What tells two states of it apart.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Where it lies.
    pub fn part(&self) -> Part {
        self.part
    }
}

/// The cards of a file, without their text.
#[derive(Debug, Default)]
pub struct Index {
    layout: Layout,
    entries: Vec<Entry>,
    problems: Problems,
    skipped: u64,
    // By UID: how many there were.
    repeats: HashMap<Box<str>, HashSet<Revision>>,
}

/// A card that is being read.
struct Open {
    at: u64,
    line: u64,
    hasher: blake3::Hasher,
    uid: Option<Box<str>>,
    is_legacy: bool,
    has_version: bool,
    has_name: bool,
    // Whether a line is left to write, as a card of today and as one of 2.1: which of them it is, its last line may say.
    says: bool,
    says_as_legacy: bool,
    depth: usize,
    after_agent: bool,
    failed: Option<(u64, Reason)>,
}

impl Index {
    /// Goes once through a file.
    ///
    /// # Errors
    /// If it cannot be read. What is malformed is no error, but a problem.
    pub fn of(reader: impl Read) -> io::Result<Self> {
        let mut lines = Lines::of_file(reader)?;
        let mut index = Self { layout: lines.layout(), ..Self::default() };
        let (mut line, mut problems, mut open) = (ContentLine::default(), Problems::default(), None);
        while lines.read(&mut line, &mut problems)? {
            index.line(&line, &mut open, &mut problems);
        }
        if let Some(open) = open {
            problems.push(open.line, Reason::NoEnd);
        }
        index.problems = problems;
        index.repeats = HashMap::new();
        Ok(index)
    }

    /// The cards, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is malformed or not carried over.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// How many cards were there before, line by line.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Writes a card. `read` is asked for its part.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn render(&self, entry: &Entry, options: Options, read: &mut ReadRange<'_>) -> io::Result<Vec<u8>> {
        let bytes = read(entry.part.at, entry.part.bytes)?;
        let mut out = Vec::with_capacity(bytes.len() + 128);
        let mut lines = Lines::of_part(Cursor::new(bytes), self.layout, entry.part.at, entry.part.line);
        let (mut line, mut ignored, mut kept) = (ContentLine::default(), Problems::default(), Vec::new());
        while lines.read(&mut line, &mut ignored)? {
            if Head::of(&line.text).is_some() {
                kept.push(std::mem::take(&mut line.text));
            }
        }
        if entry.is_legacy {
            let upgraded = upgrade::card(&kept, options);
            // A rule of this version may be broken by what the old one said.
            kept = upgraded.into_iter().map(String::into_bytes).collect();
        }
        let written = passed_through(&kept);
        written.iter().for_each(|line| fold::write(line, &mut out));
        Ok(out)
    }

    fn line(&mut self, line: &ContentLine, open: &mut Option<Open>, problems: &mut Problems) {
        let Some(head) = Head::of(&line.text) else {
            problems.push(line.number, Reason::NoProperty);
            return;
        };
        let name = head.name(&line.text);
        let (is_begin, is_end) = (name.eq_ignore_ascii_case(b"BEGIN"), name.eq_ignore_ascii_case(b"END"));
        let is_card = (is_begin || is_end) && repair::frame(head.value(&line.text)) == "VCARD";
        if is_begin && is_card {
            match open {
                Some(card) if card.after_agent => {
                    (card.depth, card.after_agent) = (card.depth + 1, false);
                    card.hash(&line.text);
                    if card.depth > DEEPEST {
                        card.failed = Some((line.number, Reason::TooDeep));
                    }
                }
                _ => {
                    if let Some(card) = open.replace(Open::new(line)) {
                        problems.push(card.line, Reason::NoEnd);
                    }
                }
            }
            return;
        }
        let Some(card) = open else {
            problems.push(line.number, if is_end { Reason::StrayEnd } else { Reason::Outside });
            return;
        };
        if line.cut {
            card.failed = Some((line.number, Reason::TooLong));
        }
        if is_end && is_card {
            card.depth -= 1;
            if card.depth == 0 {
                let card = open.take();
                card.into_iter().for_each(|card| self.finish(card, line, problems));
            } else {
                card.hash(&line.text);
            }
        } else {
            card.property(line, head, problems);
        }
    }

    fn finish(&mut self, card: Open, line: &ContentLine, problems: &mut Problems) {
        let bytes = line.end - card.at;
        let failed = match card.failed {
            None if !card.says_anything() => Some((card.line, Reason::Empty)),
            None if bytes > LARGEST => Some((card.line, Reason::TooLarge)),
            None if self.entries.len() >= MOST => Some((card.line, Reason::TooMany)),
            failed => failed,
        };
        if let Some((line, reason)) = failed {
            problems.push(line, reason);
            return;
        }
        if !card.has_version {
            problems.push(card.line, Reason::NoVersion);
            if card.is_legacy {
                problems.push(card.line, Reason::Upgraded);
            }
        }
        if !card.has_name {
            problems.push(card.line, Reason::NoName);
        }
        let revision = Revision::of(&card.hasher);
        let uid = card.uid.unwrap_or_else(|| format!("omm-{revision}").into());
        let known = self.repeats.entry(uid.clone()).or_default();
        if !known.insert(revision) {
            self.skipped += 1;
            return;
        }
        let repeat = u32::try_from(known.len()).unwrap_or(u32::MAX);
        let part = Part { at: card.at, bytes, line: card.line };
        self.entries.push(Entry { uid, repeat, revision, part, is_legacy: card.is_legacy });
    }
}

impl Open {
    fn new(line: &ContentLine) -> Self {
        Self {
            at: line.at,
            line: line.number,
            hasher: blake3::Hasher::new(),
            uid: None,
            is_legacy: false,
            has_version: false,
            has_name: false,
            says: false,
            says_as_legacy: false,
            depth: 1,
            after_agent: false,
            failed: None,
        }
    }

    fn says_anything(&self) -> bool {
        if self.is_legacy { self.says_as_legacy } else { self.says }
    }

    fn hash(&mut self, text: &[u8]) {
        self.hasher.update(text);
        self.hasher.update(b"\n");
    }

    fn property(&mut self, line: &ContentLine, head: Head, problems: &mut Problems) {
        let (name, value) = (head.name(&line.text), head.value(&line.text).trim_ascii());
        self.hash(&line.text);
        self.after_agent = name.eq_ignore_ascii_case(b"AGENT") && value.is_empty();
        if self.depth == 1 && name.eq_ignore_ascii_case(b"VERSION") {
            self.has_version = true;
            self.is_legacy = repair::frame(value) == "2.1";
            if self.is_legacy {
                problems.push(line.number, Reason::Upgraded);
            }
            return;
        }
        // The end of something else says nothing.
        let is_frame = name.eq_ignore_ascii_case(b"BEGIN") || name.eq_ignore_ascii_case(b"END");
        self.says |= !is_frame;
        self.says_as_legacy = self.says_as_legacy || upgrade::says(&line.text);
        if let Some(odd) = head.odd_name(&line.text) {
            problems.push_name(line.number, Reason::OddName, &odd);
        }
        // A card without VERSION tells by its parameters what it is.
        let is_old = |param: crate::read::property::Param<'_>| param.name.is_empty();
        self.is_legacy |= !self.has_version && head.params(&line.text).any(is_old);
        if !self.is_legacy {
            repair::line(&line.text, &mut |reason| problems.push(line.number, reason));
        }
        if self.depth > 1 {
            return;
        }
        self.has_name |= name.eq_ignore_ascii_case(b"FN") && !value.is_empty();
        if name.eq_ignore_ascii_case(b"UID") && self.uid.is_none() {
            let uid = charset::decode(unquoted(value), None).0;
            self.uid = (!uid.is_empty()).then(|| uid.chars().filter(|letter| !letter.is_control()).collect());
        }
    }
}

/// Cards of today's versions: their lines, repaired where they must be.
fn passed_through(lines: &[Vec<u8>]) -> Vec<String> {
    let repaired = lines.iter().map(|line| repair::line(line, &mut |_| {}).into_owned());
    let mut written: Vec<String> = repaired.collect();
    if !written.iter().any(|line| name::is(line, "VERSION")) {
        written.insert(written.len().min(1), "VERSION:3.0".to_owned());
    }
    name::complete(&mut written);
    written
}
