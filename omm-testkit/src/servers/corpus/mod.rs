//! An account as people have it, made from a seed: the same bytes on every machine, for ever.
//!
//! What is planned is a few words per message; its bytes are made when they are asked for, so that an account of
//! gigabytes fits into the memory of a test. [`Corpus::manifest`] is what a witness must see of it.
//!
//! In it: odd folder names, deep nesting, empty folders, missing and doubled Message-IDs, byte-identical twins, 8-bit
//! headers and bodies, long lines, keywords, every system flag, old dates and odd zones, some large bodies.

mod folders;
mod oddities;
mod text;

use super::witness::{SeenFolder, SeenMessage, Snapshot};
use crate::mailbox::{MailboxItem, Random};
use bytes::Bytes;
use chrono::DateTime;
use omm_core::model::{Flags, FolderPath, ItemKind, Received, Role};
use text::Body;

const KEYWORDS: [&str; 7] = ["$Forwarded", "$MDNSent", "$Label1", "NonJunk", "Projekt-X", "$Junk", "todo"];
/// Seen: Cyrus 3.6 answers "Invalid mailbox name".
const CYRUS_REFUSES_IN_NAMES: &str = "!\"%;<>\\^`{|}";
/// 2003-02-23 and 2025-01-01: between these everything ordinary was received.
const EPOCHS: (u64, u64) = (1_046_995_200, 1_735_689_600);
const ZONES: [i32; 6] = [0, 3600, -8 * 3600, 19_800, 45_900, -12_600];

/// How large an account to make.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Another seed is another account.
    pub seed: u64,
    /// How many messages.
    pub messages: usize,
    /// How many bytes in messages of a megabyte or more.
    pub large_bytes: u64,
    /// The largest of these.
    pub largest: u64,
    /// All folders (over forty), or only twenty of them.
    pub all_folders: bool,
    /// Bytes of an ordinary message, on the average.
    pub usual_bytes: u64,
}

/// An account, planned.
#[derive(Clone, Debug)]
pub struct Corpus {
    folders: Vec<CorpusFolder>,
    seed: u64,
}

/// A folder of it.
#[derive(Clone, Debug)]
pub struct CorpusFolder {
    /// Where it is; parents come before children.
    pub path: FolderPath,
    /// What it is for. Dovecot has it from its settings, by the name.
    pub role: Option<Role>,
    /// Whether the user is subscribed to it.
    pub subscribed: bool,
    /// Its messages in order.
    pub messages: Vec<Planned>,
}

/// A message that can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    body: Body,
    flags: Flags,
    received: Received,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            seed: 1,
            messages: 300,
            large_bytes: 3 << 20,
            largest: 2 << 20,
            all_folders: false,
            usual_bytes: 3_000,
        }
    }
}

