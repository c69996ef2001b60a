//! What messages are called, on servers that help and on servers that do not.

use crate::world::{World, counted, filled, mail, server, with};
use omm_core::{
    error::{ErrorKind, Retry, Scope},
    model::SourceItemId,
    seam::Coverage,
};
use omm_testkit::pop::{Act, Extension, Fault, MockMessage, MockPop, Quirk};
use std::collections::BTreeSet;

fn says(world: &World, words: &str) -> bool {
    world.source.learned().remarks.iter().any(|remark| remark.contains(words))
}

/// Another process looks at the same server.
fn ids_later(server: &MockPop) -> Vec<SourceItemId> {
    World::new(server).ids()
}

#[test]
fn ids_stay_from_session_to_session() {
    for server in [
        server(),
        server().quirk(Quirk::OddUids),
        server().quirk(Quirk::LongUids),
        server().quirk(Quirk::TwinUids),
        server().without(Extension::Uidl),
        server().without(Extension::Uidl).without(Extension::Top),
        server().without(Extension::Uidl).quirk(Quirk::TopSendsAll),
        server().plain(),
    ] {
        let server = filled(server, 9);
        // Two that are equal in everything.
        server.maildrop("ann").add_all([mail("twin"), mail("twin")]);
        let ids = ids_later(&server);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 11);
        assert_eq!(ids_later(&server), ids);
        server.maildrop("ann").add(mail("new"));
        assert_eq!(ids_later(&server)[..11], ids);
    }
}

#[test]
fn only_those_that_share_an_id_are_looked_at() {
    let server = filled(server().quirk(Quirk::TwinUids), 30);
    let world = World::new(&server);
    let (ids, counters) = counted(&server, || world.ids());
    assert_eq!((counters.command("TOP"), counters.bodies_fetched), (2, 0));
    let with_digest = ids.iter().filter(|id| id.as_str().contains(' ')).count();
    assert_eq!(with_digest, 2);
    assert!(says(&world, "the same unique id"));
    assert_eq!(world.inbox().state, None, "what the server does not tell apart has no state");
    assert_eq!(world.bodies(&ids).len(), 30);
}

#[test]
fn without_unique_ids_headers_tell_messages_apart() {
    let server = filled(server().without(Extension::Uidl), 30);
    let world = World::new(&server);
    let (ids, counters) = counted(&server, || world.ids());
    assert_eq!((counters.command("TOP"), counters.command("RETR"), counters.command("UIDL")), (30, 0, 0));
    assert!(says(&world, "no unique ids"));
    // In the same session nothing is looked at again, and after it nothing that was looked at.
    let ((), counters) = counted(&server, || {
        assert_eq!(world.ids(), ids);
        world.inbox();
        assert_eq!(world.ids(), ids);
    });
    assert_eq!(counters.command("TOP"), 0);
    server.maildrop("ann").add(mail("more"));
    world.inbox();
    assert_eq!(world.ids()[..30], ids);
}

#[test]
fn of_two_equal_messages_one_may_go() {
    let server = filled(server().without(Extension::Uidl), 1);
    let maildrop = server.maildrop("ann");
    maildrop.add_all([mail("twin"), mail("twin"), mail("last")]);
    let before = ids_later(&server);
    maildrop.delete(&maildrop.snapshot()[1].uid);
    let after = ids_later(&server);
    // One of the two ids is gone, and no other.
    assert_eq!(after, [before[0].clone(), before[1].clone(), before[3].clone()]);
}

/// A server that ends the connection in the middle is asked for the rest.
#[test]
fn headers_that_were_looked_at_are_not_asked_for_again() {
    let server = filled(server().without(Extension::Uidl), 300);
    server.add_fault(Fault::at("TOP", 150, Act::Close));
    let world = World::new(&server);
    let error = world.page(None).expect_err("it broke");
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Unreachable, Scope::Account), "{error}");
    assert_eq!(world.ids().len(), 300);
    let asked = server.counters().command("TOP");
    assert!(asked <= 300 + 64, "{asked}");
}

