//! What a destination cannot hold is said beforehand, and nothing else is lost.

use crate::world::{Place, World, or_skip};
use omm::{Options, Plan, core::model::FolderPath};
use omm_testkit::servers::{
    self,
    corpus::Corpus,
    witness::{Snapshot, What, Witness, compare},
};

/// What the plan says the destination will look like: every folder where the plan puts it.
fn foretold(source: &Snapshot, plan: &Plan) -> Snapshot {
    let target = |path: &FolderPath| {
        let row = plan.folders.iter().find(|row| row.folder == *path);
        row.and_then(|row| row.target.clone()).expect("every folder has a place in the plan")
    };
    Snapshot { folders: source.folders.iter().map(|(path, folder)| (target(path), folder.clone())).collect() }
}

#[test]
fn what_cyrus_does_not_take_is_planned_and_nothing_else_is_missing() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let (from, to) = (Place::on_dovecot(dovecot), Place::on_cyrus(cyrus));
    // Not made fit for Cyrus.
    let corpus = Corpus::small();
    Witness::enter(&from.account).and_then(|mut witness| witness.fill(&corpus)).expect("filled");
    let source = Witness::look(&from.account).expect("read");

    let world = World::new();
    let plan = world.run(world.omm().plan(&from.spec, &to.spec, Options::default())).expect("a plan");
    let renamed = plan.folders.iter().filter(|row| row.target.as_ref() != Some(&row.folder));
    let renamed: Vec<String> = renamed.map(|row| row.folder.to_string()).collect();
    println!("renamed {renamed:?}\nnotes {:#?}\nremarks {:#?}", plan.notes, plan.remarks);
    assert_eq!(renamed.len() as u64, plan.renamed, "{renamed:?}");
    for folder in &renamed {
        let is_told = plan.notes.iter().any(|note| note.contains(folder.as_str()));
        assert!(is_told, "{folder} in {:?}", plan.notes);
    }
    let fit = Corpus::small().for_cyrus(cyrus.separator());
    assert!(renamed.len() >= 3, "quotes, a backslash and braces: {renamed:?}");
    assert!(plan.remarks.iter().any(|remark| remark.contains("header")), "{:?}", plan.remarks);
    assert!(plan.blockers.is_empty(), "{:?}", plan.blockers);

    let report = world.migrate(&from, &to).expect("a whole run");
    let refused = (corpus.messages() - fit.messages()) as u64;
    assert_eq!(report.totals.failed, refused, "{report}");
    assert_eq!(report.totals.copied, fit.messages() as u64, "{report}");
    let copy = Witness::look(&to.account).expect("read").without_roles();
    let mut missing = 0;
    for difference in compare(&foretold(&source, &plan).without_roles(), &copy) {
        match &difference.what {
            What::Missing(message) => {
                assert!(
                    ["garbage", "x"].contains(&message.label.as_str()),
                    "not one that Cyrus refuses: {difference}"
                );
                missing += 1;
            }
            _ => panic!("not in the plan: {difference}"),
        }
    }
    assert_eq!(missing, refused);
}
