//! What a feed tells, and when it cannot.

use crate::world::{World, mail, server};
use omm_core::{
    error::ErrorKind,
    model::{Cursor, Role},
    seam::{Change, Coverage},
};
use omm_testkit::imap::{Act, Extension, Fault, MockImap};

/// What changes say: `+` present, `~` flags, `-` gone.
fn told(changes: &[Change]) -> String {
    let word = |change: &Change| {
        let (sign, id) = match change {
            Change::Present(meta) => ('+', &meta.id),
            Change::Flags(id, _) => ('~', id),
            Change::Gone(id) => ('-', id),
            other => panic!("{other:?}"),
        };
        format!("{sign}{}", id.as_str().split_once(':').expect("validity and UID").1)
    };
    changes.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn with(count: u32) -> World {
    let world = World::new(server());
    (0..count).for_each(|number| {
        world.server.account("ann").add("INBOX", mail(&number.to_string()));
    });
    world
}

#[test]
fn an_empty_folder_is_listed_and_followed() {
    for server in [server(), server().plain()] {
        let world = World::new(server);
        let folder = world.folder("INBOX");
        let (changes, coverage, cursor) = world.pages(&folder, None);
        assert_eq!((changes.len(), coverage), (0, Coverage::Listing));
        world.server.account("ann").add("INBOX", mail("first"));
        assert_eq!(told(&world.pages(&folder, Some(cursor)).0), "+1");
    }
}

#[test]
fn what_arrives_during_a_listing_is_told_by_the_feed() {
    let world = with(2500);
    let folder = world.folder("INBOX");
    let first = world.page(&folder, None).expect("a page");
    let account = world.server.account("ann");
    account.add("INBOX", mail("meanwhile"));
    account.set_flags("INBOX", 5, &["\\Seen"]);
    account.delete("INBOX", 7);
    // The rest of the listing as another process goes on with it.
    let world = world.restarted();
    let (rest, _, cursor) = world.pages(&folder, Some(first.next));
    assert_eq!(first.changes.len() + rest.len(), 2501, "the newcomer may be told twice, but not left out");
    let (news, coverage, _) = world.pages(&folder, Some(cursor));
    assert_eq!((told(&news).as_str(), coverage), ("~5 +2501 -7", Coverage::Delta));
}

#[test]
fn a_jump_in_the_uids_costs_one_more_flight() {
    let world = with(3);
    let folder = world.folder("INBOX");
    let (_, _, cursor) = world.pages(&folder, None);
    let account = world.server.account("ann");
    (0..9000).for_each(|number| {
        account.add("INBOX", mail(&number.to_string()));
    });
    (4..9001).for_each(|uid| account.delete("INBOX", uid));
    let ((news, ..), counters) = world.counted(|| world.pages(&folder, Some(cursor)));
    assert_eq!(told(&news), "+9001 +9002 +9003");
    assert!(counters.all_round_trips() <= 3, "{counters:?}");
}

#[test]
fn many_new_messages_come_page_by_page_and_once_each() {
    let world = with(3);
    let folder = world.folder("INBOX");
    let (_, _, cursor) = world.pages(&folder, None);
    let account = world.server.account("ann");
    (0..5000).for_each(|number| {
        account.add("INBOX", mail(&number.to_string()));
    });
    let (news, coverage, cursor) = world.pages(&folder, Some(cursor));
    assert_eq!((news.len(), coverage), (5000, Coverage::Delta));
    assert!(world.pages(&folder, Some(cursor)).0.is_empty());
}

#[test]
fn positions_that_are_lost() {
    let world = with(2500);
    let folder = world.folder("INBOX");
    let middle = world.page(&folder, None).expect("a page").next;
    let (_, _, end) = world.pages(&folder, None);
    let words: Vec<u64> = end.as_str().split(' ').filter_map(|word| word.parse().ok()).collect();
    let [version, validity, next, mod_seq] = words[..] else { panic!("{end}") };
    let ahead = [
        format!("{version} s {validity} {next} {}", mod_seq + 1000),
        format!("{version} s {validity} {} {mod_seq}", next + 1000),
        format!("{version} s {} {next} {mod_seq}", validity + 1),
        "garbage".to_owned(),
    ];
    for cursor in ahead {
        let error = world.page(&folder, Some(&Cursor::new(cursor.as_str()))).expect_err(&cursor);
        assert_eq!(error.kind(), ErrorKind::CursorExpired, "{cursor}: {error}");
    }
    world.server.account("ann").renumber("INBOX");
    for cursor in [middle, end] {
        // The connections that were open are told BYE.
        for world in [world.restarted(), world.restarted()] {
            let error = world.page(&folder, Some(&cursor)).expect_err("another UIDVALIDITY");
            assert_eq!(error.kind(), ErrorKind::CursorExpired, "{cursor}: {error}");
        }
    }
    // And it can be listed again.
    let world = world.restarted();
    assert_eq!(world.pages(&folder, None).0.len(), 2500);
}

#[test]
fn a_feed_that_is_refused_has_expired() {
    let world = with(3);
    let folder = world.folder("INBOX");
    let (_, _, cursor) = world.pages(&folder, None);
    world.server.account("ann").add("INBOX", mail("new"));
    world.server.reset_counters();
    world.server.add_fault(Fault::at("UID FETCH", 1, Act::No("not today".to_owned())));
    let error = world.page(&folder, Some(&cursor)).expect_err("no feed");
    assert_eq!(error.kind(), ErrorKind::CursorExpired, "{error}");
    assert_eq!(told(&world.pages(&folder, None).0), "+1 +2 +3 +4");
}

#[test]
fn a_folder_that_went_is_its_own_error_and_the_connection_goes_on() {
    let world = with(1);
    world.server.account("ann").add_folder("gone");
    let gone = world.folder("gone");
    world.server.account("ann").delete_folder("gone");
    let error = world.page(&gone, None).expect_err("it is gone");
    assert_eq!(error.reach(), omm_core::error::Scope::Folder, "{error}");
    let connections = world.server.counters().connections;
    assert_eq!(world.listed("INBOX").0.len(), 1);
    assert_eq!(world.server.counters().connections, connections, "the connection was good");
}

#[test]
fn folders_in_their_order_and_with_what_they_are() {
    let old = || server().without(Extension::ListExtended).without(Extension::Imap4Rev2);
    for server in [server(), server().without(Extension::ListStatus), old()] {
        tells_folders(server);
    }
}

fn tells_folders(server: MockImap) {
    let account = server.account("ann");
    account.special_use("All", "\\All").special_use("Sent", "\\Sent").no_select("group");
    account.add_folder("group/one").add_folder("a");
    account.subscribe("a");
    let folders = World::new(server).folders();
    let paths: Vec<String> = folders.iter().map(|folder| folder.path.to_string()).collect();
    assert_eq!(paths.first().map(String::as_str), Some("INBOX"));
    assert_eq!(paths.last().map(String::as_str), Some("All"));
    assert!(!paths.contains(&"group".to_owned()), "it cannot be opened: {paths:?}");
    let named = |path: &str| folders.iter().find(|folder| folder.path.to_string() == path).expect("a folder");
    assert!(named("a").subscribed && named("a").role.is_none() && named("a").state.is_some());
    assert!(!named("Sent").subscribed && named("Sent").role == Some(Role::Sent));
}
