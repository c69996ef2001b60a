//! A folder with a state, and the program to run in it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

pub(crate) struct World {
    dir: TempDir,
}

/// How the program ended.
pub(crate) struct End {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A Maildir (Maildir++ layout) named `mail` with so many messages in INBOX and as many in `.Work`.
    pub(crate) fn maildir(&self, messages: usize) -> PathBuf {
        let mail = self.path("mail");
        for folder in [mail.clone(), mail.join(".Work")] {
            for part in ["cur", "new", "tmp"] {
                fs::create_dir_all(folder.join(part)).unwrap();
            }
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            for number in 0..messages {
                self.message(&folder, &format!("{name}-{number}"));
            }
        }
        mail
    }

    /// One seen message more.
    pub(crate) fn message(&self, folder: &Path, name: &str) {
        fs::write(folder.join("cur").join(format!("1700000000.{name}.host:2,S")), text(name)).unwrap();
    }

    /// The program, with the state of this world, in its folder. `OMM_PROGRAM` names another build of it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let program = std::env::var_os("OMM_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_omm").into());
        let mut command = Command::new(program);
        command.current_dir(self.dir.path()).args(args).arg("--state").arg(self.path("state"));
        command.stdin(std::process::Stdio::null());
        command
    }

    pub(crate) fn omm(&self, args: &[&str]) -> End {
        End::of(self.command(args).output().unwrap())
    }

    /// Migrates `mail` to `dir:copies` and gives the id.
    pub(crate) fn migrated(&self, messages: usize) -> String {
        self.maildir(messages);
        let end = self.omm(&["migrate", "mail", "dir:copies", "--quiet"]);
        assert_eq!(end.code, 0, "{}", end.err);
        end.out.trim().to_owned()
    }

    /// How often each message body is below a folder: what counts, whatever the files are called.
    pub(crate) fn bodies(&self, below: &str) -> BTreeMap<Vec<u8>, usize> {
        let mut found = BTreeMap::new();
        collect(&self.path(below), &mut found);
        found
    }
}

impl End {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It failed with this code, one line on standard error that holds each of these words, and no panic.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "out {:?} err {:?}", self.out, self.err);
        let lines: Vec<_> = self.err.lines().collect();
        assert_eq!(lines.len(), 1, "{:?}", self.err);
        assert!(lines[0].starts_with("omm: error: "), "{:?}", lines[0]);
        for word in words {
            assert!(lines[0].contains(word), "{word:?} not in {:?}", lines[0]);
        }
    }
}

pub(crate) fn text(name: &str) -> String {
    format!(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@example.org>\r\n\r\n{name}\r\n"
    )
}

fn collect(dir: &Path, found: &mut BTreeMap<Vec<u8>, usize>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.parent().is_some_and(|parent| parent.ends_with("cur") || parent.ends_with("new")) {
            *found.entry(fs::read(path).unwrap()).or_default() += 1;
        }
    }
}
