//! The folders of the corpus, as people name theirs.

use super::CorpusFolder;
use omm_core::model::{FolderPath, Role};

/// Where the messages lie of which each is odd in its own way.
pub(super) const EDGES: &str = "Edge cases";

/// A path with `/` between segments, how much of the mail lies there, and whether the short list has it.
const FOLDERS: [(&str, u64, bool); 44] = [
    ("INBOX", 250, true),
    ("Sent", 180, true),
    ("Drafts", 6, true),
    ("Junk", 20, true),
    ("Trash", 30, true),
    ("Archive", 0, true),
    ("Archive/2009", 20, true),
    ("Archive/2014", 40, false),
    ("Archive/2014/Q1", 20, false),
    ("Archive/2014/Q2", 20, false),
    ("Archive/2019", 40, false),
    ("Archive/2019/Kunden", 30, false),
    ("Archive/2019/Kunden/Müller & Söhne", 20, false),
    ("Archive/2019/Kunden/Müller & Söhne/Angebote", 10, false),
    ("Projects", 10, true),
    ("Projects/a.b.c", 10, true),
    ("Projects/With \"quotes\"", 5, true),
    ("Projects/back\\slash", 3, true),
    ("Projects/Ünïcödé", 20, true),
    ("Projects/日本語", 20, true),
    ("Projects/日本語/東京 2020", 10, false),
    ("Projects/Русские письма", 20, false),
    ("Projects/Русские письма/Счета & акты", 10, true),
    ("Projects/العربية", 10, false),
    ("Projects/😀 emoji 🚀", 6, true),
    ("Projects/deep", 2, false),
    ("Projects/deep/d2", 2, false),
    ("Projects/deep/d2/d3", 2, false),
    ("Projects/deep/d2/d3/d4", 2, false),
    ("Projects/deep/d2/d3/d4/d5", 2, false),
    ("Lists", 0, false),
    ("Lists/debian-devel", 60, false),
    ("Lists/rust-users", 50, false),
    ("Lists/imap-protocol", 30, false),
    ("Family & Friends", 20, true),
    ("Empty folder", 0, true),
    ("Receipts (2010-2024)", 20, false),
    (LONG, 3, true),
    (EDGES, 0, true),
    ("Notes~tilde", 2, false),
    ("#hash", 2, false),
    ("100% {done}", 2, true),
    ("Mixed Case", 2, false),
    ("l'été", 3, false),
];
const LONG: &str =
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// Each folder and its weight. A parent that the short list leaves out is in it all the same when a child is.
pub(super) fn folders(all: bool) -> Vec<(CorpusFolder, u64)> {
    let is_needed = |path: &str, listed: bool| {
        all || listed
            || FOLDERS.iter().any(|(other, _, listed)| *listed && other.starts_with(&format!("{path}/")))
    };
    let chosen = FOLDERS.iter().filter(|(path, _, listed)| is_needed(path, *listed));
    let folder = |(at, (path, weight, _)): (usize, &(&str, u64, bool))| {
        let folder = CorpusFolder {
            path: FolderPath::new(path.split('/')),
            role: role(path),
            subscribed: at % 4 != 3,
            messages: Vec::new(),
        };
        (folder, *weight)
    };
    chosen.enumerate().map(folder).collect()
}

fn role(path: &str) -> Option<Role> {
    match path {
        "Sent" => Some(Role::Sent),
        "Drafts" => Some(Role::Drafts),
        "Junk" => Some(Role::Junk),
        "Trash" => Some(Role::Trash),
        "Archive" => Some(Role::Archive),
        _ => None,
    }
}
