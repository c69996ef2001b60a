//! What a server leaves out, or says so that nobody can read it, is not taken for gone.

use crate::{
    misheard::Misheard,
    misspoken::{Misspoken, Twist},
    world::{World, mail, server},
};
use omm_core::error::{ErrorKind, Retry, Scope};
use omm_testkit::{
    imap::{Act, Extension, Fault, MockImap, Quirk},
    sim::Listener,
};

pub(crate) fn filled(server: MockImap, count: u32) -> World {
    let account = server.account("ann");
    (0..count).for_each(|number| {
        account.add("INBOX", mail(&number.to_string()));
    });
    World::new(server)
}

/// The same account behind another listener.
fn behind(world: World, listener: impl Listener + 'static) -> World {
    world.runtime.listen("mock.example", 143, listener);
    World { source: world.another_source(), ..world }
}

pub(crate) fn twisted(world: World, twist: Twist) -> World {
    let server = world.server.clone();
    behind(world, Misspoken { server, twist })
}

/// The UIDs of a listing, as text.
fn listed(world: &World) -> String {
    let uid = |meta: omm_core::model::ItemMeta| {
        meta.id.as_str().split_once(':').expect("validity and UID").1.to_owned()
    };
    world.listed("INBOX").0.into_iter().map(uid).collect::<Vec<_>>().join(" ")
}

/// Kills: a message that is there and is noted as vanished for ever, since its server named it without its body.
#[test]
fn a_message_that_is_named_without_its_body_is_not_gone() {
    for instead_of in [" BODY.PEEK[])", " BODY.PEEK[]<0.16777216>)"] {
        let world = filled(server(), 3);
        let wanted: Vec<_> = world.listed("INBOX").0.into_iter().map(|meta| meta.id).collect();
        let folder = world.folder("INBOX").id;
        let server = world.server.clone();
        let world = behind(world, Misheard::new(server, instead_of, ")"));
        for wanted in [&wanted[..], &wanted[..1]] {
            for (id, item) in world.fetch(&folder, wanted) {
                let Err(error) = item else { continue };
                let facts = (error.kind(), error.reach(), error.retry_advice());
                assert_eq!(facts, (ErrorKind::Malformed, Scope::Item, Retry::Backoff), "{id}: {error}");
            }
        }
    }
}

/// Kills: a message that is noted as vanished, since the answer that held it could not be read.
#[test]
fn a_message_whose_answer_cannot_be_read_is_not_gone() {
    let world = filled(server(), 3);
    let wanted: Vec<_> = world.listed("INBOX").0.into_iter().map(|meta| meta.id).collect();
    let folder = world.folder("INBOX").id;
    let world = twisted(world, |line| line.replace("* 2 FETCH (UID 2 ", "* 2 FETCH (UID 2x "));
    let mut good = 0;
    for wanted in [&wanted[..], &wanted[1..2]] {
        for (id, item) in world.fetch(&folder, wanted) {
            let Err(error) = item else {
                good += 1;
                continue;
            };
            assert_eq!(id, wanted[wanted.len() / 2]);
            let facts = (error.kind(), error.reach(), error.retry_advice());
            assert_eq!(facts, (ErrorKind::Malformed, Scope::Item, Retry::Backoff), "{id}: {error}");
        }
    }
    assert_eq!(good, 2);
}

/// Kills: a message that no listing names, since the one line about it could not be read or had no UID.
#[test]
fn a_message_whose_line_cannot_be_read_is_listed_all_the_same() {
    let unreadable: Twist = |line| match line.contains("INTERNALDATE") {
        true => line.replace("* 2 FETCH (UID 2 ", "* 2 FETCH (UID 2x "),
        false => line,
    };
    let nameless: Twist = |line| match line.contains("INTERNALDATE") {
        true => line.replace("* 2 FETCH (UID 2 ", "* 2 FETCH ("),
        false => line,
    };
    let left_out: Twist = |line| match line.contains("INTERNALDATE") && line.starts_with("* 2 FETCH") {
        true => String::new(),
        false => line,
    };
    for twist in [unreadable, nameless, left_out] {
        for server in [server(), server().without(Extension::ListStatus), server().plain()] {
            let world = twisted(filled(server, 3), twist);
            assert_eq!(listed(&world), "1 2 3");
        }
    }
}

/// Kills: a listing that is taken for complete though a line of it said something that nobody understood.
#[test]
fn a_listing_of_which_nobody_knows_what_is_missing_fails() {
    let nobody: Twist = |line| line.replace("* 2 FETCH (UID 2", "* 2 FETCH (UID 2x");
    let world = filled(server().plain().quirk(Quirk::SearchRefused), 3);
    let world = twisted(world, nobody);
    let folder = world.folder("INBOX");
    let error = world.page(&folder, None).expect_err("one is missing");
    let facts = (error.kind(), error.reach(), error.retry_advice());
    assert_eq!(facts, (ErrorKind::Protocol, Scope::Folder, Retry::Backoff), "{error}");
}

/// Kills: a new message that no feed tells of, since its line could not be read.
#[test]
fn a_feed_that_cannot_be_read_has_expired() {
    let world = filled(server(), 3);
    let (_, _, cursor) = world.pages(&world.folder("INBOX"), None);
    world.server.account("ann").add("INBOX", mail("new"));
    let world = twisted(world, |line| line.replace("FETCH (UID 4 ", "FETCH (UID 4x "));
    let error = world.page(&world.folder("INBOX"), Some(&cursor)).expect_err("no feed");
    assert_eq!(error.kind(), ErrorKind::CursorExpired, "{error}");
}

/// Kills: the rest of a large folder, left out since a SEARCH found nothing.
#[test]
fn a_search_that_finds_nothing_in_the_middle_is_not_believed() {
    let world = filled(server(), 2500);
    let folder = world.folder("INBOX");
    let first = world.page(&folder, None).expect("a page");
    let world = World::new(world.server.clone().quirk(Quirk::SearchFindsNothing));
    let (rest, ..) = world.pages(&folder, Some(first.next));
    assert_eq!(first.changes.len() + rest.len(), 2500);
}

/// Kills: a folder that is given up for good after one NO to a FETCH of what is in it (RFC 2180 §4.1.2).
#[test]
fn a_listing_that_is_refused_once_goes_on() {
    for count in [3, 1500] {
        let world = filled(server(), count);
        let folder = world.folder("INBOX");
        world.server.reset_counters();
        let refusal = Act::No("Some messages could not be FETCHed".to_owned());
        world.server.add_fault(Fault::at("UID FETCH", 1, refusal.clone()).times(9));
        let error = world.page(&folder, None).expect_err("refused again and again");
        assert_eq!((error.reach(), error.retry_advice()), (Scope::Folder, Retry::Backoff), "{error}");
        world.server.clear_faults();
        world.server.reset_counters();
        world.server.add_fault(Fault::at("UID FETCH", 1, refusal));
        assert_eq!(world.listed("INBOX").0.len(), count as usize);
    }
}
