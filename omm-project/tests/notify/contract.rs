//! The outboxes of this crate, by the contract.

use crate::{
    files::FileOutbox,
    outbox_contract::{CONTRACT, at, begin, claimed, file, row, started, sweep},
};
use futures::executor::block_on;
use omm_project::notify::outbox::{Choice, MemoryOutbox, Outbox, SqliteOutbox, State};
use omm_testkit::sim::SimRuntime;

#[test]
fn in_memory() {
    CONTRACT.into_iter().for_each(|behaves| behaves(&MemoryOutbox::new()));
}

#[test]
fn in_a_file_read_anew_for_every_step() {
    for behaves in CONTRACT {
        let folder = tempfile::tempdir().unwrap();
        behaves(&FileOutbox::new(folder.path().join("outbox.json"), |_| {}));
    }
}

#[test]
fn in_sqlite() {
    for behaves in CONTRACT {
        let folder = tempfile::tempdir().unwrap();
        let runtime = SimRuntime::new().shared();
        behaves(&block_on(SqliteOutbox::open(folder.path(), runtime)).unwrap());
    }
}

#[test]
fn sqlite_keeps_it_for_the_next_process_and_the_one_beside() {
    let folder = tempfile::tempdir().unwrap();
    let open = || block_on(SqliteOutbox::open(folder.path(), SimRuntime::new().shared())).unwrap();
    let (first, second) = (open(), open());
    file(&first, &started());
    let claim = claimed(&first, 0);
    assert_eq!(crate::outbox_contract::claim(&second, 0), Choice::Not(Some(at(20))));
    assert!(begin(&first, &claim, 1));
    drop(first);
    assert_eq!(row(&second, &started()).state, State::Sending);
    drop(second);
    assert_eq!(sweep(&open(), 21), 1);
    let kept = std::fs::read(folder.path().join("notices.db")).unwrap();
    assert!(kept.windows(15).any(|window| window == b"ann@example.org"));
    assert_eq!(block_on(open().forget("mig-1")).unwrap(), 1);
    drop(open());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let kept = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !kept.windows(15).any(|window| window == b"ann@example.org"),
            "what was deleted is still there"
        );
    }
}
