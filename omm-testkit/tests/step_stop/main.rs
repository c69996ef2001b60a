//! Every scenario, stopped before and after every durable step, resumed, and the end compared.
//!
//! `OMM_FULL=1` cuts the large ones at every step too, and all of them twice, with one to four steps in between.

mod adopt;
mod changes;
mod copying;
mod faults;
mod left_out;
mod moves;
mod undoing;

use omm_core::model::{FolderPath, ItemKind};
use omm_testkit::{
    mailbox::{Mailbox, MailboxItem, small},
    memory::{Habits, MemoryAccount, Settings},
    step_stop::{Scenario, World, step_stop, step_stop_twice},
};

/// A path from its text, `>` between segments.
fn path(text: &str) -> FolderPath {
    FolderPath::new(text.split(" > "))
}

fn settings(set: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    set(&mut settings);
    settings
}

fn habits(set: impl FnOnce(&mut Habits)) -> Habits {
    let mut habits = Habits::default();
    set(&mut habits);
    habits
}

/// A world in which the source holds a mailbox, and the destination takes two items at a time.
fn world_of(mailbox: &Mailbox, source: Settings) -> World {
    let destination = MemoryAccount::with(settings(|settings| settings.batch_items = 2));
    World::new(MemoryAccount::with(source).holding(mailbox), destination)
}

/// A world with a few items of every kind.
fn small_world() -> World {
    world_of(&small(1), Settings::default())
}

/// A world with a few messages only.
fn mail_world(source: Settings) -> World {
    world_of(&small(1).only(|folder| folder.kind == ItemKind::Mail), source)
}

/// The id of a copy of an item.
fn copy_of(account: &MemoryAccount, folder: &FolderPath, item: &MailboxItem) -> String {
    let items = account.items(folder);
    let found = items.iter().find(|(_, held)| held.bytes == item.bytes);
    found.unwrap_or_else(|| panic!("no copy in {folder}")).0.clone()
}

/// The n-th item of a folder, with its id.
fn nth(account: &MemoryAccount, folder: &FolderPath, at: usize) -> (String, MailboxItem) {
    account.items(folder).swap_remove(at)
}

fn same_on_both_sides(world: &World) {
    let (here, there) = (world.source.snapshot().0, world.destination.snapshot().0);
    let missing: Vec<_> = here.iter().filter(|(path, held)| there.get(path) != Some(held)).collect();
    let other: Vec<_> = there.iter().filter(|(path, held)| here.get(path) != Some(held)).collect();
    assert_eq!(missing, other, "the two sides differ");
}

/// Plays a story with every cut.
fn check(scenario: &Scenario) {
    check_every(1, scenario);
}

/// Plays a long story with one cut in so many, all of them when asked.
fn check_every(stride: u64, scenario: &Scenario) {
    let full = std::env::var_os("OMM_FULL").is_some();
    let cuts = step_stop(scenario, if full { 1 } else { stride });
    println!("{scenario:?}: {} steps, {} cuts", cuts.steps, cuts.cuts);
    for apart in if full { 1..=4 } else { 2..=2 } {
        let twice = step_stop_twice(scenario, if full { 1 } else { 3 * stride }, apart);
        println!("{scenario:?}: {} steps, {} cuts", 0, twice.cuts);
    }
    assert!(cuts.cuts > 0, "nothing was cut");
}
