//! A panel with a state folder, and two mail providers.

use crate::browser::{Browser, Page};
use axum::http::StatusCode;
use omm::{AccountSpec, Tls};
use omm_panel::{House, Preset, Running, Settings};
use omm_testkit::{
    imap::{MockImap, Served},
    mailbox,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Of every mailbox.
pub(crate) const SECRET: &str = "pa;ss\"wörd=+ 1";

pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) settings: Settings,
    pub(crate) house: House,
    pub(crate) old: MockImap,
    pub(crate) new: MockImap,
    pub(crate) servers: [Served; 2],
}

impl World {
    /// With two servers that may be named.
    pub(crate) async fn new() -> Self {
        Self::with(|settings| settings.servers.networks.push("127.0.0.1/32".parse().unwrap())).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(dir.path().join("state"));
        let (mut old, mut new) = (MockImap::new(), MockImap::new());
        for person in 0..6 {
            (old, new) = (old.user(&login(person, "old"), SECRET), new.user(&login(person, "new"), SECRET));
        }
        for person in 0..6 {
            old.account(&login(person, "old")).fill(&mailbox::plain(person, 2, 10));
        }
        let servers = [old.serve().unwrap(), new.serve().unwrap()];
        for (server, name) in servers.iter().zip(["Old", "New"]) {
            let mut account = AccountSpec::new("imap", server.address().to_string());
            account.tls = Tls::Off;
            settings.presets.push(Preset { name: name.to_owned(), server: account });
        }
        change(&mut settings);
        let house = House::open(&settings).await.unwrap();
        Self { dir, settings, house, old, new, servers }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.house.router())
    }

    /// The panel at work.
    pub(crate) async fn begin(&self) -> Running {
        Running::begin(&self.house, TcpListener::bind("127.0.0.1:0").await.unwrap(), None)
    }

    /// A browser that has just made a project, and its number.
    pub(crate) async fn project(&self) -> (Browser, String) {
        let mut browser = self.browser();
        browser.get("/project/new").await;
        let made = browser.follow("/project/new", &project("Move")).await;
        assert_eq!(made.status, StatusCode::OK);
        let number = number(&made);
        (browser, number)
    }
}

pub(crate) fn project(name: &str) -> [(&str, &str); 4] {
    [("name", name), ("contact", "host@example.org"), ("password", PASSWORD), ("again", PASSWORD)]
}

/// The project's number on one of its pages.
pub(crate) fn number(page: &Page) -> String {
    let (_, rest) = page.text.split_once("<code>").expect("the number is shown");
    rest.split('<').next().unwrap().to_owned()
}

/// How many messages somebody has.
pub(crate) fn messages(server: &MockImap, login: &str) -> usize {
    server.account(login).snapshot().iter().map(|folder| folder.messages.len()).sum()
}

pub(crate) fn login(person: u64, provider: &str) -> String {
    format!("person{person}@{provider}.example")
}

/// The form of one pair, between the two servers.
pub(crate) fn pair(person: u64) -> Vec<(&'static str, String)> {
    vec![
        ("source-type", "preset-0".to_owned()),
        ("source-login", login(person, "old")),
        ("source-password", SECRET.to_owned()),
        ("destination-type", "preset-1".to_owned()),
        ("destination-login", login(person, "new")),
        ("destination-password", SECRET.to_owned()),
    ]
}

/// The same, as a browser sends it, with more fields.
pub(crate) fn fields<'a>(
    pair: &'a [(&'static str, String)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    pair.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect()
}

/// The cells of a table of these people; the servers are the project's.
pub(crate) fn cells(people: &[u64]) -> Vec<[String; 10]> {
    let head = omm::project::import::Column::ALL.map(|column| column.title().to_owned());
    let row = |person: &u64| {
        let (source, destination) = (login(*person, "old"), login(*person, "new"));
        ["", "", &source, SECRET, "", "", &destination, SECRET, "", ""].map(str::to_owned)
    };
    std::iter::once(head).chain(people.iter().map(row)).collect()
}

/// The same as CSV.
pub(crate) fn table(people: &[u64]) -> Vec<u8> {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: &[String; 10]| cells.iter().map(quoted).collect::<Vec<_>>().join(";") + "\r\n";
    cells(people).iter().map(line).collect::<String>().into_bytes()
}
