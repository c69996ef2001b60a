//! Stored, and the server does not say where: no such message is sent again, and none is taken for another.

use crate::world::{World, mail, mails, opened, server};
use omm_core::{
    engine::Migration,
    model::{Body, Flags, FolderPath, Item, ItemKind},
    seam::{Deleted, Deletion, Expected},
};
use omm_testkit::{
    imap::{Act, Extension, Fault, MockImap, MockMessage, Quirk},
    journal::MemoryJournal,
    mailbox::MailboxItem,
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};

/// Without UIDPLUS.
fn silent() -> MockImap {
    server().without(Extension::UidPlus).without(Extension::Imap4Rev2)
}

/// A message that gets a longer Message-ID when it is stored.
fn altered(number: usize) -> String {
    format!("Message-ID: <{number}>\r\nSubject: {number}\r\n\r\n{number}\r\n")
}

fn item(text: String) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(text))
}

/// Kills: a message that the server changes, sent six times because it is not found by what it was.
#[test]
fn what_is_changed_on_the_way_is_found_by_its_turn() {
    for server in [silent(), silent().without(Extension::MultiAppend)] {
        let world = World::new(server.quirk(Quirk::MessageIdCompleted));
        let folder = world.folder("a");
        for round in 0..2 {
            let batch =
                [altered(1), "Subject: as it is\r\n\r\n".to_owned(), altered(2), altered(3)].map(item);
            let ids = world.ids(&folder, &batch);
            let uids: Vec<u32> =
                ids.iter().filter_map(|id| id.as_str().split_once(':')?.1.parse().ok()).collect();
            let first = 1 + round * 4;
            assert_eq!(uids, (first..first + 4).collect::<Vec<u32>>());
            assert_eq!(world.there(&folder, &ids), [true; 4]);
        }
    }
}

/// Kills: a message that was sent a second time, behind the others, taken for the one after it.
#[test]
fn a_turn_says_nothing_after_a_second_try() {
    let world = World::new(silent().without(Extension::MultiAppend).quirk(Quirk::MessageIdCompleted));
    let folder = world.folder("a");
    let mut batch = ["Subject: as it is\r\n\r\n".to_owned(), altered(1), altered(22)].map(item);
    batch[1].flags = Flags::parse("Work");
    world.server.add_fault(Fault::at("APPEND", 2, Act::No("Invalid keyword".to_owned())));
    let ids = world.ids(&folder, &batch);
    assert_eq!(world.server.account("ann").messages("a").len(), 3);
    assert_eq!(world.there(&folder, &ids), [true, false, false], "{ids:?}");
}

/// A rule that moves away what is stored: here what is \Deleted is gone at once.
fn with_a_rule() -> MockImap {
    silent().quirk(Quirk::DeletedOnAppendLost)
}

#[test]
fn what_was_stored_and_is_nowhere_has_an_id_that_names_nothing() {
    let world = World::new(with_a_rule());
    let folder = world.folder("a");
    let mut moved = mail("moved");
    moved.flags = Flags::parse("\\Deleted");
    let mut ids = world.ids(&folder, &[mail("stays"), moved.clone(), moved.clone()]);
    ids.extend(world.ids(&folder, std::slice::from_ref(&moved)));
    assert_eq!(world.there(&folder, &ids), [true, false, false, false]);
    let each: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(each.len(), 4, "an id of its own");
    let expected = Expected::new(Some(moved.body.fingerprint().body), moved.body.crlf_len(), moved.flags);
    let deletions: Vec<_> =
        ids[1..].iter().map(|id| Deletion { id: id.clone(), expected: expected.clone() }).collect();
    let fates = world.run(world.dest.delete(&folder, &deletions)).expect("done");
    assert!(fates.iter().all(|fate| matches!(fate, Ok(Deleted::Missing))), "{fates:?}");
    assert_eq!(world.server.account("ann").messages("a").len(), 1);
}

/// Kills: a message that a rule moves away, sent again within the run or by the next one.
#[test]
fn what_a_rule_moves_away_is_sent_once() {
    let (server, clock, source) = (with_a_rule(), SimRuntime::new(), MemoryAccount::new());
    let path = FolderPath::new(["Work"]);
    source.add_folder(&path, None, ItemKind::Mail);
    for (text, flags) in [("stays", ""), ("moved", "\\Deleted"), ("stays too", "\\Seen")] {
        let text = format!("Subject: {text}\r\n\r\nx\r\n");
        source.add(&path, MailboxItem::new(ItemKind::Mail, text).flagged(flags));
    }
    let (dest, env) = sim::run(&clock, opened(server.clone(), &clock, 143));
    let migration = Migration::new(source.source(), dest, MemoryJournal::new().shared(), env);
    for round in 0..3 {
        let report = sim::run(&clock, migration.run()).expect("a run");
        assert_eq!(server.counters().messages_appended, 3, "round {round}: {report}");
        assert_eq!(report.totals.failed, 0, "round {round}: {report}");
    }
    assert_eq!(server.account("ann").messages("Work").len(), 2);
}

/// Kills: an equal message of an earlier batch taken for a later one, because the folder was opened before both.
#[test]
fn an_equal_message_of_an_earlier_batch_is_not_taken() {
    let world = World::new(server());
    let folder = world.folder("a");
    let mut ids = world.ids(&folder, &[mail("first")]);
    ids.extend(world.ids(&folder, &[mail("twin")]));
    // From here on the server no longer says where.
    let _ = world.server.clone().quirk(Quirk::NoAppendUid);
    ids.extend(world.ids(&folder, &[mail("twin")]));
    let each: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(each.len(), 3, "{ids:?}");
    assert_eq!(world.there(&folder, &ids), [true; 3]);
}

/// Kills: a whole batch that was lost, sent again because sizes are not true and somebody else's mail came too.
#[test]
fn a_lost_batch_is_found_among_others_where_sizes_are_not_true() {
    let world = World::new(server().quirk(Quirk::SizeOff(17)));
    let folder = world.folder("a");
    let mark = world.run(world.dest.mark(&folder)).expect("a mark");
    let items = mails(64);
    world.server.add_fault(Fault::at("APPEND", 1, Act::LoseAnswer));
    world.run(world.dest.append(&folder, &items)).expect_err("the answer is lost");
    for theirs in ["one", "two"] {
        world.server.account("ann").add("a", MockMessage::new(format!("Subject: {theirs}\r\n\r\nx\r\n")));
    }
    let found = world.locate(&folder, &mark, &items);
    assert_eq!(found.iter().flatten().count(), 64);
}

/// Kills: Yahoo's copy with its final line end not found, in a process that was not told yet that there is one.
#[test]
fn a_lost_copy_with_a_final_line_end_is_found() {
    let world = World::new(server().without(Extension::MultiAppend).quirk(Quirk::FinalLineEndWanted));
    let folder = world.folder("a");
    let mark = world.run(world.dest.mark(&folder)).expect("a mark");
    let cut = item("Subject: x\r\n\r\nthe end".to_owned());
    // The first one is refused.
    world.server.add_fault(Fault::at("APPEND", 2, Act::LoseAnswer));
    let fates = world.append(&folder, std::slice::from_ref(&cut));
    assert!(fates[0].is_err());
    assert_eq!(world.server.account("ann").messages("a").len(), 1);
    let world = World::new(world.server.clone());
    let found = world.locate(&folder, &mark, &[cut.clone(), mail("never sent"), cut]);
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false]);
}
