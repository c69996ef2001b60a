//! Walks a path and says which folders of mail are in it.
//!
//! One walk for all formats, because real trees are mixed: a folder may be a Maildir, hold single messages, or
//! both; a file may be an mbox. Directory symlinks that lead back into the tree are not followed.

use crate::{
    holding::{Held, Holding, Looking, Loose, beside, main_role},
    maildir::is_maildir,
    mutf7,
    place::Shape,
    recognise::{FileKind, file_kind, is_ignored},
    relative,
    sidecar::MARKER,
};
use omm_core::model::{FolderPath, ItemKind, Role};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

/// Deeper trees are cut; no mail program makes them.
const DEEPEST: usize = 64;

/// A folder of mail that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) shape: Shape,
    /// The way from the root, as text; empty for the root itself.
    pub(crate) relative: String,
    pub(crate) path: FolderPath,
    pub(crate) kind: ItemKind,
    pub(crate) role: Option<Role>,
    /// How many items, where that is known already.
    pub(crate) items: Option<u64>,
}

/// All folders below a root, parents before their children.
pub(crate) fn walk(root: &Path, looking: Looking<'_>) -> io::Result<Vec<Found>> {
    let mut walk = Walk { root: root.canonicalize()?, looking, found: Vec::new(), linked: HashSet::new() };
    if fs::metadata(root)?.is_file() {
        walk.one_file(root)?;
        return Ok(apart(walk.found));
    }
    let name = root.canonicalize()?.file_name().map_or_else(|| "Mail".to_owned(), relative::shown);
    walk.directory(
        root,
        Place { relative: String::new(), path: Vec::new(), in_maildir: false },
        Some(name),
        0,
    );
    Ok(apart(walk.found))
}

/// Whether there is anything at all that is mail; stops looking at the first.
pub(crate) fn has_mail(dir: &Path, depth: usize) -> bool {
    let Ok(entries) = sorted(dir) else { return false };
    let is_mail = |entry: &DirEntry| {
        let path = entry.path();
        let Ok(meta) = fs::metadata(&path) else { return false };
        if meta.is_dir() {
            return depth < DEEPEST && !entry.path().is_symlink() && has_mail(&path, depth + 1);
        }
        let certain = |kind| !matches!(kind, FileKind::Other(_) | FileKind::Message { certain: false });
        meta.is_file()
            && !is_ignored(&relative::shown(&entry.file_name()))
            && file_kind(&path).is_ok_and(certain)
    };
    is_maildir(dir) || entries.iter().any(is_mail)
}

/// The entries of a directory in a stable order.
pub(crate) fn sorted(dir: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

struct Walk<'a> {
    root: PathBuf,
    looking: Looking<'a>,
    found: Vec<Found>,
    linked: HashSet<PathBuf>,
}

struct Place {
    relative: String,
    path: Vec<String>,
    in_maildir: bool,
}

impl Walk<'_> {
    fn one_file(&mut self, file: &Path) -> io::Result<()> {
        let name = file.file_name().map_or_else(String::new, relative::shown);
        let holding = match file_kind(file)? {
            FileKind::Other(_) if fs::metadata(file)?.len() > 0 => return Ok(()),
            FileKind::Other(_) => Holding::Folders(vec![Held::mbox(stem(&name))]),
            _ => Holding::of(file, stem(&name), self.looking, true),
        };
        match holding {
            Holding::Item(Loose { kind, .. }) => {
                self.push(Shape::OneItem, kind, "", &[stem(&name).to_owned()], main_role(kind));
            }
            Holding::Folders(held) => {
                held.iter().for_each(|held| self.push_held(held, "", &held.way));
            }
        }
        Ok(())
    }

    fn push(&mut self, shape: Shape, kind: ItemKind, relative: &str, path: &[String], role: Option<Role>) {
        let path = FolderPath::new(path.iter().map(String::as_str));
        self.found.push(Found { shape, relative: relative.to_owned(), path, kind, role, items: None });
    }

    fn push_held(&mut self, held: &Held, relative: &str, path: &[String]) {
        self.push(held.shape, held.kind, relative, path, held.role);
        if let Some(found) = self.found.last_mut() {
            found.items = held.items;
        }
    }

    fn directory(&mut self, dir: &Path, place: Place, root_name: Option<String>, depth: usize) {
        let maildir = is_maildir(dir);
        let own_path = match (&root_name, maildir) {
            (Some(_), true) => vec!["INBOX".to_owned()],
            (Some(name), false) => vec![name.clone()],
            (None, _) => place.path.clone(),
        };
        let role = (maildir && root_name.is_some()).then_some(Role::Inbox);
        let Ok(entries) = sorted(dir) else {
            // Listed all the same, so that listing its items says why it cannot be read.
            return self.push(Shape::Directory, ItemKind::Mail, &place.relative, &own_path, role);
        };
        let mut parts = Parts::of(&entries, self.looking);
        let empty = parts.folders.is_empty() && parts.directories.is_empty() && root_name.is_none();
        if maildir || (empty && parts.items.is_empty()) {
            parts.items.insert(ItemKind::Mail);
        }
        let first = parts.items.first().copied();
        for kind in parts.items.iter().copied() {
            let (mut path, is_first) = (own_path.clone(), Some(kind) == first);
            if let (Some(last), false) = (path.last_mut(), is_first) {
                *last = beside(last, kind);
            }
            self.push(Shape::Directory, kind, &place.relative, &path, role.filter(|_| is_first));
        }
        for (name, held) in &parts.folders {
            self.held(name, held, &place, &own_path);
        }
        for (name, path) in &parts.directories {
            if depth < DEEPEST && self.may_enter(path) {
                self.child(name, path, &place, maildir, depth);
            }
        }
    }

    fn held(&mut self, name: &str, held: &Held, place: &Place, own_path: &[String]) {
        // Apple Mail exports `Name.mbox/mbox`: the directory is the folder.
        let in_package =
            held.shape == Shape::Mbox && place.relative.to_lowercase().ends_with(".mbox") && name == "mbox";
        let path: Vec<String> = match in_package {
            true => own_path.to_vec(),
            false => place.path.iter().chain(&held.way).cloned().collect(),
        };
        self.push_held(held, &joined(&place.relative, name), &path);
    }

    fn child(&mut self, name: &str, dir: &Path, place: &Place, in_maildir: bool, depth: usize) {
        let shown = dir.file_name().map_or_else(String::new, relative::shown);
        let maildir = is_maildir(dir);
        let mut path = place.path.clone();
        if let Some(dotted) = shown.strip_prefix('.') {
            // Maildir++: `.INBOX.Sub` is the folder Sub of INBOX. Other dot directories are somebody's own affair.
            if !maildir {
                return;
            }
            path.extend(dotted.split('.').filter(|part| !part.is_empty()).map(mutf7::decode));
        } else if in_maildir && matches!(shown.as_str(), "cur" | "new" | "tmp") {
            return;
        } else if maildir || in_maildir || place.in_maildir {
            path.push(mutf7::decode(&shown));
        } else {
            path.push(without_ending(shown.strip_suffix(".sbd").unwrap_or(&shown), &DIRECTORIES).to_owned());
        }
        let in_maildir = place.in_maildir || in_maildir || maildir;
        let place = Place { relative: joined(&place.relative, name), path, in_maildir };
        self.directory(dir, place, None, depth + 1);
    }

    /// A symlink is followed only out of the tree, and once: inside, its target is visited anyway. A `dir:` tree
    /// inside is an account of its own, most likely the destination of this very run.
    fn may_enter(&mut self, dir: &Path) -> bool {
        if dir.join(MARKER).is_file() {
            return false;
        }
        if !dir.is_symlink() {
            return true;
        }
        let Ok(target) = dir.canonicalize() else { return false };
        let leads_back = target.starts_with(&self.root) || self.root.starts_with(&target);
        !leads_back && self.linked.insert(target)
    }
}

