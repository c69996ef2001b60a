//! Bodies: each id once, whatever happens.

use crate::{
    misheard::Misheard,
    world::{World, ids, mail, server},
};
use omm_core::{
    error::{ErrorKind, Retry, Scope},
    model::{Flags, Item, SourceFolderId, SourceItemId},
};
use omm_testkit::imap::{Act, Fault, MockImap, MockMessage, Quirk};
use std::collections::HashSet;

/// Messages of all sizes, in INBOX.
fn filled(server: MockImap) -> World {
    let account = server.account("ann");
    for size in [0, 1, 100, 4096, 4097, 5000, 100_000, 1_000_000] {
        let text = format!("Subject: {size}\r\n\r\n{}\r\n", "x".repeat(size));
        account.add("INBOX", MockMessage::new(text).flag("\\Seen").flag("$Mine"));
    }
    World::new(server)
}

fn all(world: &World) -> Vec<SourceItemId> {
    world.listed("INBOX").0.into_iter().map(|meta| meta.id).collect()
}

/// Fetches all, checks that each is answered once, and gives the answers.
fn fetched(world: &World, wanted: &[SourceItemId]) -> Vec<(SourceItemId, omm_core::Result<Item>)> {
    let answers = world.fetch(&world.folder("INBOX").id, wanted);
    let once: HashSet<_> = answers.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!((answers.len(), once.len()), (wanted.len(), wanted.len()), "each id once");
    answers
}

/// Whether every item is what the server has.
fn is_true(world: &World, answers: &[(SourceItemId, omm_core::Result<Item>)]) {
    let stored = world.server.account("ann").messages("INBOX");
    for (id, item) in answers {
        let item = item.as_ref().unwrap_or_else(|error| panic!("{id}: {error}"));
        let message = stored.iter().find(|message| id.as_str().ends_with(&format!(":{}", message.uid)));
        let message = message.expect("a message with this UID");
        assert_eq!(world.body(item), message.bytes, "{id}");
        assert_eq!(item.flags, Flags::parse(&message.flags.join(" ")), "{id}");
        assert_eq!(item.received, Some(message.received), "{id}");
    }
}

#[test]
fn bytes_flags_and_dates_of_every_size() {
    for server in [
        server(),
        server().plain(),
        server().quirk(Quirk::UidAfterBody),
        server().quirk(Quirk::ChattyBetween),
        server().quirk(Quirk::SizeOff(1000)),
        server().quirk(Quirk::SizeOff(-1000)),
    ] {
        let world = filled(server);
        let wanted = all(&world);
        is_true(&world, &fetched(&world, &wanted));
        for one in &wanted {
            is_true(&world, &fetched(&world, std::slice::from_ref(one)));
        }
    }
}

#[test]
fn many_ids_far_apart_go_in_lines_that_are_short() {
    let server = server();
    let account = server.account("ann");
    (0..1500).for_each(|number| {
        account.add("INBOX", mail(&number.to_string()));
    });
    (1..1500).step_by(2).for_each(|uid| account.delete("INBOX", uid));
    let world = World::new(server);
    let wanted = all(&world);
    is_true(&world, &fetched(&world, &wanted));
    let longest =
        world.server.transcript().iter().filter(|line| line.by_client).map(|line| line.text.len()).max();
    assert!(longest.is_some_and(|len| len < 1100), "{longest:?}");
}

#[test]
fn ids_that_cannot_be_there_are_not_found_and_hurt_nobody() {
    let world = filled(server());
    let mut wanted = all(&world);
    let (validity, _) =
        wanted[0].as_str().split_once(':').map(|(v, u)| (v.to_owned(), u.to_owned())).expect("an id");
    let validity: u32 = validity.parse().expect("a number");
    let missing = [ids(validity, [999]), ids(validity + 1, [1]), vec![SourceItemId::new("x")]].concat();
    wanted.extend(missing.clone());
    wanted.extend(missing.clone());
    let answers = world.fetch(&world.folder("INBOX").id, &wanted);
    assert_eq!(answers.len(), 8 + 3);
    let (lost, found): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(id, _)| missing.contains(id));
    is_true(&world, &found);
    for (id, item) in lost {
        let error = item.expect_err("it is not there");
        assert_eq!((error.kind(), error.reach()), (ErrorKind::NotFound, Scope::Item), "{id}");
    }
    for one in missing {
        let error = fetched(&world, &[one]).remove(0).1.expect_err("it is not there");
        assert_eq!((error.kind(), error.reach()), (ErrorKind::NotFound, Scope::Item));
    }
}

