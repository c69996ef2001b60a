//! Senders who asked for word of what becomes of their messages hear nothing because of us.

use crate::{
    on_mock::between,
    world::{ANN, server},
};
use omm_core::{engine::UndoOptions, model::SyncPoint};
use omm_testkit::{ews::Version, step_stop::Time};

/// Kills: a receipt from a server that cannot be told to send none, for what was handed over whole.
#[test]
fn what_was_handed_over_whole_answers_no_wish_for_a_receipt() {
    for version in [Version::Exchange2010, Version::Exchange2016] {
        let from = server();
        let account = from.mailbox(ANN);
        let wish = "<t:Message><t:Subject>tell me</t:Subject><t:IsReadReceiptRequested>true</t:IsReadReceiptRequested>\
                    <t:IsRead>false</t:IsRead></t:Message>";
        let ids = [(); 2].map(|()| account.add_xml("inbox", wish));
        let world = between(from, server().version(version));
        let (source, server) = (&world.source, &world.destination.server);
        world.clock.run(world.migration().run()).expect("a run");
        assert_eq!(server.counters().operation("CreateItem"), 0, "both are handed over whole");
        source.account().mark_read(&ids[0], true);
        world.clock.run(world.migration().run()).expect("a later run");
        let is_read = |name: &str| name == "true";
        let copies = world.destination.account().items("inbox");
        let (read, unread): (Vec<_>, Vec<_>) =
            copies.into_iter().partition(|copy| copy.text("IsRead").is_some_and(is_read));
        assert_eq!((read.len(), unread.len()), (1, 1));
        world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1)))).expect("an undo");
        // That a receipt was sent for it is a flag that its copy on a server before 2013 cannot show: it is ours all the same.
        for copy in [&read[0], &unread[0]] {
            assert!(world.destination.account().item(&copy.id).is_none(), "{version:?}: it is left");
        }
        assert!(server.outbox().is_empty(), "{version:?}: {:?}", server.outbox());
    }
}
