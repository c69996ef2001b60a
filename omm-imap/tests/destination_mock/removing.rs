//! Changing and removing: nothing but what is ours.

use crate::world::{World, mail, mails, server};
use omm_core::{
    error::{Effect, Error, ErrorKind, Retry, Scope},
    host::Env,
    model::{DestItemId, FlagDelta, Flags, Intake, Item},
    seam::{Deleted, Deletion, Expected, FlagChange, Flagged, Replaced},
};
use omm_testkit::imap::{Act, Extension, Fault, Keywords, MockImap, MockMessage, Quirk};

fn old() -> MockImap {
    server().without(Extension::UidPlus).without(Extension::Imap4Rev2)
}

fn deletion(id: &DestItemId, item: &Item) -> Deletion {
    let digest = Some(item.body.fingerprint().body);
    Deletion { id: id.clone(), expected: Expected::new(digest, item.body.crlf_len(), item.flags.clone()) }
}

/// The UIDs that are marked as \Deleted.
fn marked(world: &World, folder: &str) -> Vec<u32> {
    let messages = world.server.account("ann").messages(folder);
    let is_marked = |flags: &[String]| flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Deleted"));
    let flags = |message: &omm_testkit::imap::StoredMessage| message.flags.clone();
    messages.iter().filter(|message| is_marked(&flags(message))).map(|message| message.uid).collect()
}

/// A folder in which others have marked two messages, and a copy of ours.
fn with_marks(server: MockImap) -> (World, omm_core::model::DestFolderId, Deletion) {
    let world = World::new(server);
    let folder = world.folder("a");
    let account = world.server.account("ann");
    account.add("a", MockMessage::new("Subject: x\r\n\r\n").flag("\\Deleted"));
    account.add("a", MockMessage::new("Subject: y\r\n\r\n"));
    account.add("a", MockMessage::new("Subject: z\r\n\r\n").flag("\\Deleted"));
    let item = mail("ours");
    let id = world.ids(&folder, std::slice::from_ref(&item)).remove(0);
    (world, folder, deletion(&id, &item))
}

#[test]
fn without_uidplus_the_marks_of_others_survive() {
    for quirk in
        [None, Some(Quirk::SearchRefused), Some(Quirk::SearchUnknown), Some(Quirk::SearchFindsNothing)]
    {
        let (world, folder, deletion) = with_marks(quirk.into_iter().fold(old(), MockImap::quirk));
        let fates = world.run(world.dest.delete(&folder, &[deletion])).expect("done");
        assert!(matches!(fates[..], [Ok(Deleted::Done)]), "{fates:?}");
        assert_eq!(world.server.account("ann").messages("a").len(), 3, "nothing else went with it");
        assert_eq!(marked(&world, "a"), [1, 3], "{quirk:?}");
    }
}

#[test]
fn and_also_when_something_breaks_in_between() {
    for (verb, act) in [
        ("EXPUNGE", Act::No("not now".to_owned())),
        ("EXPUNGE", Act::Close),
        ("EXPUNGE", Act::LoseAnswer),
        ("EXPUNGE", Act::Bye("going down".to_owned())),
    ] {
        let (world, folder, deletion) = with_marks(old());
        world.server.add_fault(Fault::at(verb, 1, act.clone()));
        world.run(world.dest.delete(&folder, std::slice::from_ref(&deletion))).expect_err("it failed");
        let others: Vec<u32> = marked(&world, "a").into_iter().filter(|uid| *uid != 4).collect();
        assert_eq!(others, [1, 3], "{act:?}");
    }
}