/// Without unique ids, another message of the same size may come into the place of one that was looked at.
#[test]
fn a_message_that_took_the_place_of_another_is_found_out() {
    let server = filled(server().without(Extension::Uidl), 3);
    let world = World::new(&server);
    let ids = world.ids();
    let maildrop = server.maildrop("ann");
    maildrop.delete(&maildrop.snapshot()[0].uid);
    maildrop.add(mail("4"));
    world.inbox();
    let answers = world.fetch(&ids[..1]);
    let error = answers[0].1.as_ref().expect_err("another one is there");
    assert_eq!(
        (error.kind(), error.reach(), error.retry_advice()),
        (ErrorKind::Malformed, Scope::Item, Retry::Backoff)
    );
    // Now they are looked at anew.
    let kinds: Vec<_> =
        world.fetch(&ids).into_iter().map(|(_, item)| item.err().map(|error| error.kind())).collect();
    assert_eq!(kinds, [Some(ErrorKind::NotFound), None, None]);
}

#[test]
fn a_server_that_gives_new_ids_is_said_to() {
    let server = filled(server().quirk(Quirk::SharedMaildrop).quirk(Quirk::NewUidsEachSession), 10);
    let world = World::new(&server);
    let (first, cursor) = world.listed();
    let page = world.page(Some(&cursor)).expect("the same session");
    assert_eq!(page.coverage, Coverage::Listing);
    assert!(!says(&world, "under its id"));
    let later = World::new(&server);
    later.page(Some(&cursor)).expect("a listing");
    assert!(says(&later, "under its id"));
    assert!(later.ids().iter().all(|id| !first.iter().any(|meta| meta.id == *id)));
}

#[test]
fn an_empty_mailbox_is_no_trouble() {
    for server in [server(), server().plain(), filled(server().quirk(Quirk::EmptyMaildrop), 3)] {
        let world = World::new(&server);
        let folder = world.inbox();
        assert_eq!((folder.items, folder.bytes), (Some(0), Some(0)));
        assert!(world.ids().is_empty());
    }
}

/// Pages of a listing go on in another session, and in another process if the mailbox is the same.
#[test]
fn a_listing_goes_on_where_it_was() {
    let server = filled(server().quirk(Quirk::SharedMaildrop), 2500);
    let world = World::new(&server);
    let first = world.page(None).expect("a page");
    assert!(first.more && first.changes.len() == 1000);
    // Another process, the same mailbox.
    let other = World::new(&server).page(Some(&first.next)).expect("the next page");
    let same = world.page(Some(&first.next)).expect("the next page");
    assert_eq!((other.changes.len(), &other.changes), (1000, &same.changes));
    // What comes meanwhile does not disturb who has begun.
    server.maildrop("ann").add(mail("new"));
    world.inbox();
    assert_eq!(world.page(Some(&same.next)).expect("the last page").changes.len(), 500);
    let error = World::new(&server).page(Some(&first.next)).expect_err("another mailbox by now");
    assert_eq!(error.kind(), ErrorKind::CursorExpired, "{error}");
}

#[test]
fn ids_that_servers_must_not_give_are_taken() {
    let server = server();
    let maildrop = server.maildrop("ann");
    let long = "y".repeat(3000);
    for uid in ["", " ", "%", "a b", "ä\u{1}", "same", "same", long.as_str()] {
        maildrop.add(MockMessage::new(format!("Subject: {}\r\n\r\n", uid.len())).uid(uid));
    }
    let world = World::new(&server);
    let ids = world.ids();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 8);
    assert!(ids.iter().all(|id| id.as_str().len() < 500 && id.as_str().is_ascii()), "{ids:?}");
    assert_eq!(world.bodies(&ids).len(), 8);
}

/// Kills: a listing of Gmail's that is taken for all there is.
#[test]
fn a_server_that_shows_only_a_part_is_refused() {
    let gmail =
        || server().quirk(Quirk::ShowsOnly(2)).named("Gpop ready for requests from 192.0.2.1 a1", "x");
    let server = filled(gmail(), 5);
    let world = World::new(&server);
    for error in [world.folders().err(), world.page(None).err()] {
        let error = error.expect("three messages would stay behind");
        let found = (error.kind(), error.reach(), error.retry_advice());
        assert_eq!(found, (ErrorKind::Config, Scope::Account, Retry::Never), "{error}");
        assert!(error.to_string().contains("imaps://"), "{error}");
    }
    // Nobody is asked where the name of the server says it.
    let spec = with(|spec| spec.server = "POP.gmail.com:995".to_owned());
    let error = World::with(server, &spec).folders().expect_err("it is Gmail");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
}

