//! What is in the file is what the report counts.

use crate::export::{Export, path, run, subjects, world};
use omm_testkit::{pst::filled, step_stop::Time};

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
