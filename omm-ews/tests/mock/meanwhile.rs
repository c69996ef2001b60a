//! What the user of a mailbox does between two requests of ours.

use crate::{items::people, on_mock::into, world::server};
use omm_core::model::{ItemKind, Role};
use omm_testkit::{
    mailbox::{Mailbox, MailboxFolder, contact},
    memory::MemoryAccount,
    step_stop::Time,
};
use std::cell::Cell;

/// Kills: what a user moved away while the newer one was made, and that is deleted where it is now.
#[test]
fn a_copy_that_is_moved_away_while_it_is_replaced_is_left() {
    let folder = MailboxFolder::new(people(), ItemKind::Contact).with_items([contact(0, 0)]);
    let mailbox = Mailbox { folders: vec![folder.with_role(Role::Contacts)] };
    for stays in [true, false] {
        let world = into(MemoryAccount::new().holding(&mailbox), server());
        let (server, account) = (&world.destination.server, world.destination.account());
        world.clock.run(world.migration().run()).expect("a first run");
        let copy = account.items("contacts")[0].id.clone();
        account.add_folder("Contacts/Private", "IPF.Contact");
        let id = world.source.items(&people())[0].0.clone();
        world.source.edit(&people(), &id, contact(0, 1).bytes.to_vec());

        server.reset_counters();
        let moved = Cell::new(false);
        let user = || {
            if server.counters().operation("CreateItem") > 0 && !moved.replace(true) {
                match stays {
                    true => {
                        account.relocate_with_its_id(&copy, "Contacts/Private");
                    }
                    false => drop(account.relocate(&copy, "Contacts/Private")),
                }
            }
            false
        };
        let report = world.clock.run_until(world.migration().run(), user).expect("not cut").expect("a run");
        assert!(moved.get(), "the newer one is made");
        let count = |path: &str| account.items(path).len();
        assert_eq!((count("Contacts/Private"), count("contacts")), (1, 0), "{stays}: {report}");
        assert_eq!(report.totals.failed, 0, "{report}");
    }
}
