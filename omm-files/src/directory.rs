//! The items of a folder in which every item is a file: a Maildir, single messages, contacts, appointments.

use crate::{
    collection,
    eml::Emlx,
    holding::{Looking, Loose},
    listing::{Listing, Opened, Opening, Stamp},
    maildir::{self, KEYWORD_FILE, Keywords},
    options::Options,
    place::{Place, Shape},
    recognise::{FileKind, file_kind, is_ignored},
    relative,
    sidecar::FlagFile,
    single,
    tree::sorted,
};
use chrono::{DateTime, Utc};
use omm_core::{
    Result,
    model::{Flags, ItemKind, ItemMeta, Received, Revision, SourceItemId},
};
use std::{
    fs::{self, File, Metadata},
    io,
    ops::Range,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Names, sorted by id.
#[derive(Debug)]
pub(crate) struct Directory {
    dir: PathBuf,
    kind: ItemKind,
    /// Whether it is one of our own, whose files are items as they are.
    own: bool,
    options: Options,
    // Invariant: sorted by id, no id twice.
    entries: Vec<Entry>,
    stamp: Stamp,
}

/// One file. Beside the name there are only bits, so that 100,000 of them stay small.
#[derive(Debug)]
struct Entry {
    /// `cur/name`, `new/name`, or `./name` for a file that lies directly in the folder.
    relative: Box<str>,
    /// Whether the id is all of it, because another file has the same unique name.
    whole: bool,
    /// Whether flags and dates are in it.
    is_outlook: bool,
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

impl Directory {
    /// Reads the names. Blocks.
    pub(crate) fn read(place: &Place, looking: Looking<'_>) -> io::Result<Self> {
        let (dir, mut entries) = match place.shape {
            Shape::OneItem => {
                let name = relative::to_text(place.path.file_name().unwrap_or_default());
                let is_outlook =
                    file_kind(&place.path).is_ok_and(|kind| matches!(kind, FileKind::Msg | FileKind::Tnef));
                (place.path.parent().unwrap_or(Path::new("")), vec![loose(&name, is_outlook)])
            }
            _ => (place.path.as_path(), Vec::new()),
        };
        let stamp = stamp(dir);
        if place.shape != Shape::OneItem {
            add_loose(dir, place, looking, &mut entries)?;
            if place.kind == ItemKind::Mail {
                add_maildir(&dir.join("cur"), "cur", &mut entries)?;
                add_maildir(&dir.join("new"), "new", &mut entries)?;
            }
        }
        let entries = by_id(entries);
        let own = place.shape == Shape::Own;
        Ok(Self {
            dir: dir.to_owned(),
            kind: place.kind,
            own,
            options: looking.options.clone(),
            entries,
            stamp,
        })
    }

    fn meta(&self, entry: &Entry, flags: &FolderFlags) -> ItemMeta {
        let path = self.path(entry);
        let mut meta = ItemMeta::new(SourceItemId::new(entry.id()), self.kind);
        meta.flags = flags.of(entry.name());
        if let Ok(stat) = fs::metadata(&path) {
            meta.size = Some(stat.len());
            // The date of a file of contacts says when somebody copied it.
            meta.received = modified(&stat).filter(|_| self.own || self.kind == ItemKind::Mail);
            if entry.is_loose() {
                meta.revision = Some(Revision::new(revision(&stat)));
            }
        }
        if entry.is_outlook {
            (meta.flags, meta.received) = single::marks(&path, self.kind, &self.options);
        }
        // Apple Mail rewrites the file when a flag changes, never the message in it: no revision.
        if let (true, Some(emlx)) = (entry.is_loose() && is_emlx(&path), emlx(&path)) {
            (meta.size, meta.flags, meta.revision) = (Some(emlx.len), emlx.flags, None);
        }
        meta
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

impl Listing for Directory {
    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_now(&self) -> Stamp {
        stamp(&self.dir)
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn id(&self, at: usize) -> String {
        self.entries[at].id().to_owned()
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.id().cmp(id)).ok()
    }

    fn after(&self, id: &str) -> usize {
        self.entries.partition_point(|entry| entry.id() <= id)
    }

    /// Opens no file but Apple's and Outlook's, which have flags in them.
    fn metas(&self, range: Range<usize>) -> Vec<ItemMeta> {
        let flags = FolderFlags::read(&self.dir, self.kind);
        self.entries[range].iter().map(|entry| self.meta(entry, &flags)).collect()
    }

    fn open(&self, at: usize, opening: &Opening<'_>) -> Result<Opened> {
        let entry = &self.entries[at];
        let path = self.path(entry);
        let failed = |cause| opening.failed(cause);
        let stat = fs::metadata(&path).map_err(failed)?;
        // Opening a pipe would wait for somebody to write into it.
        if !stat.is_file() {
            return Err(opening.malformed("not a regular file"));
        }
        let kind = match entry.is_loose() && !self.own {
            true => file_kind(&path).map_err(failed)?,
            false => FileKind::Message { certain: true },
        };
        match kind {
            FileKind::Other(reason) => return Err(opening.malformed(reason)),
            FileKind::Mbox => return Err(opening.malformed("it has become an mbox")),
            FileKind::Msg | FileKind::Tnef => return single::open(&path, kind, &self.options, opening),
            FileKind::Calendar | FileKind::Cards => {
                return collection::only(&path, kind, &self.options, opening);
            }
            FileKind::Store => return Err(opening.malformed(single::why_no_store(&path))),
            FileKind::Table => return Err(opening.malformed("it has become a table of contacts")),
            FileKind::Message { .. } | FileKind::Emlx => {}
        }
        let file = File::open(&path).map_err(failed)?;
        let wrapped = if kind == FileKind::Emlx { Emlx::of_file(&file).map_err(failed)? } else { None };
        let (offset, len, flags) = match wrapped {
            Some(Emlx { len: 0, .. }) => return Err(opening.malformed("the message in it is empty")),
            Some(Emlx { offset, len, flags }) => (offset, len, flags),
            None if stat.len() == 0 => return Err(opening.malformed("the file is empty")),
            None => (0, stat.len(), FolderFlags::read(&self.dir, self.kind).of(entry.name())),
        };
        let mut opened = Opened::new(self.kind, opening.region(file, offset, len)?);
        (opened.flags, opened.received) = (flags, modified(&stat));
        Ok(opened)
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

fn add_loose(dir: &Path, place: &Place, looking: Looking<'_>, entries: &mut Vec<Entry>) -> io::Result<()> {
    for entry in sorted(dir)? {
        let (name, path) = (entry.file_name(), entry.path());
        let stat = fs::metadata(&path);
        // A broken link is an item that cannot be read; a directory or a pipe is none.
        let may_be_item = stat.as_ref().map_or(place.kind == ItemKind::Mail, |stat| stat.is_file());
        if !may_be_item || is_ignored(&relative::shown(&name)) {
            continue;
        }
        let item = match stat {
            Ok(stat) if place.shape != Shape::Own => looking.known.item(&path, &stat, looking),
            _ => Some(Loose { kind: place.kind, is_outlook: false }),
        };
        entries.extend(
            item.filter(|item| item.kind == place.kind)
                .map(|item| loose(&relative::to_text(&name), item.is_outlook)),
        );
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
            let relative = format!("{name}/{file}").into();
            entries.push(Entry { relative, whole: false, is_outlook: false });
        }
    }
    Ok(())
}

fn loose(name: &str, is_outlook: bool) -> Entry {
    Entry { relative: format!("./{name}").into(), whole: false, is_outlook }
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