/// Kills: a folder that the server numbered anew taken for one that its user emptied; then everything would be copied
/// again, and an undo would find nothing to do.
#[test]
fn ids_of_another_uidvalidity_are_trouble_of_the_folder_and_not_missing() {
    let world = World::new(server());
    let folder = world.folder("a");
    let items = mails(2);
    let ids = world.ids(&folder, &items);
    world.server.account("ann").renumber("a");
    let world = World::new(world.server.clone());
    let is_folders = |error: &Error| {
        assert_eq!((error.reach(), error.retry_advice()), (Scope::Folder, Retry::Never), "{error}");
        assert!(error.to_string().contains("UIDVALIDITY") && error.kind() != ErrorKind::NotFound, "{error}");
    };
    is_folders(&world.run(world.dest.inspect(&folder, &ids)).expect_err("renumbered"));
    let intake = Intake::measuring(&Env::new(world.runtime.shared()));
    is_folders(&world.run(world.dest.read_back(&folder, &ids[0], &intake)).expect_err("renumbered"));
    let expected = deletion(&ids[0], &items[0]).expected;
    let error =
        world.run(world.dest.replace(&folder, &ids[0], &items[1], &expected)).expect_err("renumbered");
    // The others of the folder go on.
    assert_eq!((error.reach(), error.retry_advice()), (Scope::Item, Retry::Never), "{error}");
    // What is of the new time is served all the same.
    let new = mail("new");
    let new_id = world.ids(&folder, std::slice::from_ref(&new)).remove(0);
    let delta = FlagDelta { add: Flags::parse("\\Answered"), remove: Flags::parse("\\Answered") };
    let changes = [&ids[0], &new_id].map(|id| FlagChange::new(id.clone(), delta.clone()));
    let fates = world.run(world.dest.set_flags(&folder, &changes)).expect("done");
    is_folders(fates[0].as_ref().expect_err("renumbered"));
    assert!(matches!(fates[1], Ok(Flagged::Done)), "{fates:?}");
    let deletions = [deletion(&ids[0], &items[0]), deletion(&ids[1], &items[1]), deletion(&new_id, &new)];
    let fates = world.run(world.dest.delete(&folder, &deletions)).expect("done");
    fates[..2].iter().for_each(|fate| is_folders(fate.as_ref().expect_err("renumbered")));
    assert!(matches!(fates[2], Ok(Deleted::Done)), "{fates:?}");
    let messages = world.server.account("ann").messages("a");
    assert!(messages.len() == 2 && messages.iter().all(|message| message.flags.is_empty()), "{messages:?}");
}

#[test]
fn a_change_between_the_look_and_the_removal_is_seen() {
    let world = World::new(server());
    let folder = world.folder("a");
    let items = mails(2);
    let ids = world.ids(&folder, &items);
    // The conditional STORE leaves alone what was changed meanwhile (RFC 7162 §3.1.3).
    let modified = b"* 2 FETCH (UID 2 MODSEQ (99) FLAGS (\\Flagged))\r\n".to_vec();
    world.server.add_fault(Fault::at("UID STORE", 1, Act::Say(modified)));
    world.server.add_fault(Fault::at("UID STORE", 1, Act::No("[MODIFIED 2] changed".to_owned())));
    let deletions: Vec<Deletion> = ids.iter().zip(&items).map(|(id, item)| deletion(id, item)).collect();
    let fates = world.run(world.dest.delete(&folder, &deletions)).expect("done");
    assert!(matches!(fates[1], Ok(Deleted::Touched(_))), "{fates:?}");
    assert!(world.there(&folder, &ids)[1]);
}

#[test]
fn many_changes_cost_an_opening_and_one_flight() {
    let world = World::new(server());
    let folder = world.folder("a");
    let ids = world.ids(&folder, &mails(60));
    let change = |(at, id): (usize, &DestItemId)| {
        let add = Flags::parse(["\\Seen", "\\Flagged", "Work"][at % 3]);
        FlagChange::new(id.clone(), FlagDelta { add, remove: Flags::parse("\\Answered") })
    };
    let changes: Vec<FlagChange> = ids.iter().enumerate().map(change).collect();
    world.server.reset_counters();
    let fates = world.run(world.dest.set_flags(&folder, &changes)).expect("done");
    assert!(fates.iter().all(|fate| matches!(fate, Ok(Flagged::Done))));
    let counters = world.server.counters();
    assert!(counters.all_round_trips() <= 2 && counters.command("UID STORE") == 6, "{counters:?}");
}