#[test]
fn another_uidvalidity_makes_all_ids_strangers() {
    let world = filled(server());
    let wanted = all(&world);
    world.server.account("ann").renumber("INBOX");
    // The connections that were open are told BYE.
    let world = world.restarted();
    for wanted in [&wanted[..], &wanted[..1]] {
        for (id, item) in fetched(&world, wanted) {
            let error = item.expect_err("the number means another message");
            assert_eq!((error.kind(), error.reach()), (ErrorKind::NotFound, Scope::Item), "{id}");
        }
    }
}

#[test]
fn a_connection_cut_anywhere_answers_everybody() {
    let world = filled(server());
    let wanted = all(&world);
    for cut in (0..1_120_000).step_by(29_973).chain((0..3_000).step_by(3)) {
        let world = world.restarted();
        world.server.add_fault(Fault::close_after_sent(cut));
        let answers = world.fetch(&SourceFolderId::new("INBOX"), &wanted);
        world.server.clear_faults();
        let once: HashSet<_> = answers.iter().map(|(id, _)| id.clone()).collect();
        assert_eq!((answers.len(), once.len()), (wanted.len(), wanted.len()), "cut at {cut}");
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, item)| item.is_ok());
        is_true(&world, &good);
        for (id, item) in bad {
            let error = item.expect_err("it was cut off");
            assert_eq!(error.reach(), Scope::Account, "cut at {cut}: {id}: {error}");
            assert_ne!(error.retry_advice(), Retry::Never, "cut at {cut}: {id}: {error}");
        }
    }
}

#[test]
fn one_message_that_is_refused_costs_only_itself() {
    for (act, kind, retry) in [
        (Act::No("Internal error".to_owned()), ErrorKind::Rejected, Retry::Backoff),
        (Act::Bad("what?".to_owned()), ErrorKind::Rejected, Retry::Never),
    ] {
        let world = filled(server());
        let wanted = all(&world);
        world.server.reset_counters();
        // The whole batch is refused, and then the third message alone.
        world.server.add_fault(Fault::at("UID FETCH", 1, act.clone()));
        world.server.add_fault(Fault::at("UID FETCH", 4, act));
        let answers = fetched(&world, &wanted);
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, item)| item.is_ok());
        is_true(&world, &good);
        let [(id, Err(error))] = &bad[..] else { panic!("{bad:?}") };
        assert_eq!(
            (error.kind(), error.reach(), error.retry_advice()),
            (kind, Scope::Item, retry),
            "{id}: {error}"
        );
        assert_eq!(id, &wanted[2]);
    }
}

#[test]
fn a_pause_that_is_asked_for_reaches_the_account() {
    let world = filled(server());
    let wanted = all(&world);
    for wanted in [&wanted[..], &wanted[..1]] {
        world.server.reset_counters();
        world.server.add_fault(Fault::at("UID FETCH", 1, Act::No("[THROTTLED] slow down".to_owned())));
        for (id, item) in fetched(&world, wanted) {
            let error = item.expect_err("no item");
            assert_eq!(
                (error.kind(), error.reach()),
                (ErrorKind::Throttled, Scope::Account),
                "{id}: {error}"
            );
        }
    }
}

/// A large message of so many bytes.
fn large(size: usize) -> MockMessage {
    let line = format!("{}\r\n", "0123456789abcdef".repeat(4));
    let mut text = b"Subject: large\r\n\r\n".to_vec();
    while text.len() < size {
        text.extend_from_slice(line.as_bytes());
    }
    text.truncate(size);
    MockMessage::new(text)
}

#[test]
fn a_server_that_does_windows_wrong_is_asked_for_the_whole() {
    for (instead_of, said) in [
        // Every window is the whole message, the first one, or a short one.
        ("BODY.PEEK[]<", "BODY.PEEK[] ("),
        ("<16777216.16777216>", "<0.16777216>"),
        (".16777216>", ".1000000>"),
    ] {
        let server = server();
        server.account("ann").add("INBOX", large(20 << 20));
        let world = World::new(server.clone());
        let wanted = all(&world);
        world.runtime.listen("mock.example", 143, Misheard::new(server, instead_of, said));
        let world = World { source: world.another_source(), ..world };
        is_true(&world, &fetched(&world, &wanted));
    }
    // One that knows no windows at all.
    let world = filled(server());
    let wanted = all(&world);
    world.server.reset_counters();
    world.server.add_fault(Fault::at("UID FETCH", 1, Act::Bad("what is <0.16777216>?".to_owned())));
    is_true(&world, &fetched(&world, &wanted[..1]));
}

#[test]
fn a_large_message_comes_in_windows() {
    const WINDOW: usize = 16 << 20;
    for size in [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW + 5] {
        let server = server();
        server.account("ann").add("INBOX", large(size));
        for server in [server.clone(), server.clone().quirk(Quirk::SizeOff(5))] {
            let world = World::new(server);
            let wanted = all(&world);
            is_true(&world, &fetched(&world, &wanted));
        }
    }
}
