//! Folders: what they are for, and those that hold items of several kinds.

use crate::export::{Export, path, run, world};
use omm::core::model::{ItemKind, Role};
use omm_testkit::{
    pst::{self, PstWriter, filled},
    step_stop::Time,
};
use std::fs::File;

#[test]
fn deleted_items_are_sorted_by_kind() {
    let (export, ()) = Export::of(|writer| {
        let deleted = writer.with_role(pst::Role::DeletedItems).expect("always there");
        let items = [
            filled::plain("Thrown away", "Gone.\r\n"),
            filled::contact(),
            filled::appointment(),
            filled::all_day(),
            filled::task(),
            filled::note(),
        ];
        items.iter().for_each(|item| drop(writer.item(deleted, item).expect("written")));
    });
    let world = world(export);
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.failed), (6, 0), "{report}");
    for (name, kind, count) in [
        ("Deleted Items", ItemKind::Mail, 1),
        ("Deleted Items (contacts)", ItemKind::Contact, 1),
        ("Deleted Items (calendars)", ItemKind::Event, 2),
        ("Deleted Items (tasks)", ItemKind::Task, 1),
        ("Deleted Items (notes)", ItemKind::Note, 1),
    ] {
        let items = world.destination.items(&path(name));
        assert_eq!(items.len(), count, "{name}: {:?}", world.destination.paths());
        assert!(items.iter().all(|(_, item)| item.kind == kind), "{name}");
    }
}

type Named = (&'static str, Option<&'static str>, pst::Role, Option<Role>);

/// Names that say nothing: only the ids in the store, the root and the inbox do.
const FOLDERS: [Named; 8] = [
    ("Eingangskorb", Some("IPF.Note"), pst::Role::Inbox, Some(Role::Inbox)),
    ("Hinaus", Some("IPF.Note"), pst::Role::Outbox, None),
    ("Fort", Some("IPF.Note"), pst::Role::SentItems, Some(Role::Sent)),
    ("Angefangen", Some("IPF.Note"), pst::Role::Drafts, Some(Role::Drafts)),
    ("Termine", Some("IPF.Appointment"), pst::Role::Calendar, Some(Role::Calendar)),
    ("Leute", Some("IPF.Contact"), pst::Role::Contacts, Some(Role::Contacts)),
    ("Zettel", Some("IPF.StickyNote"), pst::Role::Notes, Some(Role::Notes)),
    ("Zu tun", Some("IPF.Task"), pst::Role::Tasks, Some(Role::Tasks)),
];

fn named(writer: &mut PstWriter<File>) {
    let top = writer.top();
    // Others of the same classes, before them and with names that would mislead.
    for (name, class) in [("Kalender", "IPF.Appointment"), ("Inbox", "IPF.Note"), ("Sent Items", "IPF.Note")]
    {
        writer.folder(top, name, Some(class));
    }
    for (name, class, role, _) in FOLDERS {
        let folder = writer.folder(top, name, class);
        writer.role(role, folder);
    }
}

#[test]
fn roles_are_those_that_the_store_says() {
    let (export, ()) = Export::of(named);
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let of = |name: &str| plan.folders.iter().find(|line| line.folder == path(name)).map(|line| line.role);
    for (name, .., role) in FOLDERS {
        assert_eq!(of(name), Some(role), "{name}");
    }
    assert_eq!(of("Deleted Items"), Some(Some(Role::Trash)));
    for other in ["Kalender", "Inbox", "Sent Items"] {
        assert_eq!(of(other), Some(None), "{other}");
    }
}
