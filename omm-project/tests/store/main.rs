//! The promises of a store of projects, and of who logs in to one.

#[path = "../contract/store.rs"]
mod contract;
mod imports;
mod logins;
mod notices;
mod rows;
mod world;

use std::sync::Arc;

// Would catch: a store that means something else than the other one by what is asked of it.
#[test]
fn the_contract_is_kept() {
    let (clock, folder) = (omm_testkit::sim::SimRuntime::new(), tempfile::tempdir().expect("a folder"));
    let opened = omm_project::store::SqliteProjects::open(folder.path(), clock.shared());
    let keep = contract::keep::Keep(Arc::new(futures::executor::block_on(opened).expect("the store works")));
    contract::CONTRACT.into_iter().for_each(|keeps| keeps(&keep));
}
