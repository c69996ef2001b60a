//! Files of JSON lines, as some systems export them: each line names a folder, and most hold an item.
//!
//! ```json
//! {"folder":["Inbox"],"role":"inbox"}
//! {"folder":["Inbox"],"id":"m1","flags":"\\Seen","body":"Subject: Hello\r\n\r\nText"}
//! ```
//!
//! A body is bytes, JSON is text: every character of `body` up to U+00FF stands for the byte of its number.

use omm::core::{
    error::{Scope, Side},
    model::{Flags, FolderPath, ItemKind, Received, Role},
};
use omm::{Error, ErrorKind, Result};
use std::{fs, path::Path};

/// One line of the file. A line without an id only says that the folder is there.
#[derive(serde::Deserialize)]
pub(crate) struct Line {
    pub(crate) folder: FolderPath,
    pub(crate) role: Option<Role>,
    pub(crate) kind: Option<ItemKind>,
    pub(crate) id: Option<Box<str>>,
    #[serde(default)]
    pub(crate) flags: Flags,
    pub(crate) received: Option<Received>,
    #[serde(default)]
    pub(crate) body: String,
}

/// All lines of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>> {
    let text = fs::read_to_string(path).map_err(|why| unreadable(path, why))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(at, line)| {
        let bad = |why| {
            error(ErrorKind::Malformed, "a line is no JSON of ours").with("line", at + 1).caused_by(why)
        };
        // One bad line spoils the file: what it was about cannot be known.
        serde_json::from_str(line).map_err(|why| bad(why).scope(Scope::Account))
    });
    parsed.collect()
}

pub(crate) fn unreadable(path: &Path, why: std::io::Error) -> Error {
    error(ErrorKind::Unreachable, "the file cannot be read").with("file", path.display()).caused_by(why)
}

pub(crate) fn error(kind: ErrorKind, message: &str) -> Error {
    Error::new(kind, Side::Source, "read an export", message)
}
