//! Folders that are not listed and are there.

use crate::{
    items::{all_kinds, inbox},
    on_mock::into,
    world::server,
};
use omm_testkit::{memory::MemoryAccount, step_stop::Time};

/// Kills: a folder whose name is taken by one that is hidden, and that fails for good.
#[test]
fn a_name_that_is_taken_is_looked_up() {
    let server = server();
    let account = server.mailbox(crate::world::ANN);
    account.add_folder("Work", "IPF.Note").hide_folder("Work");
    let world = into(MemoryAccount::new().holding(&all_kinds()), server);
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (all_kinds().items() as u64, 0), "{report}");
    assert_eq!(world.destination.account().items("Work/Projects").len(), 1);
    assert!(!world.source.items(&inbox()).is_empty());
}
