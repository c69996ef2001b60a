//! The items of a folder in which every item is a file: a Maildir, single messages, contacts, appointments.

use crate::{
    eml::Emlx,
    listing::{Place, Stamp},
    maildir::{self, KEYWORD_FILE, Keywords},
    recognise::{FileKind, file_kind, is_ignored},
    relative,
    sidecar::FlagFile,
    tree::{Shape, sorted},
};
use chrono::{DateTime, Utc};
use omm_core::model::{Flags, ItemKind, ItemMeta, Received, Revision, SourceItemId};
use std::{
    fs::{self, File, Metadata},
    io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Names, sorted by id.
#[derive(Debug)]
pub(crate) struct Directory {
    dir: PathBuf,
    kind: ItemKind,
    // Invariant: sorted by id, no id twice.
    entries: Vec<Entry>,
    stamp: Stamp,
}

/// One file. Beside the name there is only a bit, so that 100,000 of them stay small.
#[derive(Debug)]
struct Entry {
    /// `cur/name`, `new/name`, or `./name` for a file that lies directly in the folder.
    relative: Box<str>,
    /// Whether the id is all of it, because another file has the same unique name.
    whole: bool,
}

impl Entry {
    fn id(&self) -> &str {
        if self.whole { &self.relative } else { self.unique() }
    }

    fn unique(&self) -> &str {
        maildir::split(self.name()).0
    }

    fn name(&self) -> &str {
        self.relative.split_once('/').map_or(&*self.relative, |(_, name)| name)
    }

    fn is_loose(&self) -> bool {
        self.relative.starts_with("./")
    }
}

/// What is known of all files together without opening one.
pub(crate) struct Sum {
    pub(crate) items: u64,
    pub(crate) bytes: u64,
    pub(crate) state: String,
}

/// What there is to read of one file.
pub(crate) enum Content {
    /// A message in a region of a file.
    Region { file: File, offset: u64, len: u64, flags: Flags, received: Option<Received> },
    /// No message, with the reason.
    Malformed(&'static str),
}

impl Directory {
    /// Reads the names. Blocks.
    pub(crate) fn read(place: &Place) -> io::Result<Self> {
        let (dir, mut entries) = match place.shape {
            Shape::OneMessage => {
                let name = place.path.file_name().unwrap_or_default();
                (place.path.parent().unwrap_or(Path::new("")), vec![loose(&relative::to_text(name))])
            }
            _ => (place.path.as_path(), Vec::new()),
        };
        let stamp = stamp(dir);
        if place.shape != Shape::OneMessage {
            add_loose(dir, place.kind, &mut entries)?;
            if place.kind == ItemKind::Mail {
                add_maildir(&dir.join("cur"), "cur", &mut entries)?;
                add_maildir(&dir.join("new"), "new", &mut entries)?;
            }
        }
        let entries = by_id(entries);
        Ok(Self { dir: dir.to_owned(), kind: place.kind, entries, stamp })
    }

    pub(crate) fn is_current(&self) -> bool {
        self.stamp == stamp(&self.dir)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn id(&self, at: usize) -> &str {
        self.entries[at].id()
    }

    pub(crate) fn after(&self, id: &str) -> usize {
        self.entries.partition_point(|entry| entry.id() <= id)
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.id().cmp(id)).ok()
    }

    /// What is known of the items at these positions. Blocks, and opens no file but Apple's.
    pub(crate) fn metas(&self, range: std::ops::Range<usize>) -> Vec<ItemMeta> {
        let flags = FolderFlags::read(&self.dir, self.kind);
        self.entries[range].iter().map(|entry| self.meta(entry, &flags)).collect()
    }

    fn meta(&self, entry: &Entry, flags: &FolderFlags) -> ItemMeta {
        let path = self.path(entry);
        let mut meta = ItemMeta::new(SourceItemId::new(entry.id()), self.kind);
        meta.flags = flags.of(entry.name());
        if let Ok(stat) = fs::metadata(&path) {
            meta.size = Some(stat.len());
            meta.received = modified(&stat);
            if entry.is_loose() {
                meta.revision = Some(Revision::new(revision(&stat)));
            }
        }
        // Apple Mail rewrites the file when a flag changes, never the message in it: no revision.
        if let (true, Some(emlx)) = (entry.is_loose() && is_emlx(&path), emlx(&path)) {
            (meta.size, meta.flags, meta.revision) = (Some(emlx.len), emlx.flags, None);
        }
        meta
    }

    /// Opens the file at a position. Blocks.
    pub(crate) fn open(&self, at: usize) -> io::Result<Content> {
        let entry = &self.entries[at];
        let path = self.path(entry);
        let stat = fs::metadata(&path)?;
        // Opening a pipe would wait for somebody to write into it.
        if !stat.is_file() {
            return Ok(Content::Malformed("not a regular file"));
        }
        let kind = match entry.is_loose() && self.kind == ItemKind::Mail {
            true => file_kind(&path)?,
            false => FileKind::Message { certain: true },
        };
        let file = File::open(&path)?;
        let wrapped = if kind == FileKind::Emlx { Emlx::of_file(&file)? } else { None };
        let flags = || FolderFlags::read(&self.dir, self.kind).of(entry.name());
        let received = modified(&stat);
        Ok(match (kind, wrapped) {
            (FileKind::Other(reason), _) => Content::Malformed(reason),
            (FileKind::Mbox, _) => Content::Malformed("it has become an mbox"),
            (_, Some(Emlx { len: 0, .. })) => Content::Malformed("the message in it is empty"),
            (_, Some(Emlx { offset, len, flags })) => Content::Region { file, offset, len, flags, received },
            _ if stat.len() == 0 => Content::Malformed("the file is empty"),
            _ => Content::Region { file, offset: 0, len: stat.len(), flags: flags(), received },
        })
    }

    /// Counts, and a word that changes with every change that a listing would show. Blocks, and opens no item.
    pub(crate) fn sum(&self) -> Sum {
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        for entry in &self.entries {
            let stat = fs::metadata(self.path(entry)).ok();
            bytes += stat.as_ref().map_or(0, Metadata::len);
            hasher.update(entry.relative.as_bytes());
            hasher.update(stat.as_ref().map_or_else(String::new, revision).as_bytes());
            hasher.update(b"\n");
        }
        for name in [KEYWORD_FILE, FlagFile::NAME] {
            hasher.update(&fs::read(self.dir.join(name)).unwrap_or_default());
            hasher.update(b"\n");
        }
        let state = format!("d1:{}", &hasher.finalize().to_hex()[..32]);
        Sum { items: self.entries.len() as u64, bytes, state }
    }

    fn path(&self, entry: &Entry) -> PathBuf {
        relative::to_path(&self.dir, &entry.relative)
    }
}

/// Flags as a folder keeps them: in file names and a list of keywords, or in one file.
struct FolderFlags {
    keywords: Keywords,
    file: FlagFile,
}

impl FolderFlags {
    fn read(dir: &Path, kind: ItemKind) -> Self {
        let mail = kind == ItemKind::Mail;
        Self {
            keywords: if mail { Keywords::of_folder(dir) } else { Keywords::default() },
            file: if mail { FlagFile::default() } else { FlagFile::read(dir).unwrap_or_default() },
        }
    }

    fn of(&self, name: &str) -> Flags {
        maildir::from_letters(maildir::split(name).1, &self.keywords).union(&self.file.get(name))
    }
}

fn add_loose(dir: &Path, kind: ItemKind, entries: &mut Vec<Entry>) -> io::Result<()> {
    for entry in sorted(dir)? {
        let (name, path) = (entry.file_name(), entry.path());
        let stat = fs::metadata(&path);
        // A broken link is an item that cannot be read; a directory or a pipe is none.
        let may_be_item = stat.as_ref().map_or(true, |stat| stat.is_file());
        if !may_be_item || is_ignored(&relative::shown(&name)) {
            continue;
        }
        let mbox = kind == ItemKind::Mail && matches!(file_kind(&path), Ok(FileKind::Mbox));
        if !mbox {
            entries.push(loose(&relative::to_text(&name)));
        }
    }
    Ok(())
}

fn add_maildir(dir: &Path, name: &str, entries: &mut Vec<Entry>) -> io::Result<()> {
    let read = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    for entry in read {
        let entry = entry?;
        let file = relative::to_text(&entry.file_name());
        if !file.starts_with('.') && !entry.file_type()?.is_dir() {
            entries.push(Entry { relative: format!("{name}/{file}").into(), whole: false });
        }
    }
    Ok(())
}

fn loose(name: &str) -> Entry {
    Entry { relative: format!("./{name}").into(), whole: false }
}

/// Sorts, and gives each file after the first with one unique name its whole name as id, so that none is lost.
fn by_id(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by(|a, b| (a.id(), &a.relative).cmp(&(b.id(), &b.relative)));
    let twins: Vec<usize> =
        (1..entries.len()).filter(|at| entries[at - 1].unique() == entries[*at].unique()).collect();
    twins.iter().for_each(|at| entries[*at].whole = true);
    if !twins.is_empty() {
        entries.sort_unstable_by(|a, b| a.id().cmp(b.id()));
    }
    entries.shrink_to_fit();
    entries
}

fn stamp(dir: &Path) -> Stamp {
    Stamp::of_paths([dir, &dir.join("cur"), &dir.join("new")])
}

fn is_emlx(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("emlx"))
}

fn emlx(path: &Path) -> Option<Emlx> {
    Emlx::of_file(&File::open(path).ok()?).ok()?
}

/// A word for this state of a file.
fn revision(stat: &Metadata) -> String {
    let nanos = |time: SystemTime| match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    };
    format!("{}-{}", stat.len(), stat.modified().map_or(0, nanos))
}

/// The date of a file: when the message was received, in a Maildir.
pub(crate) fn modified(stat: &Metadata) -> Option<Received> {
    stat.modified().ok().map(|time| DateTime::<Utc>::from(time).fixed_offset())
}
