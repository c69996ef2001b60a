//! A newer export at the same path: the store and its nodes have other ids, what is in it is mostly the same.

use crate::export::{Export, PstWorld, changed, key, letter, path, run, subjects, world};
use omm_testkit::pst::{Format, Item, PstBuilder, PstWriter, Role, filled};
use std::fs::File;

const NEW_KEY: [u8; 16] = *b"another store's!";

/// Folders with their items, in the order in which they are made.
type Folders = Vec<(&'static str, Vec<Item>)>;

fn fill(pst: &mut PstWriter<File>, folders: Folders) {
    let top = pst.top();
    for (name, items) in folders {
        let class = if name == "Contacts" { "IPF.Contact" } else { "IPF.Note" };
        let folder = pst.folder(top, name, Some(class));
        match name {
            "Inbox" => pst.role(Role::Inbox, folder),
            "Contacts" => pst.role(Role::Contacts, folder),
            _ => {}
        }
        for item in &items {
            pst.item(folder, item).expect("written");
        }
    }
}

/// A first export, and the run that carries it.
fn carried(folders: Folders) -> PstWorld {
    let (export, ()) = Export::of(|pst| fill(pst, folders));
    let world = world(export);
    assert_eq!(run(&world).totals.failed, 0);
    world.source.fetched();
    world
}

/// A second export in its place.
fn export_again(world: &PstWorld, folders: Folders) {
    let builder = PstBuilder::new(Format::Unicode).record_key(NEW_KEY);
    world.source.write(builder, |pst| fill(pst, folders));
}

fn contact(word: &str) -> Item {
    Item::new("IPM.Contact", word)
        .with(0x3001, word)
        .with(0x300b, key(word))
        .with(0x3007, changed(1))
        .with(0x3008, changed(1))
}

#[test]
fn only_what_is_new_is_carried_and_what_was_edited_is_replaced() {
    let edited = |text: &str, hour| {
        filled::plain("edited", text).with(0x300b, key("edited")).with(0x3008, changed(hour))
    };
    let world = carried(vec![
        ("Inbox", vec![letter("a"), edited("Before.\r\n", 1), letter("deleted"), letter("b")]),
        ("Archive", vec![letter("archived")]),
        ("Contacts", vec![contact("Ana"), contact("Bruno")]),
    ]);
    // Folders and items in another order: their nodes have the ids of others now.
    export_again(
        &world,
        vec![
            ("Contacts", vec![contact("Carla"), contact("Bruno"), contact("Ana")]),
            ("Archive", vec![letter("archived"), letter("new")]),
            ("Inbox", vec![letter("b"), edited("After.\r\n", 2), letter("a")]),
        ],
    );
    let report = run(&world);
    assert_eq!((report.totals.failed, report.totals.kept_of_gone), (0, 1), "{report}");
    assert_eq!(world.source.fetched(), 3, "new, edited, Carla");
    let there = |folder: &str| subjects(&world.destination, folder);
    assert_eq!(there("Inbox"), ["a", "b", "deleted", "edited"]);
    assert_eq!(there("Archive"), ["archived", "new"]);
    assert_eq!(world.destination.items(&path("Contacts")).len(), 3);
    let texts = world.destination.items(&path("Inbox"));
    let has = |text: &str| texts.iter().any(|(_, item)| String::from_utf8_lossy(&item.bytes).contains(text));
    assert!(has("After.") && !has("Before."));
    let report = run(&world);
    assert_eq!((report.totals.copied, world.source.fetched()), (0, 0), "{report}");
}

#[test]
fn what_only_says_that_it_was_edited_stays() {
    let world = carried(vec![("Inbox", vec![letter("a").with(0x3008, changed(1))])]);
    let before = world.destination.items(&path("Inbox"));
    export_again(&world, vec![("Inbox", vec![letter("a").with(0x3008, changed(2))])]);
    run(&world);
    assert_eq!(before, world.destination.items(&path("Inbox")));
}

/// Kills: an identity by the number of a node.
#[test]
fn folders_that_changed_places_keep_their_own() {
    let world =
        carried(vec![("One", vec![letter("1")]), ("Two", vec![letter("2")]), ("Three", vec![letter("3")])]);
    let again = vec![("Two", vec![letter("2")]), ("Three", vec![letter("3")]), ("One", vec![letter("1")])];
    export_again(&world, again);
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.kept_of_gone), (0, 0), "{report}");
    assert_eq!(world.source.fetched(), 0);
    export_again(
        &world,
        vec![("Two", vec![letter("2"), letter("2b")]), ("One", vec![letter("1"), letter("1b")])],
    );
    run(&world);
    for (folder, expected) in [("One", ["1", "1b"].as_slice()), ("Two", &["2", "2b"]), ("Three", &["3"])] {
        assert_eq!(subjects(&world.destination, folder), expected, "{folder}");
    }
}

