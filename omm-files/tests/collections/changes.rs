//! What is edited, moved and exported anew is recognised.

use crate::support::{
    texts::{calendar, card, component, event, item},
    *,
};
use futures::executor::block_on;
use omm_core::{error::ErrorKind, model::Revision, seam::Source};
use std::{fs, path::Path};

fn revisions(source: &dyn Source, path: &str) -> Vec<(String, Option<Revision>)> {
    list(source, &folder(source, path)).into_iter().map(|meta| (meta.id.to_string(), meta.revision)).collect()
}

#[test]
fn an_edit_is_another_revision_of_the_same_id() {
    let root = tempfile::tempdir().unwrap();
    let now = |components: &[String], cards: &str| {
        put(root.path(), "c.ics", calendar("", components));
        put(root.path(), "b.vcf", cards);
        let source = source(root.path());
        (revisions(&*source, "c"), revisions(&*source, "b"))
    };
    let cards = [card("a", "A"), card("b", "B")];
    let (events, people) = now(&[event("1", "a"), event("2", "b")], &cards.concat());
    // In another order, with other line ends and a new stamp of the export: nothing is new.
    let stamped = event("1", "a").replace("20250101", "20260606").replace("\r\n", "\n");
    let (mut same, mut same_people) =
        now(&[event("2", "b"), stamped], &[cards[1].clone(), cards[0].replace("\r\n", "\n")].concat());
    same.sort_by(|a, b| a.0.cmp(&b.0));
    same_people.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!((&same, &same_people), (&events, &people));
    let (edited, edited_people) =
        now(&[event("1", "a"), event("2", "other")], &[card("a", "Other"), card("b", "B")].concat());
    assert_eq!(edited[0], events[0]);
    assert!(edited[1].0 == events[1].0 && edited[1].1 != events[1].1, "{edited:?}");
    assert!(edited_people[0].0 == people[0].0 && edited_people[0].1 != people[0].1);
    assert_eq!(edited_people[1], people[1]);
}

#[test]
fn items_without_uid_and_items_with_one_twice_have_ids_that_last() {
    let root = tempfile::tempdir().unwrap();
    let nameless = component("VEVENT", "SUMMARY:no UID");
    let all =
        [nameless.clone(), event("a", "one"), event("a", "two"), event("a", "one"), event("a#2", "odd")];
    put(root.path(), "c.ics", calendar("", &all));
    put(root.path(), "b.vcf", [card("a", "A"), card("a", "B"), card("a", "A")].concat());
    let first = source(root.path());
    let ids = |source: &dyn Source, path| -> Vec<String> {
        revisions(source, path).into_iter().map(|(id, _)| id).collect()
    };
    let before = ids(&*first, "c");
    assert_eq!(before.len(), 4, "the one that is there twice in every letter is one: {before:?}");
    assert!(before[0].starts_with("omm-") && before[1] == "a" && before[2] == "a#2", "{before:?}");
    assert!(before[3] != "a#2", "{before:?}");
    assert_eq!(ids(&*first, "b"), ["a", "a#2"]);
    let fetched = items(&*first, "c");
    assert!(fetched[2].1.contains("SUMMARY:two") && fetched[3].1.contains("SUMMARY:odd"), "{fetched:?}");
    // The same items, another one among them.
    put(root.path(), "c.ics", calendar("", &[event("new", "new"), nameless]));
    let other = source(root.path());
    assert_eq!(ids(&*other, "c")[1], before[0]);
    assert!(items(&*other, "c")[1].1.contains(&format!("UID:{}", before[0])));
}