/// Kills: our own mark, from a try that broke off before EXPUNGE, taken for a change by the user.
#[test]
fn a_removal_that_broke_off_is_done_when_it_is_asked_for_again() {
    for server in [server(), old()] {
        let (world, folder, deletion) = with_marks(server);
        for verb in ["UID EXPUNGE", "EXPUNGE"] {
            world.server.add_fault(Fault::at(verb, 1, Act::Close));
        }
        world.run(world.dest.delete(&folder, std::slice::from_ref(&deletion))).expect_err("it broke");
        assert!(marked(&world, "a").contains(&4), "the mark was set");
        world.server.clear_faults();
        let fates = world.run(world.dest.delete(&folder, &[deletion])).expect("done");
        assert!(matches!(fates[..], [Ok(Deleted::Done)]), "{fates:?}");
        assert_eq!(marked(&world, "a"), [1, 3]);
    }
}

/// Kills: a mark of ours left behind a refused EXPUNGE, for the next EXPUNGE of anybody to act on.
#[test]
fn a_refused_removal_leaves_no_mark() {
    for server in [server(), old()] {
        let (world, folder, deletion) = with_marks(server);
        for verb in ["UID EXPUNGE", "EXPUNGE"] {
            world.server.add_fault(Fault::at(verb, 1, Act::No("not now".to_owned())));
        }
        world.run(world.dest.delete(&folder, std::slice::from_ref(&deletion))).expect_err("refused");
        assert_eq!(marked(&world, "a"), [1, 3]);
    }
}

/// Kills: waiting for a second connection while holding the only one that the server allows.
#[test]
fn one_connection_is_enough_to_put_marks_back() {
    let (world, folder, deletion) = with_marks(old().most_connections(1));
    let ids = [deletion.id.clone()];
    let (one, two) = world
        .run(futures::future::join(world.dest.inspect(&folder, &ids), world.dest.inspect(&folder, &ids)));
    assert!(one.is_ok() && two.is_ok(), "so it is known that there is one connection only");
    world.server.add_fault(Fault::at("EXPUNGE", 1, Act::Close));
    world.run(world.dest.delete(&folder, &[deletion])).expect_err("it broke");
    let others: Vec<u32> = marked(&world, "a").into_iter().filter(|uid| *uid != 4).collect();
    assert_eq!(others, [1, 3]);
}

/// Kills: a message that the id names by mistake, removed by its flags alone.
#[test]
fn what_was_not_stored_as_it_was_sent_stays_on_a_server_that_changes_nothing() {
    let (world, folder, mut deletion) = with_marks(server());
    deletion.expected.digest = None;
    let fates = world.run(world.dest.delete(&folder, &[deletion])).expect("done");
    assert!(matches!(fates[..], [Ok(Deleted::Touched(_))]), "{fates:?}");
    assert_eq!(world.server.account("ann").messages("a").len(), 4);
}

/// Kills: a new copy that stays beside the old one, since a flag that this folder cannot keep was expected of it.
#[test]
fn the_new_copy_goes_when_the_old_one_was_changed_meanwhile() {
    let changed = |world: &World, times: u64| {
        for uid in 1..=times {
            world.server.add_fault(Fault::at("UID STORE", 1, Act::No(format!("[MODIFIED {uid}] changed"))));
        }
    };
    let mut edited = mail("edited");
    edited.flags = Flags::parse("\\Flagged Work");
    for touched in [1, 2] {
        let world = World::new(server().keywords(Keywords::Only(vec!["Other".to_owned()])));
        let folder = world.folder("a");
        let first = mail("first");
        let id = world.ids(&folder, std::slice::from_ref(&first)).remove(0);
        changed(&world, touched);
        let expected = deletion(&id, &first).expected;
        let replaced = world.run(world.dest.replace(&folder, &id, &edited, &expected));
        let uids: Vec<u32> = world.server.account("ann").messages("a").iter().map(|one| one.uid).collect();
        match touched {
            1 => {
                assert!(matches!(replaced, Ok(Replaced::Conflict(_))) && uids == [1], "{replaced:?} {uids:?}")
            }
            _ => {
                let error = replaced.expect_err("the new one was changed too");
                assert_eq!((error.effect(), error.reach()), (Effect::Unknown, Scope::Item), "{error}");
                assert_eq!(uids, [1, 2]);
            }
        }
    }
}
