//! Runs that are killed at every durable step, and go on.

use crate::on_mock::{PopWorld, filled, mail};
use omm_testkit::{
    memory::MemoryAccount,
    pop::{Extension, MockPop, Quirk},
    sim::SimRuntime,
    step_stop::{Account, Scenario, step_stop},
};

type Story = Scenario<crate::on_mock::OnMock, MemoryAccount, SimRuntime>;

fn told(name: &'static str, server: fn() -> MockPop) -> Story {
    let same = |world: &PopWorld| assert_eq!(world.destination.contents(), world.source.contents());
    Scenario::new(name, move || filled(server(), 7))
        .run()
        .user(|world: &PopWorld| {
            let maildrop = world.source.maildrop();
            maildrop.add_all([mail("new"), mail("twin"), mail("twin")]);
            maildrop.renew_uids();
        })
        .run()
        .run()
        .ends(same)
}

fn check(name: &'static str, server: fn() -> MockPop) {
    let full = std::env::var_os("OMM_FULL").is_some();
    let cuts = step_stop(&told(name, server), if full { 1 } else { 3 });
    println!("{name}: {} steps, {} cuts", cuts.steps, cuts.cuts);
    assert!(cuts.cuts > 0, "nothing was cut");
}

#[test]
fn with_unique_ids_that_are_renewed() {
    check("renewed", MockPop::new);
}

#[test]
fn without_unique_ids() {
    check("no ids", || MockPop::new().without(Extension::Uidl));
}

#[test]
fn with_two_of_one_id() {
    check("twins", || MockPop::new().quirk(Quirk::TwinUids));
}
