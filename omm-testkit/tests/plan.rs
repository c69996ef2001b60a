//! What a plan foresees, and that it writes nothing.

use omm_core::{
    engine::{Migration, Plan},
    host::Env,
    model::{FolderPath, ItemKind, Role},
};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::message,
    memory::{MemoryAccount, Settings},
    sim::{SimRuntime, run},
};

fn path(name: &str) -> FolderPath {
    FolderPath::new([name])
}

/// Three messages, two of them with a keyword of their own, into an account of this character.
fn plan(set: impl FnOnce(&mut Settings)) -> Plan {
    let (source, clock) = (MemoryAccount::new(), SimRuntime::new());
    source.add_folder(&path("Sent"), Some(Role::Sent), ItemKind::Mail);
    source.add_folder(&path("Work"), None, ItemKind::Mail);
    for (number, flags) in ["\\Seen", "Green", "Blue"].into_iter().enumerate() {
        source.add(&path("Work"), message(number as u64, 0));
        let (id, _) = source.items(&path("Work")).swap_remove(number);
        source.set_flags(&path("Work"), &id, flags);
    }
    let mut settings = Settings::default();
    set(&mut settings);
    let dest = MemoryAccount::with(settings);
    dest.add_folder(&path("Sent Items"), Some(Role::Sent), ItemKind::Mail);
    let journal = MemoryJournal::new();
    let env = Env::new(clock.shared());
    let migration = Migration::new(source.source(), dest.destination(), journal.shared(), env);
    let plan = run(&clock, migration.plan()).expect("a plan");
    assert_eq!(dest.paths(), [path("Sent Items")], "a plan wrote");
    assert_eq!((plan.items, plan.renamed), (3, 1), "{plan:?}");
    plan
}

/// Kills: a limit that the destination declares and nobody hears of before the run meets it.
#[test]
fn what_will_not_fit_is_foreseen() {
    let all_is_well = plan(|_| {});
    assert!(all_is_well.blockers.is_empty() && all_is_well.remarks.is_empty(), "{all_is_well:?}");
    assert!(all_is_well.left_out.is_empty() && all_is_well.keywords_lost == 0, "{all_is_well:?}");

    let tight = plan(|settings| {
        settings.quota_bytes = Some(10);
        settings.tells_quota = true;
        settings.largest_item = Some(20);
    });
    assert_eq!(tight.left_out.get("larger-than-destination-takes"), Some(&3), "{tight:?}");
    let blockers: Vec<_> = tight.blockers.iter().map(|blocker| blocker.message.as_str()).collect();
    assert!(blockers.len() == 2 && blockers[0].contains("10 bytes left"), "{blockers:?}");

    for (room, lost) in [(Some(0), 2), (Some(1), 1), (Some(2), 0), (None, 0)] {
        let plan = plan(|settings| settings.keywords_per_folder = room);
        assert_eq!(plan.keywords_lost, lost, "{room:?}");
    }
}

/// Kills: remarks of the destination that no plan shows.
#[test]
fn what_the_destination_says_of_itself_is_passed_on() {
    let remark = "messages with a NUL byte are refused by this server";
    let plan = plan(|settings| settings.remarks = vec![remark.to_owned()]);
    assert_eq!(plan.remarks, [remark]);
    assert!(plan.blockers.is_empty(), "a remark keeps no run from succeeding");
}
