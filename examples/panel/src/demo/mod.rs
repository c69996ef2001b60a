//! Mock servers with filled accounts, in this process: every page can be tried without an account anywhere.

use crate::house::{Preset, Settings};
use omm::{AccountSpec, Tls};
use omm_testkit::{
    imap::{MockImap, Served},
    mailbox,
};
use std::{fmt, fs, io};

/// Two providers, an old one with filled mailboxes and a new one with empty ones. They end when this is dropped.
#[derive(Debug)]
pub struct Demo {
    _servers: [Served; 2],
    table: std::path::PathBuf,
}

/// Who has a mailbox at both. The password is the same for all.
const PEOPLE: [&str; 6] = ["anna", "ben", "chloe", "david", "emma", "farid"];
const PASSWORD: &str = "demonstration";
/// Folders and messages of each.
const FOLDERS: u64 = 5;
const MESSAGES: u64 = 120;

impl Demo {
    /// Starts them, offers them by name, and lets visitors use them.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn begin(settings: &mut Settings) -> io::Result<Self> {
        let (mut old, mut new) = (MockImap::new(), MockImap::new());
        for person in PEOPLE {
            (old, new) =
                (old.user(&login(person, "old"), PASSWORD), new.user(&login(person, "new"), PASSWORD));
        }
        for (person, seed) in PEOPLE.into_iter().zip(1..) {
            old.account(&login(person, "old")).fill(&mailbox::plain(seed, FOLDERS, MESSAGES));
        }
        let servers = [old.serve()?, new.serve()?];
        for (server, name) in
            servers.iter().zip(["Old provider (demonstration)", "New provider (demonstration)"])
        {
            let mut account = AccountSpec::new("imap", server.address().to_string());
            account.tls = Tls::Off;
            settings.presets.push(Preset { name: name.to_owned(), server: account });
        }
        let here = "127.0.0.1/32".parse().map_err(io::Error::other)?;
        settings.servers.networks.push(here);
        let table = settings.state_dir.with_extension("demo.csv");
        fs::write(&table, form())?;
        Ok(Self { _servers: servers, table })
    }
}

/// A table of all but the first, for the multiple import; its servers are those of the project.
fn form() -> String {
    let head = omm::project::import::Column::ALL.map(|column| column.title()).join(";");
    let row = |person: &&str| {
        format!(";;{};{PASSWORD};;;{};{PASSWORD};;", login(person, "old"), login(person, "new"))
    };
    let rows: Vec<String> = PEOPLE.iter().skip(1).map(row).collect();
    format!("{head}\r\n{}\r\n", rows.join("\r\n"))
}

fn login(person: &str, provider: &str) -> String {
    format!("{person}@{provider}.example")
}

impl fmt::Display for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "demonstration: {} at old.example and new.example, password {PASSWORD}",
            PEOPLE.join(", ")
        )?;
        write!(f, "add anna with the two servers as the project's, then import {}", self.table.display())
    }
}