impl Corpus {
    /// The account of this shape.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        let mut folders = folders::folders(shape.all_folders);
        let mut random = Random::new(shape.seed);
        let odd = oddities::count();
        let weight: u64 = folders.iter().map(|(_, weight)| *weight).sum();
        let mut sizes = sizes(&shape, &mut random);
        for index in 0..shape.messages.saturating_sub(odd) as u64 {
            let mut at = random.below(weight);
            let chosen = folders.iter_mut().find(|(_, weight)| {
                let is_it = at < *weight;
                at = at.saturating_sub(if is_it { 0 } else { *weight });
                is_it
            });
            let size = sizes.pop().unwrap_or(shape.usual_bytes);
            if let Some((folder, _)) = chosen {
                let planned = plan(index, size, folder, &mut random);
                folder.messages.push(planned);
            }
        }
        let mut folders: Vec<CorpusFolder> = folders.into_iter().map(|(folder, _)| folder).collect();
        if let Some(edges) = folders.iter_mut().find(|folder| folder.path.name() == folders::EDGES) {
            edges.messages.extend((0..odd.min(shape.messages)).map(oddities::planned));
        }
        Self { folders, seed: shape.seed }
    }

    /// The small one: 300 messages in 20 folders, about 4 MB.
    #[must_use]
    pub fn small() -> Self {
        Self::new(Shape::default())
    }

    /// One of the size that people have: so many messages of 12 kB on the average, and `large_bytes` in large ones of
    /// up to 10 MB.
    #[must_use]
    pub fn large(messages: usize, large_bytes: u64) -> Self {
        let shape = Shape { messages, large_bytes, largest: 10 << 20, all_folders: true, ..Shape::default() };
        Self::new(Shape { usual_bytes: 12_000, ..shape })
    }

    /// The folders, parents before children.
    pub fn folders(&self) -> &[CorpusFolder] {
        &self.folders
    }

    /// How many messages there are.
    pub fn messages(&self) -> usize {
        self.folders.iter().map(|folder| folder.messages.len()).sum()
    }

    /// A message with its bytes.
    pub fn item(&self, planned: &Planned) -> MailboxItem {
        MailboxItem {
            kind: ItemKind::Mail,
            bytes: self.bytes(planned),
            flags: planned.flags.clone(),
            received: Some(planned.received),
        }
    }

    /// What a witness must see of an account filled with this, and with nothing else.
    pub fn manifest(&self) -> Snapshot {
        let message = |planned: &Planned| {
            SeenMessage::of(&self.bytes(planned), planned.flags.clone(), Some(planned.received))
        };
        let folder = |folder: &CorpusFolder| {
            let seen = SeenFolder {
                role: folder.role,
                subscribed: folder.subscribed,
                messages: folder.messages.iter().map(message).collect(),
                uid_validity: 0,
            };
            (folder.path.clone(), seen)
        };
        Snapshot { folders: self.folders.iter().map(folder).collect() }
    }

    /// The same with `_` wherever a folder name has one of these characters: for servers with another separator, or
    /// with characters they refuse.
    #[must_use]
    pub fn without_in_names(mut self, refused: &[char]) -> Self {
        for folder in &mut self.folders {
            let segments = folder.path.segments().map(|segment| segment.replace(refused, "_"));
            folder.path = FolderPath::new(segments.collect::<Vec<_>>());
        }
        self
    }

    /// The same without what Cyrus refuses: `_` for characters in names that it does not take, and no message with
    /// a line in its header that is none. `separator` is `.` in its classic namespace.
    #[must_use]
    pub fn for_cyrus(self, separator: char) -> Self {
        let refused: Vec<char> = CYRUS_REFUSES_IN_NAMES.chars().chain([separator]).collect();
        let mut corpus = self.without_in_names(&refused);
        for folder in &mut corpus.folders {
            folder.messages.retain(|planned| !oddities::cyrus_refuses(&planned.body));
        }
        corpus
    }

    fn bytes(&self, planned: &Planned) -> Bytes {
        match &planned.body {
            Body::Odd(number) => oddities::bytes(*number),
            Body::Made { index, size, id } => text::message(self.seed, *index, *size, *id),
        }
    }
}

/// The next message of a folder: one in eighty is the one before it again.
fn plan(index: u64, size: u64, folder: &CorpusFolder, random: &mut Random) -> Planned {
    let body = match folder.messages.last() {
        Some(before) if random.one_in(80) => before.body.clone(),
        _ => Body::Made { index, size, id: text::Id::any(random) },
    };
    let date = EPOCHS.0 + random.below(EPOCHS.1 - EPOCHS.0);
    let zone = ZONES[usize::try_from(random.below(ZONES.len() as u64)).unwrap_or(0)];
    let mut flags = String::new();
    for (flag, one_in) in [("\\Seen ", 2), ("\\Answered ", 6), ("\\Flagged ", 20), ("\\Deleted ", 90)] {
        if random.one_in(one_in) {
            flags.push_str(flag);
        }
    }
    if folder.role == Some(Role::Drafts) {
        flags.push_str("\\Draft ");
    }
    while random.one_in(7) {
        flags.push_str(random.pick(&KEYWORDS).unwrap_or(""));
        flags.push(' ');
    }
    Planned { body, flags: Flags::parse(&flags), received: moment(date, zone) }
}

/// The sizes of all messages, the large ones among them at random places.
fn sizes(shape: &Shape, random: &mut Random) -> Vec<u64> {
    let usual = shape.usual_bytes.max(400);
    let mut size = || match random.below(100) {
        0..=54 => usual / 4 + random.below(usual),
        55..=92 => usual / 2 + random.below(usual * 2),
        93..=96 => usual / 4,
        _ => usual * 3 + random.below(usual * 6),
    };
    let mut sizes: Vec<u64> = (0..shape.messages).map(|_| size()).collect();
    let mut left = shape.large_bytes;
    while left >= 1 << 20 && !sizes.is_empty() {
        let most = shape.largest.clamp(1 << 20, left);
        let large = (1 << 20) + random.below(most - (1 << 20) + 1);
        let at = usize::try_from(random.below(sizes.len() as u64)).unwrap_or(0);
        sizes[at] = large;
        left -= large;
    }
    sizes
}

fn moment(seconds: u64, zone: i32) -> Received {
    let utc = DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(0), 0).unwrap_or_default();
    utc.with_timezone(
        &chrono::FixedOffset::east_opt(zone).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc)),
    )
}
