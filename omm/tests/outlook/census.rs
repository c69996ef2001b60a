//! What is in the file is what the report counts.

use crate::export::{Export, path, run, subjects, world};
use omm_testkit::{
    pst::{Format, Item, PstBuilder, filled},
    step_stop::Time,
};
use std::fs::File;

#[test]
fn found_is_all_that_is_in_the_file() {
    let (export, made) = Export::of(|pst| filled::everything(pst, 0).expect("written"));
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let report = run(&world);
    let (items, hidden) = (made.items.len() + made.orphans.len(), made.associated.len());
    assert_eq!((plan.items, report.totals.found), (items as u64, (items + hidden) as u64), "{report}");
    assert_eq!(plan.left_out.get("internal"), Some(&(hidden as u64)), "{plan:?}");
    assert_eq!(report.totals.skipped.get("internal"), Some(&(hidden as u64)), "{report}");
    assert_eq!(report.totals.copied, items as u64);
    // The reader of plan and report is told once each.
    for lines in [&plan.source_remarks, &report.notes] {
        let census: Vec<_> = lines.iter().filter(|line| line.contains("census")).collect();
        assert_eq!(census.len(), 1, "{lines:?}");
        for part in ["old.pst", "1 in no folder", "Recovered", "1 settings of Outlook", "1 search folder"] {
            assert!(census[0].contains(part), "{part}: {census:?}");
        }
    }
    assert_eq!(subjects(&world.destination, "Recovered"), ["Nobody's"]);
    assert!(world.destination.items(&path("Unread Mail")).is_empty(), "a search has nothing of its own");
    // Each folder has what was put in.
    for (folder, _, _) in &made.items {
        let count = made.items.iter().filter(|(other, ..)| other == folder).count();
        let target = omm::core::model::FolderPath::new(folder.split('\0'));
        let there = world.destination.items(&target).len();
        assert_eq!(there, count, "{folder}: {:?}", world.destination.paths());
    }
}

/// Settings in the folder that all others are in: it is no folder of its own unless something is in it.
#[test]
fn settings_of_the_root_are_not_promised() {
    let (export, ()) = Export::of(|pst| {
        let top = pst.top();
        let hidden = Item::new("IPM.Configuration.Something", "Settings").with(0x0e07, 0x41);
        pst.associated(top, &hidden).expect("written");
        let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
        pst.item(inbox, &filled::plain("One", "One.\r\n")).expect("written");
        pst.associated(inbox, &hidden).expect("written");
    });
    let world = world(export);
    let report = run(&world);
    assert_eq!((report.totals.found, report.totals.skipped.get("internal")), (2, Some(&1)), "{report}");
    let census = report.notes.iter().find(|line| line.contains("census")).expect("a line");
    for part in ["1 settings of Outlook (skipped)", "1 in folders that Outlook keeps for itself"] {
        assert!(census.contains(part), "{part}: {census}");
    }
}

/// More files than are open at once: what each has to say is heard all the same.
#[test]
fn each_file_of_many_is_counted() {
    let dir = tempfile::tempdir().expect("a folder");
    let export = Export::in_folder(dir.path());
    for number in 0..11 {
        let file = File::create(dir.path().join(format!("{number}.pst"))).expect("a file");
        let mut pst = PstBuilder::new(Format::Unicode).start(file).expect("a beginning");
        let inbox = pst.folder(pst.top(), "Inbox", Some("IPF.Note"));
        pst.item(inbox, &filled::plain(&format!("In {number}"), "Here.\r\n")).expect("written");
        pst.finish().expect("an end");
    }
    let world = world(export);
    let report = run(&world);
    assert_eq!(report.totals.copied, 11, "{report}");
    for number in 0..11 {
        let name = format!("{number}.pst: census: 1 items");
        let lines = report.notes.iter().filter(|line| line.starts_with(&name));
        assert_eq!(lines.count(), 1, "{name}: {report}");
    }
}
