//! What the text formats have in common: items with an id, found in one pass, written one by one.

use super::table::Table;
use crate::{listing::Stamp, options::Options, place::Shape};
use omm_content::read::{Cost, Problem, Problems, Reason, ics, vcf};
use omm_core::model::ItemKind;
use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::Mutex,
};

/// A larger table is no address book, and is refused by its reader.
const LARGEST_TABLE: u64 = 32 << 20;

/// A calendar that says more than this says no name, in characters.
const LONGEST_NAME: usize = 200;

/// The items of a file.
pub(crate) trait Book: fmt::Debug + Send + Sync {
    /// What the file calls itself.
    fn name(&self) -> Option<String> {
        None
    }
    /// How many items.
    fn len(&self) -> usize;
    /// What an item is called: its UID, or what stands for it; never the same twice.
    fn id(&self, at: usize) -> String;
    /// What it is.
    fn kind(&self, at: usize) -> ItemKind;
    /// What tells two states of it apart.
    fn revision(&self, at: usize) -> String;
    /// About how many bytes it has.
    fn size(&self, at: usize) -> u64;
    /// Writes it.
    fn render(&self, at: usize) -> io::Result<Vec<u8>>;
    /// Items that are none: the line, and what is wrong. In the order of the lines, none twice.
    fn broken(&self) -> &[(u64, String)];
    /// Why there is no item in it; nothing if it is rightly empty.
    fn nothing(&self) -> Option<&'static str> {
        None
    }
    /// What else needs a word, each a line for people.
    fn remarks(&self) -> Vec<String>;
}

/// Reads a file.
pub(crate) fn of_file(path: &Path, shape: Shape, options: &Options) -> io::Result<Box<dyn Book>> {
    let mut file = File::open(path)?;
    let stamp = Stamp::of_file(&file)?;
    let pages = |file| Pages { file: Mutex::new(file), stamp };
    let reader = BufReader::with_capacity(256 * 1024, &file);
    Ok(match shape {
        Shape::Cards => {
            let index = vcf::Index::of(reader)?;
            let broken = broken(index.problems());
            let options = vcf::Options { vcard_3: options.mapi.vcard_3 };
            Box::new(Cards { index, broken, options, pages: pages(file) })
        }
        Shape::Table => {
            let mut bytes = Vec::new();
            file.by_ref().take(LARGEST_TABLE + 1).read_to_end(&mut bytes)?;
            Box::new(Table::read(&bytes, options)?)
        }
        _ => {
            let index = ics::Index::of(reader)?;
            let broken = broken(index.problems());
            Box::new(Calendar { index, broken, pages: pages(file) })
        }
    })
}

/// The file below an index. If it has changed since, its parts lie elsewhere.
#[derive(Debug)]
struct Pages {
    file: Mutex<File>,
    stamp: Stamp,
}

impl Pages {
    fn read(&self, at: u64, bytes: u64) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if Stamp::of_file(&file)? != self.stamp {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file has changed"));
        }
        let mut read = Vec::new();
        file.seek(SeekFrom::Start(at))?;
        file.by_ref().take(bytes).read_to_end(&mut read)?;
        Ok(read)
    }
}

/// iCalendar objects.
#[derive(Debug)]
struct Calendar {
    index: ics::Index,
    broken: Vec<(u64, String)>,
    pages: Pages,
}

impl Book for Calendar {
    /// X-WR-CALNAME of Apple, Google and Outlook; NAME of RFC 7986 §5.1.
    fn name(&self) -> Option<String> {
        let value = |line: &String| {
            let (name, value) = line.split_once(':')?;
            let name = name.split(';').next()?;
            ["NAME", "X-WR-CALNAME"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
                .then(|| unescaped(value))
        };
        self.index.properties().iter().find_map(value).filter(|name| !name.is_empty())
    }

    fn nothing(&self) -> Option<&'static str> {
        let is_cut = self.index.problems().counts().any(|(reason, _)| reason == Reason::CalendarOpen);
        match self.index.calendars() {
            0 => Some("no calendar begins in it"),
            _ if is_cut => Some("it is cut off before its first item"),
            _ => None,
        }
    }

    fn len(&self) -> usize {
        self.index.entries().len()
    }