/// Kills: a message known by nothing but its size, so that another one of that size is taken for it.
#[test]
fn where_top_is_refused_the_header_is_read_by_retr() {
    let refused = || Fault::at("TOP", 1, Act::No("unknown command".to_owned())).always();
    for server in [server().plain(), server().without(Extension::Uidl).fault(refused())] {
        let server = filled(server, 3);
        let maildrop = server.maildrop("ann");
        let before = ids_later(&server);
        maildrop.delete(&maildrop.snapshot()[0].uid);
        maildrop.add(mail("x"));
        let after = ids_later(&server);
        assert_eq!(after[..2], before[1..]);
        assert!(!before.contains(&after[2]), "{after:?}");
    }
}

/// Kills: a body that is copied under a name that says nothing of it.
#[test]
fn a_message_whose_header_cannot_be_had_is_not_copied_under_its_size() {
    let server = filled(server().plain(), 3);
    server.add_fault(Fault::at("RETR", 2, Act::No("not now".to_owned())));
    let world = World::new(&server);
    let answers = world.fetch(&world.ids());
    let errors: Vec<_> = answers.iter().filter_map(|(_, item)| item.as_ref().err()).collect();
    assert_eq!((answers.len(), errors.len()), (3, 1));
    let found = (errors[0].kind(), errors[0].reach(), errors[0].retry_advice());
    assert_eq!(found, (ErrorKind::Rejected, Scope::Item, Retry::Never), "{}", errors[0]);
}

/// Kills: as many whole messages on the way as there may be headers.
#[test]
fn whole_messages_that_are_read_for_their_headers_come_in_windows() {
    let server = server().without(Extension::Uidl).without(Extension::Top);
    let large = |at: u8| format!("Subject: {at}\r\n\r\n{}", "0123456789 line\r\n".repeat(20_000));
    server.maildrop("ann").add_all((0..12).map(|at| MockMessage::new(large(at))));
    let world = World::new(&server);
    world.inbox();
    server.add_fault(Fault::at("RETR", 1, Act::Stall));
    let (_, counters) = counted(&server, || world.page(None).expect_err("it fell silent"));
    // A megabyte is on its way, and no more.
    assert_eq!(counters.bytes_received, 3 * "RETR 1\r\n".len() as u64);
    assert_eq!(World::new(&server).ids().len(), 12);
}

/// Kills: a look at a header that lasts for ever.
#[test]
fn a_header_that_never_ends_is_given_up() {
    for (server, verb) in [
        (server().without(Extension::Uidl), "TOP"),
        (server().without(Extension::Uidl).without(Extension::Top), "RETR"),
    ] {
        let server = filled(server, 2);
        let endless = [b"+OK\r\n".as_slice(), &b"X: y\r\n".repeat(400_000)].concat();
        server.add_fault(Fault::at(verb, 1, Act::Say(endless)));
        server.add_fault(Fault::at(verb, 1, Act::Stall));
        let error = World::new(&server).page(None).expect_err("no header is so long");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Protocol, Retry::Backoff), "{error}");
    }
}

/// Kills: "no" to UIDL taken for "there is no UIDL": all would be named anew.
#[test]
fn a_refusal_of_unique_ids_is_no_lack_of_them() {
    for (server, text) in [(server(), "busy"), (server().without(Extension::Capa), "[SYS/TEMP] busy")] {
        let server = filled(server, 3);
        let ids = ids_later(&server);
        server.reset_counters();
        server.add_fault(Fault::at("UIDL", 1, Act::No(text.to_owned())));
        let world = World::new(&server);
        let error = world.page(None).expect_err("it said no");
        assert_eq!((error.reach(), error.retry_advice()), (Scope::Folder, Retry::Backoff), "{error}");
        assert_eq!(world.ids(), ids);
    }
    let server = filled(server().without(Extension::Capa).without(Extension::Uidl), 3);
    assert!(ids_later(&server).iter().all(|id| id.as_str().starts_with('d')));
}