#[test]
fn the_state_changes_with_the_file() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "c.ics", calendar("", &[event("1", "a"), component("VTODO", "UID:t")]));
    put(root, "b.vcf", [card("a", "A"), card("b", "B")].concat());
    put(root, "t.csv", "First Name,E-mail Address\r\nAnna,a@example.org\r\n");
    put(root, "d/one.ics", calendar("", &[event("1", "a")]));
    let source = source(root);
    let states = || -> Vec<(String, _)> {
        let folders = block_on(source.folders()).unwrap();
        folders.into_iter().map(|folder| (folder.path.to_string(), folder.state.unwrap())).collect()
    };
    let mut before = states();
    assert_eq!(states(), before);
    let mut changed = |name: &str, text: &str, expected: &[&str]| {
        put(root, name, text);
        let now = states();
        let differ: Vec<&str> =
            now.iter().zip(&before).filter(|(a, b)| a != b).map(|(now, _)| now.0.as_str()).collect();
        assert_eq!(differ, expected);
        before = now;
    };
    changed("c.ics", &calendar("", &[event("1", "b"), component("VTODO", "UID:t")]), &["c", "c (tasks)"]);
    changed("b.vcf", &[card("a", "A"), card("b", "C")].concat(), &["b"]);
    changed("t.csv", "First Name,E-mail Address\r\nAnne,a@example.org\r\n", &["t"]);
    changed("d/one.ics", &calendar("", &[event("1", "b")]), &["d"]);
}

/// What a file is, is known again after it has become something else.
#[test]
fn a_file_may_become_another_kind() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "d/x.ics", calendar("", &[event("1", "a")]));
    put(root.path(), "d/y.ics", calendar("", &[event("2", "a")]));
    let source = source(root.path());
    assert_eq!(overview(&*source), [("d".to_owned(), "calendars", 2)]);
    put(root.path(), "d/x.ics", calendar("", &[component("VTODO", "UID:t\r\nSUMMARY:longer")]));
    assert_eq!(overview(&*source), [("d".to_owned(), "calendars", 1), ("d (tasks)".to_owned(), "tasks", 1)]);
    put(root.path(), "d/x.ics", calendar("", &[event("1", "a"), event("3", "c")]));
    assert_eq!(overview(&*source), [("d".to_owned(), "calendars", 1), ("d/x".to_owned(), "calendars", 2)]);
}

fn replaced(root: &Path, text: &str) {
    fs::write(root.join("new"), text).unwrap();
    fs::rename(root.join("new"), root.join("c.ics")).unwrap();
}

#[test]
fn a_fetch_after_a_change_finds_what_is_there_now() {
    let rewritten = |root: &Path, text: &str| put(root, "c.ics", text);
    for (how, change) in [("rewritten", &rewritten as &dyn Fn(&Path, &str)), ("replaced", &replaced)] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "c.ics", calendar("", &[event("1", "one"), event("2", "two"), event("3", "three")]));
        let source = source(root.path());
        let c = folder(&*source, "c");
        let listed = list(&*source, &c);
        change(
            root.path(),
            &calendar(
                "",
                &[event("0", "before all others"), event("3", "three"), event("1", "one, now longer")],
            ),
        );
        let fetched = |at: usize| fetch(&*source, &c, &listed[at].id);
        let one = bytes(&fetched(0).unwrap().body);
        let (old, new) = (item(&event("1", "one")), item(&event("1", "one, now longer")));
        // A file that was replaced is still what it was for who has it open.
        assert!(one == new.as_bytes() || how == "replaced" && one == old.as_bytes(), "{how}");
        assert_eq!(bytes(&fetched(2).unwrap().body), item(&event("3", "three")).as_bytes(), "{how}");
        match fetched(1) {
            Ok(item) => assert!(how == "replaced" && bytes(&item.body).windows(3).any(|word| word == b"two")),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{how}: {error}"),
        }
        // The next listing is of what is there.
        assert_eq!(list(&*source, &c).len(), 3);
        assert_eq!(items(&*source, "c")[2].1, new, "{how}");
    }
}

#[test]
fn a_single_item_file_that_became_a_calendar_is_not_taken_for_its_first_item() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "d/x.ics", calendar("", &[event("1", "a")]));
    let source = source(root.path());
    let d = folder(&*source, "d");
    let listed = list(&*source, &d);
    put(root.path(), "d/x.ics", calendar("", &[event("1", "a"), event("2", "b")]));
    let error = fetch(&*source, &d, &listed[0].id).unwrap_err();
    assert!(error.kind() == ErrorKind::Malformed && error.message().contains("several items"), "{error}");
}
