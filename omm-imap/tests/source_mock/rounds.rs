//! How often the server is asked, and for what.

use crate::world::{World, mail, server};
use omm_core::seam::{Change, Coverage};
use omm_testkit::imap::Extension;

fn three_folders() -> World {
    let server = server();
    let account = server.account("ann");
    for folder in ["INBOX", "a", "b"] {
        account.add_folder(folder);
        (0..5).for_each(|number| {
            account.add(folder, mail(&format!("{folder} {number}")));
        });
    }
    World::new(server)
}

#[test]
fn folders_take_one_flight_and_a_small_folder_one_more() {
    let world = three_folders();
    let folders = world.folders();
    assert_eq!(folders.iter().map(|folder| folder.items).collect::<Vec<_>>(), [Some(5); 3]);
    let counters = world.server.counters();
    assert!(counters.all_round_trips() <= 2, "{counters:?}");
    for folder in &folders {
        let (page, counters) = world.counted(|| world.page(folder, None).expect("a page"));
        assert_eq!((page.changes.len(), page.more, page.coverage), (5, false, Coverage::Listing));
        assert_eq!(counters.all_round_trips(), 1, "{}", world.server.transcript_text());
        assert_eq!((counters.command("EXAMINE"), counters.command("UID FETCH")), (1, 1));
    }
}

#[test]
fn a_second_run_asks_for_what_changed_and_no_more() {
    let world = three_folders();
    let before = world.folders();
    let cursors: Vec<_> = before.iter().map(|folder| world.pages(folder, None).2).collect();
    world.server.account("ann").set_flags("a", 2, &["\\Seen"]);
    world.server.account("ann").add("a", mail("new"));
    world.server.account("ann").delete("a", 3);

    let world = world.restarted();
    world.server.reset_counters();
    let after = world.folders();
    let counters = world.server.counters();
    assert!(counters.all_round_trips() <= 2, "{counters:?}");
    assert_eq!(counters.command("EXAMINE") + counters.command("SELECT"), 0);
    let changed: Vec<_> = (0..3).filter(|at| before[*at].state != after[*at].state).collect();
    assert_eq!(changed.iter().map(|at| after[*at].path.to_string()).collect::<Vec<_>>(), ["a"]);

    let (page, counters) =
        world.counted(|| world.page(&after[changed[0]], Some(&cursors[changed[0]])).expect("a page"));
    assert_eq!(counters.all_round_trips(), 1, "{}", world.server.transcript_text());
    assert_eq!(counters.bodies_fetched, 0);
    assert_eq!((page.coverage, page.more), (Coverage::Delta, false));
    assert!(
        matches!(&page.changes[..], [Change::Flags(..), Change::Present(new), Change::Gone(_)] if new.id.as_str().ends_with(":6")),
        "{:?}",
        page.changes
    );
}

#[test]
fn a_large_folder_takes_a_flight_a_page_and_one_for_its_uids() {
    let world = World::new(server());
    let account = world.server.account("ann");
    (0..2500).for_each(|number| {
        account.add("INBOX", mail(&number.to_string()));
    });
    for uid in (1..2500).step_by(7) {
        account.delete("INBOX", uid);
    }
    let folder = world.folder("INBOX");
    let ((changes, _, _), counters) = world.counted(|| world.pages(&folder, None));
    assert_eq!(changes.len(), account.messages("INBOX").len());
    assert_eq!(counters.all_round_trips(), 4, "the UIDs and three pages: {counters:?}");
}

#[test]
fn without_a_feed_the_listing_begins_without_a_word() {
    let world = World::new(server().without(Extension::QResync));
    world.server.account("ann").add("INBOX", mail("one"));
    let folder = world.folder("INBOX");
    let (_, _, cursor) = world.pages(&folder, None);
    let (page, counters) = world.counted(|| world.page(&folder, Some(&cursor)).expect("a page"));
    assert_eq!((page.changes.len(), page.more, page.coverage), (0, true, Coverage::Listing));
    assert_eq!(counters.all_commands(), 0);
}

#[test]
fn a_fetch_is_one_flight_and_marks_nothing() {
    let world = three_folders();
    let folder = world.folder("a");
    let (metas, _) = world.listed("a");
    let all: Vec<_> = metas.into_iter().map(|meta| meta.id).collect();
    for ids in [&all[..], &all[..1]] {
        let (answers, counters) = world.counted(|| world.fetch(&folder.id, ids));
        assert!(answers.iter().all(|(_, item)| item.is_ok()));
        assert_eq!(counters.all_round_trips(), 1);
        assert_eq!(counters.bodies_fetched, ids.len() as u64);
    }
    assert!(world.server.account("ann").messages("a").iter().all(|message| message.flags.is_empty()));
}
