//! The contract of destinations, on servers of many kinds.

use crate::world::{opened, server};
use omm_testkit::{
    conformance::destination::{Keeps, destination_with},
    imap::{Extension, MockImap, Quirk},
    sim::{self, SimRuntime},
};
use std::cell::Cell;

fn kept(kind: &str, server: impl Fn() -> MockImap) {
    println!("{kind}");
    let mut keeps = Keeps::default();
    keeps.wide_keywords = false;
    let (runtime, port) = (SimRuntime::new(), Cell::new(1000));
    let open = || opened(server(), &runtime, port.replace(port.get() + 1));
    sim::run(&runtime, destination_with(keeps, open));
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
        Extension::UidPlus,
        Extension::MultiAppend,
        Extension::LiteralPlus,
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
        Extension::CreateSpecialUse,
        Extension::Quota,
    ] {
        let without = || {
            let server = server().without(extension);
            // RFC 7162 §3.2.3: QRESYNC contains CONDSTORE and needs ENABLE.
            match extension {
                Extension::CondStore | Extension::Enable => server.without(Extension::QResync),
                // RFC 9051, appendix E: IMAP4rev2 contains it.
                Extension::UidPlus => server.without(Extension::Imap4Rev2),
                Extension::LiteralPlus => {
                    server.without(Extension::LiteralMinus).without(Extension::Imap4Rev2)
                }
                _ => server,
            }
        };
        kept(&format!("without {extension:?}"), without);
    }
}

#[test]
fn without_several() {
    use Extension::*;
    for several in [
        &[UidPlus, MultiAppend, Imap4Rev2][..],
        &[MultiAppend, LiteralPlus],
        &[UidPlus, MultiAppend, LiteralPlus, LiteralMinus, Imap4Rev2],
    ] {
        let without = || several.iter().fold(server(), |server, extension| server.without(*extension));
        kept(&format!("without {several:?}"), without);
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
        Quirk::OddInternalDate,
        Quirk::FlagsInCapitals,
        Quirk::BareLineFeeds,
        Quirk::SelectWantsId,
        Quirk::AppendUidOffByOne,
        Quirk::AppendUidSwapped,
        Quirk::NoAppendUid,
        Quirk::FlaggedOnlyByStore,
        Quirk::NulRefused,
    ] {
        let server = || match quirk {
            Quirk::FlaggedOnlyByStore => exchange().quirk(quirk),
            _ => server().quirk(quirk),
        };
        kept(&format!("{quirk:?}"), server);
    }
}

fn exchange() -> MockImap {
    server().named("The Microsoft Exchange IMAP4 service is ready.", "Microsoft.Exchange.Imap4.Imap4Server")
}