    fn id(&self, at: usize) -> String {
        self.index.entries()[at].id()
    }

    fn kind(&self, at: usize) -> ItemKind {
        match self.index.entries()[at].kind() {
            ics::Kind::Event => ItemKind::Event,
            ics::Kind::Task => ItemKind::Task,
            ics::Kind::Journal => ItemKind::Note,
        }
    }

    fn revision(&self, at: usize) -> String {
        self.index.entries()[at].revision().to_string()
    }

    fn size(&self, at: usize) -> u64 {
        self.index.entries()[at].bytes()
    }

    fn render(&self, at: usize) -> io::Result<Vec<u8>> {
        self.index.render(&self.index.entries()[at], &mut |from, bytes| self.pages.read(from, bytes))
    }

    fn broken(&self) -> &[(u64, String)] {
        &self.broken
    }

    fn remarks(&self) -> Vec<String> {
        let skipped = self.index.skipped().map(|(what, count)| format!("{count} left out: {what}"));
        summed(self.index.problems()).into_iter().chain(skipped).collect()
    }
}

/// vCards.
#[derive(Debug)]
struct Cards {
    index: vcf::Index,
    broken: Vec<(u64, String)>,
    options: vcf::Options,
    pages: Pages,
}

impl Book for Cards {
    fn nothing(&self) -> Option<&'static str> {
        Some("no card begins in it")
    }

    fn len(&self) -> usize {
        self.index.entries().len()
    }

    fn id(&self, at: usize) -> String {
        self.index.entries()[at].id()
    }

    fn kind(&self, _: usize) -> ItemKind {
        ItemKind::Contact
    }

    fn revision(&self, at: usize) -> String {
        self.index.entries()[at].revision().to_string()
    }

    fn size(&self, at: usize) -> u64 {
        self.index.entries()[at].part().bytes
    }

    fn render(&self, at: usize) -> io::Result<Vec<u8>> {
        let entry = &self.index.entries()[at];
        self.index.render(entry, self.options, &mut |from, bytes| self.pages.read(from, bytes))
    }

    fn broken(&self) -> &[(u64, String)] {
        &self.broken
    }

    fn remarks(&self) -> Vec<String> {
        let skipped = self.index.skipped();
        let skipped = (skipped > 0).then(|| format!("{skipped} left out: the same card was there before"));
        summed(self.index.problems()).into_iter().chain(skipped).collect()
    }
}

/// The problems that cost an item each.
fn broken(problems: &Problems) -> Vec<(u64, String)> {
    let costly = problems.list().iter().filter(|problem| problem.reason.cost() == Cost::Item);
    let mut broken: Vec<_> = costly.map(|problem| (problem.line, problem.reason.to_string())).collect();
    broken.sort_by_key(|(line, _)| *line);
    broken.dedup_by_key(|(line, _)| *line);
    broken
}

/// The other problems: how often each came up, and where first.
fn summed(problems: &Problems) -> Vec<String> {
    let mut first = BTreeMap::new();
    for problem in problems.list() {
        first.entry(problem.reason).or_insert(problem);
    }
    let lines = problems.counts().filter(|(reason, _)| reason.cost() != Cost::Item);
    let unlisted = problems.lost_items().saturating_sub(broken(problems).len() as u64);
    let unlisted = (unlisted > 0).then(|| format!("{unlisted} more items are broken, too many to name each"));
    lines
        .map(|(reason, count)| match (count, first.get(&reason)) {
            (1, Some(first)) => format!("line {}: {}", first.line, why(first)),
            (_, Some(first)) => format!("line {} and {} more: {}", first.line, count - 1, why(first)),
            (_, None) => format!("{count} times: {reason}"),
        })
        .chain(unlisted)
        .collect()
}

fn why(problem: &Problem) -> String {
    match &problem.name {
        Some(name) => format!("{}: {name}", problem.reason),
        None => problem.reason.to_string(),
    }
}

/// A text without its escapes (RFC 5545 §3.3.11), as long as a name may be.
fn unescaped(text: &str) -> String {
    let mut letters = text.trim().chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            plain.extend(letters.next().map(|next| if matches!(next, 'n' | 'N') { ' ' } else { next }));
        } else {
            plain.push(letter);
        }
    }
    plain.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect()
}