#[test]
fn twins_stay_as_many_as_they_are() {
    let world = carried(vec![("Inbox", vec![letter("twin"), letter("twin"), letter("one")])]);
    assert_eq!(subjects(&world.destination, "Inbox"), ["one", "twin", "twin"]);
    let twins = |count: usize| vec![("Inbox", vec![letter("twin"); count])];
    for (count, copied, there) in [(2, 0, 3), (3, 1, 4), (1, 0, 4)] {
        export_again(&world, twins(count));
        let report = run(&world);
        assert_eq!((report.totals.copied, report.totals.failed), (copied, 0), "{count}: {report}");
        assert_eq!(subjects(&world.destination, "Inbox").len(), there, "{count}");
    }
}

#[test]
fn items_without_a_search_key_are_known_by_what_they_say() {
    // None at all, an empty one, and zeros: all three are none.
    let keyless = |word: &str| {
        [
            letter(word).without(0x300b),
            letter(&format!("{word} empty")).with(0x300b, Vec::new()),
            letter(&format!("{word} zeros")).with(0x300b, vec![0; 16]),
        ]
        .map(|mut item| {
            if !item.absent.is_empty() {
                item.properties.retain(|(id, _)| *id != 0x300b.into());
            }
            item
        })
    };
    let world = carried(vec![("Inbox", [keyless("a"), keyless("b")].concat())]);
    assert_eq!(subjects(&world.destination, "Inbox").len(), 6);
    export_again(&world, vec![("Inbox", [keyless("c"), keyless("b"), keyless("a")].concat())]);
    let report = run(&world);
    assert_eq!((report.totals.copied, world.source.fetched()), (3, 3), "{report}");
    let there = subjects(&world.destination, "Inbox");
    assert_eq!(there.len(), 9, "{there:?}");
    let mut once = there.clone();
    once.dedup();
    assert_eq!(once, there, "nothing is there twice");
}

/// A program that gives all its items one key, and all the time of the export.
#[test]
fn one_key_for_all_is_none() {
    let item = |word: &str| letter(word).with(0x300b, vec![7; 16]).with(0x3008, changed(3));
    let world = carried(vec![("Inbox", vec![item("a"), item("b"), item("c")])]);
    export_again(&world, vec![("Inbox", vec![item("d"), item("a"), item("b"), item("c")])]);
    run(&world);
    assert_eq!(subjects(&world.destination, "Inbox"), ["a", "b", "c", "d"]);
}

#[test]
fn what_moved_is_not_there_twice() {
    let world = carried(vec![("Inbox", vec![letter("a"), letter("moved")]), ("Archive", vec![letter("b")])]);
    export_again(&world, vec![("Archive", vec![letter("moved"), letter("b")]), ("Inbox", vec![letter("a")])]);
    let report = run(&world);
    assert_eq!(subjects(&world.destination, "Inbox"), ["a"], "{report}");
    assert_eq!(subjects(&world.destination, "Archive"), ["b", "moved"]);
}

/// The same file later, in which its user has renamed a folder.
#[test]
fn a_renamed_folder_takes_its_items_along() {
    let items = || vec![letter("a"), letter("b")];
    let world = carried(vec![("Before", items()), ("Other", vec![letter("c")])]);
    world.source.write(PstBuilder::new(Format::Unicode), |pst| {
        fill(pst, vec![("After", items()), ("Other", vec![letter("c")])]);
    });
    let report = run(&world);
    assert_eq!(report.totals.failed, 0, "{report}");
    let there = |folder: &str| subjects(&world.destination, folder);
    assert_eq!((there("After").len(), there("Before").len(), there("Other").len()), (2, 0, 1), "{report}");
}
