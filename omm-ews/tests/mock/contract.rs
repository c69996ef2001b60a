//! The contracts of sources and destinations, on servers of many kinds.

use crate::world::{ANN, destination, filled, server, source};
use omm_core::model::ItemKind;
use omm_testkit::{
    conformance::{
        destination::{Keeps, destination_with},
        source::{self as sources, Shows, Touch},
    },
    ews::{MockEws, Policy, Quirk, Version},
    mailbox::{Mailbox, plain, small},
    sim::{self, SimRuntime},
};
use std::cell::Cell;

const VERSIONS: [Version; 4] =
    [Version::Exchange2007, Version::Exchange2010, Version::Exchange2013, Version::Exchange2016];

/// What a server takes with one request.
const SIZES: [usize; 6] = [1, 2, 3, 7, 20, 49];

fn read(kind: &str, server: impl Fn() -> MockEws) {
    read_all(kind, small(1).only(|folder| folder.kind == ItemKind::Mail), server);
}

fn read_all(kind: &str, mailbox: Mailbox, server: impl Fn() -> MockEws) {
    println!("{kind}");
    let (runtime, port) = (SimRuntime::new(), Cell::new(1000));
    let next = || port.replace(port.get() + 1);
    let mut shows = Shows::default();
    // The folders that every mailbox has are called as the server calls them.
    shows.paths = false;
    shows.wide_keywords = false;
    let serve = |mailbox| source(filled(server(), &mailbox), &runtime, next());
    sim::run(&runtime, sources::source_with(mailbox.clone(), shows, serve));
    let changes = sources::source_changes(mailbox, |mailbox| {
        let server = filled(server(), &mailbox);
        let opening = source(server.clone(), &runtime, next());
        async move {
            let (source, env) = opening.await;
            (source, env, move |touch| touched(&server, touch))
        }
    });
    sim::run(&runtime, changes);
}

fn touched(server: &MockEws, touch: Touch) -> bool {
    let account = server.mailbox(ANN);
    let first = account.items("inbox")[0].id.clone();
    match touch {
        Touch::Add => {
            account.add_mail("inbox", b"Subject: more\r\n\r\n", "2026-01-31T12:00:00Z", false);
        }
        Touch::Flag => {
            let is_read = account.items("inbox")[0].text("IsRead") == Some("true");
            account.mark_read(&first, !is_read);
        }
        Touch::Delete => {
            account.remove(&first);
        }
    }
    true
}

fn written(kind: &str, server: impl Fn() -> MockEws) {
    println!("{kind}");
    let mut keeps = Keeps::default();
    keeps.wide_keywords = false;
    let (runtime, port) = (SimRuntime::new(), Cell::new(1000));
    let open = || destination(server(), &runtime, port.replace(port.get() + 1));
    sim::run(&runtime, destination_with(keeps, open));
}

#[test]
fn a_source_of_every_version() {
    for version in VERSIONS {
        read(&format!("{version:?}"), || server().version(version));
    }
}

#[test]
fn a_source_with_bad_habits() {
    for quirk in [
        Quirk::Chunked,
        Quirk::NoCharset,
        Quirk::FractionalSeconds,
        Quirk::UnknownElements,
        Quirk::LeavesOptionalOut,
        Quirk::ReadIsUpdate,
        Quirk::RepeatsChanges,
    ] {
        read(&format!("{quirk:?}"), || server().quirk(quirk));
    }
}

#[test]
fn a_destination_of_every_version() {
    for version in VERSIONS {
        written(&format!("{version:?}"), || server().version(version));
    }
}

#[test]
fn a_destination_with_bad_habits() {
    for quirk in [Quirk::Chunked, Quirk::FractionalSeconds, Quirk::MakesMimeAnew, Quirk::UnknownElements] {
        written(&format!("{quirk:?}"), || server().quirk(quirk));
    }
}

/// More than that is refused as a whole, and no page is longer: the first batch is too large, and so may be the next.
fn taking(size: usize) -> MockEws {
    let policy = Policy { largest_batch: Some(size), find_count: Some(size), ..Policy::default() };
    server().policy(policy)
}

#[test]
fn a_source_with_every_batch_size() {
    for size in SIZES {
        read_all(&format!("{size} with one request"), plain(1, 2, 63), || taking(size));
    }
}

#[test]
fn a_destination_with_every_batch_size() {
    for size in SIZES {
        written(&format!("{size} with one request"), || taking(size));
    }
}
