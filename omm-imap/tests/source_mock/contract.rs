//! The contract of sources, on servers of many kinds.

use crate::world::{filled, opened, server};
use omm_core::model::ItemKind;
use omm_testkit::{
    conformance::source::{self, Touch},
    imap::{Extension, MockImap, MockMessage, Quirk},
    mailbox::small,
    sim::{self, SimRuntime},
};
use std::cell::Cell;

fn kept(kind: &str, server: impl Fn() -> MockImap) {
    println!("{kind}");
    let (runtime, port) = (SimRuntime::new(), Cell::new(1000));
    let next = || port.replace(port.get() + 1);
    sim::run(&runtime, source::source(|mailbox| opened(filled(server(), &mailbox), &runtime, next())));
    let mailbox = small(1).only(|folder| folder.kind == ItemKind::Mail);
    let changes = source::source_changes(mailbox, |mailbox| {
        let server = filled(server(), &mailbox);
        let opening = opened(server.clone(), &runtime, next());
        async move {
            let (source, env) = opening.await;
            (source, env, move |touch| touched(&server, touch))
        }
    });
    sim::run(&runtime, changes);
}

fn touched(server: &MockImap, touch: Touch) -> bool {
    let account = server.account("ann");
    let first = account.messages("INBOX")[0].uid;
    match touch {
        Touch::Add => {
            account.add("INBOX", MockMessage::new("Subject: more\r\n\r\n"));
        }
        Touch::Flag => account.set_flags("INBOX", first, &["\\Flagged", "$Later"]),
        Touch::Delete => account.delete("INBOX", first),
    }
    true
}

#[test]
fn with_every_extension() {
    kept("all", server);
}

#[test]
fn with_none() {
    kept("plain", || server().plain());
}

#[test]
fn without_one_extension() {
    for extension in [
        Extension::QResync,
        Extension::CondStore,
        Extension::Enable,
        Extension::ESearch,
        Extension::ListExtended,
        Extension::ListStatus,
        Extension::Imap4Rev2,
        Extension::Utf8Accept,
        Extension::Namespace,
        Extension::Unselect,
    ] {
        let without = || {
            let server = server().without(extension);
            // RFC 7162 §3.2.3: QRESYNC contains CONDSTORE and needs ENABLE.
            match extension {
                Extension::CondStore | Extension::Enable => server.without(Extension::QResync),
                _ => server,
            }
        };
        kept(&format!("without {extension:?}"), without);
    }
}

#[test]
fn with_bad_habits() {
    for quirk in [
        Quirk::UidAfterBody,
        Quirk::ChattyBetween,
        Quirk::NoClosedCode,
        Quirk::SearchRefused,
        Quirk::SearchUnknown,
        Quirk::SearchFindsNothing,
        Quirk::SizeOff(17),
        Quirk::SizeOff(-1),
        Quirk::OddInternalDate,
        Quirk::FlagsInCapitals,
        Quirk::BareLineFeeds,
        Quirk::SelectWantsId,
    ] {
        kept(&format!("{quirk:?}"), || server().quirk(quirk));
    }
    kept("Courier", || server().named("Courier-IMAP ready.", "Courier").quirk(Quirk::ExamineDiffers));
}
