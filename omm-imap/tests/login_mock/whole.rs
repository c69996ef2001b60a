//! Whole accounts between servers that speak different dialects: compressed, IMAP4rev2 only, UTF-8, and nothing at all.

use crate::world::{ByName, PASSWORD};
use futures::FutureExt;
use omm_core::{
    host::{CredentialRef, Env},
    model::{Digest, Flags, FolderPath, ItemKind},
    seam::{AccountSpec, Connector, Destination, Source, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::{
        Extension::{self, Compress, Imap4Rev1, LiteralPlus, Utf8Accept},
        FolderSnapshot, MockImap, MockMessage,
    },
    memory::{Seen, Snapshot},
    sim::SimRuntime,
    step_stop::{Account, Time, World},
};
use std::{collections::BTreeMap, sync::Arc};

struct OnMock {
    server: MockImap,
    spec: AccountSpec,
}

impl OnMock {
    fn new(clock: &SimRuntime, host: &str, server: MockImap, compress: bool) -> Self {
        let server = server.user("ann", PASSWORD);
        clock.listen(host, 143, server.clone());
        let mut spec = AccountSpec::new("imap", host);
        spec.login = "ann".to_owned();
        spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
        spec.tls = Tls::Off;
        if compress {
            spec.options.insert("compress".to_owned(), "on".to_owned());
        }
        Self { server, spec }
    }
}

fn knowing(env: &Env) -> Env {
    let mut env = env.clone();
    env.credentials = Arc::new(ByName);
    env
}

impl Account for OnMock {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let opened = ImapConnector.source(&self.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let opened = ImapConnector.destination(&self.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        Snapshot(self.server.account("ann").snapshot().iter().map(seen).collect())
    }
}

pub(crate) fn seen(folder: &FolderSnapshot) -> (FolderPath, BTreeMap<Seen, usize>) {
    let mut all: BTreeMap<Seen, usize> = BTreeMap::new();
    for message in &folder.messages {
        let seen = Seen {
            kind: ItemKind::Mail,
            digest: Digest::of(&message.bytes),
            flags: Flags::parse(&message.flags.join(" ")).to_string(),
            received: Some(message.received.to_rfc3339()),
        };
        *all.entry(seen).or_default() += 1;
    }
    (FolderPath::new(folder.name.split('/')), all)
}

/// Names beyond ASCII, flags, headers in UTF-8, a body larger than any buffer, and an empty folder.
fn fill(server: &MockImap) {
    let account = server.account("ann");
    for name in ["Entwürfe", "Entwürfe/日本 & mehr", "leer"] {
        account.add_folder(name);
        account.subscribe(name);
    }
    for number in 0..40 {
        let text = format!("Subject: Nummer {number} für dich\r\n\r\n{number}\r\n");
        account.add("INBOX", MockMessage::new(text.clone()).flag("\\Seen"));
        account.add("Entwürfe/日本 & mehr", MockMessage::new(text).flag("$Label1"));
    }
    let large: String = (0..60_000).map(|line| format!("line {line} of a large message\r\n")).collect();
    account.add("Entwürfe", MockMessage::new(format!("Subject: large\r\n\r\n{large}")));
}

/// Migrates twice; what the two sides said.
fn migrates(source: MockImap, destination: MockImap, compress: bool) -> [MockImap; 2] {
    let clock = SimRuntime::new();
    let source = OnMock::new(&clock, "old.example", source, compress);
    let destination = OnMock::new(&clock, "new.example", destination, compress);
    fill(&source.server);
    let world = World::with_clock(source, destination, clock);
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    assert_eq!(world.source.contents(), world.destination.contents());
    let names = |account: &OnMock| account.server.account("ann").subscriptions();
    assert_eq!(names(&world.source), names(&world.destination));
    world.destination.server.reset_counters();
    world.clock.run(world.migration().run()).expect("a second run");
    assert_eq!(world.destination.server.counters().messages_appended, 0);
    [world.source.server.clone(), world.destination.server.clone()]
}

#[test]
fn compressed_both_ways() {
    let servers = migrates(MockImap::new(), MockImap::new(), true);
    for server in servers {
        assert!(server.transcript_text().contains("COMPRESS DEFLATE"));
    }
    // Asked for and not offered: done without.
    let servers = migrates(MockImap::new().without(Compress), MockImap::new(), true);
    assert!(!servers[0].transcript_text().contains("COMPRESS DEFLATE"));
}

#[test]
fn servers_that_speak_imap4rev2_only() {
    let rev2 = || MockImap::new().without(Imap4Rev1);
    migrates(rev2(), rev2(), false);
    migrates(rev2(), MockImap::new().plain(), false);
    migrates(MockImap::new().plain(), rev2(), false);
}

#[test]
fn servers_with_and_without_utf8() {
    let old = |off: &[Extension]| off.iter().fold(MockImap::new(), |server, off| server.without(*off));
    let utf8 = || old(&[Extension::Imap4Rev2]);
    let without = || old(&[Extension::Imap4Rev2, Utf8Accept, LiteralPlus]);
    let [source, _] = migrates(utf8(), without(), false);
    assert!(source.transcript_text().contains("UTF8=ACCEPT"));
    migrates(without(), utf8(), false);
}

#[test]
fn servers_that_can_do_nothing() {
    migrates(MockImap::new().plain(), MockImap::new().plain(), false);
}
