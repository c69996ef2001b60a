//! The contract of sources, on servers of many kinds.

use crate::world::{ByName, HOST, PASSWORD, mail, open, with};
use omm_core::host::Env;
use omm_testkit::{
    conformance::source::{self, Shows, Touch},
    mailbox::{Mailbox, small},
    pop::{Extension, MockPop, Quirk},
    sim::{self, SimRuntime},
};
use std::{cell::Cell, sync::Arc};

/// What of the small mailbox a maildrop can hold: its inbox, without flags and dates.
fn inbox() -> Mailbox {
    small(1).only(|folder| folder.path.to_string() == "INBOX")
}

fn shows() -> Shows {
    let mut shows = Shows::default();
    (shows.flags, shows.keywords, shows.received) = (false, false, false);
    shows
}

fn kept(kind: &str, server: impl Fn() -> MockPop) {
    println!("{kind}");
    let (runtime, port) = (SimRuntime::new(), Cell::new(1000));
    let opened = |server: MockPop| {
        let at = port.replace(port.get() + 1);
        runtime.listen(HOST, at, server);
        let mut env = Env::new(runtime.shared());
        env.credentials = Arc::new(ByName);
        let spec = with(|spec| spec.server = format!("{HOST}:{at}"));
        async move { (open(&spec, &env).await, env) }
    };
    let filled = |mailbox: &Mailbox| {
        let server = server().user("ann", PASSWORD);
        server.maildrop("ann").fill(mailbox);
        server
    };
    sim::run(&runtime, source::source_with(inbox(), shows(), |mailbox| opened(filled(&mailbox))));
    let changes = source::source_changes(inbox(), |mailbox| {
        let server = filled(&mailbox);
        let opening = opened(server.clone());
        async move {
            let (source, env) = opening.await;
            (source, env, move |touch| touched(&server, touch))
        }
    });
    sim::run(&runtime, changes);
}

fn touched(server: &MockPop, touch: Touch) -> bool {
    let maildrop = server.maildrop("ann");
    match touch {
        Touch::Add => drop(maildrop.add(mail("more"))),
        // Nobody can see it.
        Touch::Flag => return false,
        Touch::Delete => maildrop.delete(&maildrop.snapshot()[0].uid),
    }
    true
}

fn usual() -> MockPop {
    MockPop::new().without(Extension::AuthScramSha256)
}

#[test]
fn with_every_extension() {
    kept("all", usual);
}

#[test]
fn with_none() {
    kept("plain", || usual().plain());
}

#[test]
fn without_one_extension() {
    for extension in [
        Extension::Capa,
        Extension::Pipelining,
        Extension::Top,
        Extension::Uidl,
        Extension::RespCodes,
        Extension::User,
        Extension::Apop,
        Extension::Utf8,
    ] {
        kept(&format!("without {extension:?}"), || usual().without(extension));
    }
    kept("without Uidl and Top", || usual().without(Extension::Uidl).without(Extension::Top));
}

#[test]
fn with_bad_habits() {
    for quirk in [
        Quirk::OddUids,
        Quirk::LongUids,
        Quirk::SizeOff(17),
        Quirk::SizeOff(-1),
        Quirk::SizesAsStored,
        Quirk::LoneLineFeeds,
        Quirk::BareStatus,
        Quirk::ListingSaysMore,
        Quirk::TopSendsAll,
        Quirk::SharedMaildrop,
        Quirk::BareLineFeeds,
        Quirk::NoInitialResponse,
    ] {
        kept(&format!("{quirk:?}"), || usual().quirk(quirk));
        kept(&format!("{quirk:?} without UIDL"), || usual().without(Extension::Uidl).quirk(quirk));
    }
}