/// What is directly in a directory.
#[derive(Default)]
struct Parts {
    /// The kinds of the items.
    items: BTreeSet<ItemKind>,
    /// Folders in files, by the name of the file.
    folders: Vec<(String, Held)>,
    directories: Vec<(String, PathBuf)>,
}

impl Parts {
    fn of(entries: &[DirEntry], looking: Looking<'_>) -> Self {
        let mut parts = Self::default();
        for entry in entries {
            let (name, path) = (entry.file_name(), entry.path());
            let shown = relative::shown(&name);
            match fs::metadata(&path) {
                // Courier's lists of keywords.
                Ok(meta) if meta.is_dir() && name == "courierimapkeywords" => {}
                Ok(meta) if meta.is_dir() => parts.directories.push((relative::to_text(&name), path)),
                _ if is_ignored(&shown) => {}
                Ok(meta) if !meta.is_file() => {}
                Ok(meta) => match looking.known.holding(&path, &meta, stem(&shown), looking) {
                    Holding::Item(item) => drop(parts.items.insert(item.kind)),
                    Holding::Folders(held) => {
                        let name = relative::to_text(&name);
                        parts.folders.extend(held.into_iter().map(|held| (name.clone(), held)));
                    }
                },
                // A broken link is an item that cannot be read.
                Err(_) => drop(parts.items.insert(ItemKind::Mail)),
            }
        }
        parts
    }
}

/// Two folders that came out under one path get different ones: `mail.mbox` beside `mail/`.
fn apart(mut found: Vec<Found>) -> Vec<Found> {
    let mut seen = HashSet::new();
    // The next number for a path: a thousand calendars may all say the same name.
    let mut next: HashMap<FolderPath, u32> = HashMap::new();
    for folder in &mut found {
        if seen.insert(folder.path.clone()) {
            continue;
        }
        let number = next.entry(folder.path.clone()).or_insert(2);
        let parent = folder.path.parent().unwrap_or_default();
        folder.path = loop {
            let path = parent.child(format!("{} ({number})", folder.path.name()));
            *number += 1;
            if seen.insert(path.clone()) {
                break path;
            }
        };
    }
    found
}

/// Endings that are not part of what people call a file, and those of directories that are folders of mail.
const FILES: [&str; 19] = [
    ".mbox",
    ".mbx",
    ".eml",
    ".emlx",
    ".mime",
    ".pst",
    ".ost",
    ".ics",
    ".ical",
    ".icalendar",
    ".ifb",
    ".vcs",
    ".vcf",
    ".vcard",
    ".csv",
    ".tsv",
    ".msg",
    ".oft",
    ".tnef",
];
const DIRECTORIES: [&str; 2] = [".mbox", ".mbx"];

fn stem(name: &str) -> &str {
    without_ending(name, &FILES)
}

fn without_ending<'a>(name: &'a str, endings: &[&str]) -> &'a str {
    let lower = name.to_ascii_lowercase();
    let end = endings.iter().find(|end| lower.ends_with(**end) && lower.len() > end.len());
    end.map_or(name, |end| &name[..name.len() - end.len()])
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
}
