//! Looking at copies: all that a copy is, and one that cannot be shown costs only itself.

use crate::{
    items::{agenda, all_kinds, two_in_one},
    on_mock::{IntoMock, into},
    world::server,
};
use omm_core::{
    engine::{Level, UndoOptions},
    model::{ItemKind, SyncPoint},
};
use omm_testkit::{
    ews::{EwsAct, EwsFault},
    mailbox::{Mailbox, MailboxFolder},
    memory::MemoryAccount,
    step_stop::Time,
};

fn copied(mailbox: &Mailbox) -> IntoMock {
    let world = into(MemoryAccount::new().holding(mailbox), server());
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    world
}

fn undone(world: &IntoMock) -> (u64, u64) {
    let undo = UndoOptions::from(SyncPoint(1));
    let undone = world.clock.run(world.migration().undo(&undo)).expect("an undo");
    (undone.deleted, undone.left_in_all)
}

/// Kills: a look at the first item of several alone, so that what its user did to another one is deleted.
#[test]
fn whoever_touches_any_item_of_a_copy_touches_the_copy() {
    let folder = MailboxFolder::new(agenda(), ItemKind::Event).with_items([two_in_one(1)]);
    let mailbox = Mailbox { folders: vec![folder] };
    for (at, how) in [(0, "changed"), (1, "changed"), (1, "moved"), (1, "deleted")] {
        let world = copied(&mailbox);
        let account = world.destination.account();
        let items = account.items("calendar");
        assert_eq!(items.len(), 2);
        let id = &items[at].id;
        match how {
            "changed" => {
                account.set(id, "Subject", "mine");
            }
            "moved" => {
                account.relocate(id, "deleteditems");
            }
            _ => {
                account.remove(id);
            }
        }
        assert_eq!(undone(&world), (0, 1), "item {at}, {how}");
    }
    assert_eq!(undone(&copied(&mailbox)), (1, 0));
}

/// Kills: a request for a hundred copies that fails because of one of them.
#[test]
fn a_copy_that_cannot_be_shown_costs_only_itself() {
    let refuse = |nth| EwsFault::at("GetItem", nth, EwsAct::Code(Some(0), "ErrorItemCorrupt".to_owned()));
    let world = into(MemoryAccount::new().holding(&all_kinds()), server().fault(refuse(1)));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (all_kinds().items() as u64, 0), "{report}");
    let world = copied(&all_kinds());
    world.destination.server.add_fault(refuse(1));
    let undone = world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1)))).expect("an undo");
    // Which folder is looked at first is not said; if the run made it, it is left with the copy that is in it.
    let left = undone.left.iter().filter(|left| !left.item.is_empty()).count() as u64;
    let all = all_kinds().items() as u64;
    assert_eq!((undone.deleted, left), (all - 1, 1), "one is left, the others go: {:?}", undone.left);
}

/// Kills: a copy that is "verified", and that a preview says will be deleted, since its size is what we once said it is.
#[test]
fn what_its_user_changed_is_seen_without_reading_everything() {
    let world = copied(&all_kinds());
    let (server, account) = (&world.destination.server, world.destination.account());
    let all = all_kinds().items() as u64;
    account.set(&account.items("contacts")[0].id, "JobTitle", "mine");
    server.reset_counters();
    let looked = world.clock.run(world.migration().verify(Level::Listed)).expect("a look");
    assert_eq!((looked.altered, looked.good), (1, all - 1), "{looked:?}");
    let mut undo = UndoOptions::from(SyncPoint(1));
    undo.dry_run = true;
    let preview = world.clock.run(world.migration().undo(&undo)).expect("a preview");
    assert_eq!(
        (preview.deleted, preview.left.iter().filter(|left| !left.item.is_empty()).count()),
        (all - 1, 1)
    );
    undo.dry_run = false;
    let undone = world.clock.run(world.migration().undo(&undo)).expect("an undo");
    assert_eq!((undone.deleted, undone.left.len()), (preview.deleted, preview.left.len()), "{undone:?}");
}
