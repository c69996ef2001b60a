//! Whole runs: a new export of the same calendar brings only what is new and what was edited.

use crate::support::{
    texts::{calendar, card, component, event},
    *,
};
use omm_core::{
    engine::Migration,
    host::Env,
    journal::Journal,
    model::{FolderPath, ItemKind},
    report::Report,
    seam::Connector,
};
use omm_files::{DirConnector, FilesConnector};
use omm_testkit::{
    journal::MemoryJournal,
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};
use std::{path::Path, sync::Arc};

struct World {
    clock: SimRuntime,
    journal: Arc<MemoryJournal>,
    dest: MemoryAccount,
}

impl World {
    fn new() -> Self {
        Self { clock: SimRuntime::new(), journal: Arc::new(MemoryJournal::new()), dest: MemoryAccount::new() }
    }

    /// A run from what lies at the path now, by a source that is opened for it.
    fn run(&self, path: &Path) -> Report {
        let env = Env::new(self.clock.shared());
        let source =
            sim::run(&self.clock, FilesConnector.source(&spec("files", path), &env)).unwrap().unwrap();
        let journal = Arc::clone(&self.journal) as Arc<dyn Journal>;
        let migration = Migration::new(source, self.dest.destination(), journal, env);
        let report = sim::run(&self.clock, migration.run()).unwrap();
        assert!(report.totals.adds_up(), "{report}");
        report
    }

    fn texts(&self, folder: &str) -> Vec<String> {
        let items = self.dest.items(&FolderPath::new([folder]));
        let mut texts: Vec<String> =
            items.iter().map(|(_, item)| String::from_utf8_lossy(&item.bytes).into_owned()).collect();
        texts.sort();
        texts
    }
}

#[test]
fn a_new_export_brings_what_is_new_and_replaces_what_was_edited() {
    let (root, world) = (tempfile::tempdir().unwrap(), World::new());
    let path = root.path().join("Work.ics");
    put(root.path(), "Work.ics", calendar("", &[event("1", "a"), event("2", "b"), event("3", "c")]));
    let first = world.run(&path);
    assert_eq!((first.totals.found, first.totals.copied, first.totals.failed), (3, 3, 0), "{first}");
    let again = world.run(&path);
    assert_eq!(again.totals.copied, 0, "{again}");
    // Another export: elsewhere, in another order, one edited, one new, one gone.
    let elsewhere = tempfile::tempdir().unwrap();
    put(
        elsewhere.path(),
        "Work (1).ics",
        calendar("", &[event("4", "new"), event("2", "edited"), event("1", "a")]),
    );
    let third = world.run(&elsewhere.path().join("Work (1).ics"));
    // One is new; the edited one takes the place of its copy, which was there.
    let totals = &third.totals;
    assert_eq!((totals.copied, totals.already_there, totals.failed), (1, 2, 0), "{third}");
    let texts = world.texts("Work");
    let has = |text: &str| texts.iter().filter(|item| item.contains(text)).count();
    assert_eq!((has("SUMMARY:a"), has("SUMMARY:edited"), has("SUMMARY:new")), (1, 1, 1), "{texts:?}");
    assert_eq!(has("SUMMARY:b"), 0, "the copy of what was edited is replaced: {texts:?}");
    assert_eq!(has("SUMMARY:c"), 1, "what is gone at the source stays");
    let fourth = world.run(&elsewhere.path().join("Work (1).ics"));
    assert_eq!(fourth.totals.copied, 0, "{fourth}");
}

#[test]
fn what_is_broken_fails_and_the_numbers_add_up() {
    let (root, world) = (tempfile::tempdir().unwrap(), World::new());
    let open = "BEGIN:VTODO\r\nUID:open\r\n".to_owned();
    put(
        root.path(),
        "c.ics",
        calendar("", &[event("1", "a"), open, component("VTODO", "UID:t\r\nSUMMARY:t")]),
    );
    put(root.path(), "b.vcf", [card("a", "A"), "BEGIN:VCARD\r\nFN:x\r\n".to_owned()].concat());
    put(root.path(), "noise.ics", "what is this?");
    let report = world.run(root.path());
    assert_eq!((report.totals.found, report.totals.copied, report.totals.failed), (6, 3, 3), "{report}");
    let text = report.to_string();
    assert!(text.contains("line 10: the component does not end"), "{text}");
    put(root.path(), "noise.ics", calendar("", &[event("9", "it was this")]));
    let healed = world.run(root.path());
    assert_eq!((healed.totals.copied, healed.totals.failed), (1, 2), "{healed}");
}

#[test]
fn a_dir_tree_holds_the_same_items() {
    let (root, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(
        root.path(),
        "Work.ics",
        calendar("", &[event("1", "a"), component("VJOURNAL", "UID:j\r\nSUMMARY:j")]),
    );
    put(root.path(), "people.vcf", [card("a", "A"), card("b", "B")].concat());
    let (clock, tree) = (SimRuntime::new(), to.path().join("tree"));
    let env = Env::new(clock.shared());
    let source = sim::run(&clock, FilesConnector.source(&spec("files", root.path()), &env)).unwrap().unwrap();
    let dest = sim::run(&clock, DirConnector.destination(&spec("dir", &tree), &env)).unwrap().unwrap();
    let migration = Migration::new(Arc::clone(&source), dest, Arc::new(MemoryJournal::new()), env);
    let report = sim::run(&clock, migration.run()).unwrap();
    assert_eq!((report.totals.copied, report.totals.failed), (4, 0), "{report}");
    let copy = crate::support::source(&tree);
    for path in ["Work", "Work (notes)", "people"] {
        let texts = |source| items(source, path).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts(&*copy), texts(&*source), "{path}");
    }
    assert_eq!(folder(&*copy, "Work (notes)").kind, ItemKind::Note);
}
