//! Whole migrations whose tokens expire under way, and whose provider fails under way.

use crate::{
    vault::Vault,
    whole::seen,
    world::{PASSWORD, auth},
};
use futures::FutureExt;
use omm_core::{
    error::{Error, ErrorKind, Retry},
    host::Env,
    seam::{AccountSpec, Connector, Destination, Source},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::{Expiry, MockImap, MockMessage},
    memory::Snapshot,
    sim::SimRuntime,
    step_stop::{Account, Time, World},
};
use std::{sync::Arc, time::Duration};

const FOLDERS: [&str; 3] = ["INBOX", "a", "b"];
const EACH: u64 = 120;
const ALL: u64 = EACH * FOLDERS.len() as u64;

/// An account that is entered with tokens.
struct Tokened {
    server: MockImap,
    vault: Vault,
    spec: AccountSpec,
}

impl Tokened {
    fn new(clock: &SimRuntime, host: &str, server: MockImap) -> Self {
        clock.listen(host, 143, server.clone());
        let mut spec = auth("xoauth2");
        host.clone_into(&mut spec.server);
        Self { vault: Vault::of(&server), server, spec }
    }

    fn env(&self, env: &Env) -> Env {
        let mut env = env.clone();
        env.credentials = Arc::new(self.vault.clone());
        env
    }
}

impl Account for Tokened {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let opened = ImapConnector.source(&self.spec, &self.env(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let opened = ImapConnector.destination(&self.spec, &self.env(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        Snapshot(self.server.account("ann").snapshot().iter().map(seen).collect())
    }
}

fn filled(server: MockImap) -> MockImap {
    for folder in FOLDERS {
        server.account("ann").add_folder(folder);
        for number in 0..EACH {
            let text = format!("Subject: {folder} {number}\r\n\r\n{}\r\n", "word ".repeat(40));
            server.account("ann").add(folder, MockMessage::new(text));
        }
    }
    server
}

/// A migration between two servers whose tokens last for so many commands, so many times.
fn world(commands: [u64; 2], times: u64, expiry: Expiry) -> World<Tokened, Tokened> {
    let clock = SimRuntime::new();
    let server = |commands| MockImap::new().user("ann", PASSWORD).tokens_last(commands, times, expiry);
    let source = Tokened::new(&clock, "old.example", filled(server(commands[0])));
    let destination = Tokened::new(&clock, "new.example", server(commands[1]));
    World::with_clock(source, destination, clock)
}

#[track_caller]
fn all_there_once(world: &World<Tokened, Tokened>) {
    assert_eq!(world.source.contents(), world.destination.contents());
    assert_eq!(world.destination.server.counters().messages_appended, ALL, "nothing twice");
}

/// Kills: a folder that begins again since a token expired in it, items that fail since one did, and a provider that is
/// asked more often than tokens expire.
#[test]
fn tokens_that_expire_twice_cost_no_item_and_no_body() {
    for expiry in [Expiry::No, Expiry::Bye] {
        for commands in [[7, 1_000], [1_000, 12], [9, 15]] {
            let world = world(commands, 2, expiry);
            let report = world.clock.run(world.migration().run()).expect("a run");
            assert_eq!(
                (report.totals.failed, report.totals.copied),
                (0, ALL),
                "{expiry:?} {commands:?}: {report}"
            );
            all_there_once(&world);
            assert_eq!(world.source.server.counters().bodies_fetched, ALL, "{expiry:?} {commands:?}");
            for (account, expired) in
                [(&world.source, commands[0] < 1_000), (&world.destination, commands[1] < 1_000)]
            {
                let (renewed, tokens) = (account.vault.renewed(), account.server.token("ann"));
                assert_eq!(tokens.ends_with("-2"), expired, "{commands:?}: {tokens}");
                // Each connection that has the old one asks once.
                let connections = account.server.counters().connections;
                assert!(
                    renewed >= 2 * u64::from(expired) && renewed <= connections,
                    "{renewed} {connections}"
                );
                assert_eq!(account.vault.asked(), connections, "asked for every connection");
            }
        }
    }
}

#[track_caller]
fn pauses(world: &World<Tokened, Tokened>) -> Error {
    let error = world.clock.run(world.migration().run()).expect_err("no token, no run");
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    assert!(error.message().starts_with("the credential provider says: "), "{error}");
    error
}

/// Kills: items and folders that fail since nobody gave a token, and a run that cannot go on afterwards.
#[test]
fn a_provider_that_fails_under_way_pauses_the_migration() {
    for (commands, at_source) in [([9, 1_000], true), ([1_000, 15], false)] {
        for expiry in [Expiry::No, Expiry::Bye] {
            let world = world(commands, 1, expiry);
            let vault = if at_source { &world.source.vault } else { &world.destination.vault };
            vault.seals_when_renewed();
            pauses(&world);
            let done = world.destination.server.counters().messages_appended;
            assert!(done > 0 && done < ALL, "in the middle: {done}");
            // Nobody has opened it since: it is said again, and nothing else happens.
            pauses(&world);
            vault.seal(Retry::Never, 0);
            let report = world.clock.run(world.migration().run()).expect("the rest");
            assert_eq!((report.totals.failed, report.totals.unsettled), (0, 0), "{report}");
            assert!(report.complete, "{report}");
            all_there_once(&world);
        }
    }
}

/// Kills: a run that is given up since a provider was away for a moment, and one that waits for ever.
#[test]
fn a_provider_that_comes_back_is_waited_for() {
    for (retry, times, least, most) in
        [(Retry::Backoff, 4, 15, 60), (Retry::After(Duration::from_secs(300)), 3, 900, 960)]
    {
        let world = world([9, 1_000], 1, Expiry::No);
        world.source.vault.seal(retry, times);
        let before = world.clock.elapsed();
        let report = world.clock.run(world.migration().run()).expect("a run");
        assert_eq!((report.totals.failed, report.totals.copied), (0, ALL), "{report}");
        let waited = (world.clock.elapsed() - before).as_secs();
        assert!((least..most).contains(&waited), "{retry:?}: {waited} s");
        all_there_once(&world);
    }
    let world = world([9, 1_000], 1, Expiry::No);
    world.source.vault.seal(Retry::Backoff, u64::MAX);
    pauses(&world);
    let asked = world.source.vault.asked();
    assert!((15..=20).contains(&asked), "about ten minutes of patience: {asked}");
}
