//! Servers that do not keep what the standard promises: nothing is lost, nothing comes twice, and it is said.

use crate::on_mock::{PopWorld, check, filled, mail, run};
use omm::Grade;
use omm_testkit::{
    pop::{Act, Extension, Fault, MockPop, Quirk},
    step_stop::Time,
};

fn says(report: &omm::Report, words: &str) -> bool {
    report.notes.iter().any(|note| note.contains(words))
}

/// Two runs, something new in between, and a last one.
fn lives(world: &PopWorld, place: &str) {
    let report = run(world);
    assert_eq!(report.grade, Grade::A, "{place}: {report}");
    check(world, place);
    assert_eq!(run(world).totals.copied, 0, "{place}: the second run");
    world.source.maildrop().add_all([mail("new"), mail("twin"), mail("twin")]);
    assert_eq!(run(world).totals.copied, 3, "{place}: the third run");
    check(world, place);
    assert_eq!(run(world).totals.copied, 0, "{place}: the last run");
    check(world, place);
}

#[test]
fn what_is_copied_is_copied_once() {
    for (place, server) in [
        ("as it should be", MockPop::new()),
        ("plain", MockPop::new().plain()),
        ("without UIDL", MockPop::new().without(Extension::Uidl)),
        ("without UIDL and TOP", MockPop::new().without(Extension::Uidl).without(Extension::Top)),
        ("new ids in each session", MockPop::new().quirk(Quirk::NewUidsEachSession)),
        ("two with one id", MockPop::new().quirk(Quirk::TwinUids)),
        ("odd ids", MockPop::new().quirk(Quirk::OddUids)),
        ("ends after fifty", MockPop::new().quirk(Quirk::ClosesAfterRetrs(50))),
        (
            "ends after fifty, new ids",
            MockPop::new().quirk(Quirk::ClosesAfterRetrs(50)).quirk(Quirk::NewUidsEachSession),
        ),
        (
            "ends after fifty, no ids",
            MockPop::new().quirk(Quirk::ClosesAfterRetrs(50)).without(Extension::Uidl),
        ),
        ("wrong sizes", MockPop::new().quirk(Quirk::SizeOff(-7))),
        ("locks that linger", MockPop::new().quirk(Quirk::LockLingers(2))),
    ] {
        println!("{place}");
        lives(&filled(server, 130), place);
    }
}

#[test]
fn new_ids_for_all_messages_are_said() {
    let world = filled(MockPop::new(), 40);
    assert!(!says(&run(&world), "gives new ids"));
    world.source.maildrop().renew_uids();
    world.source.maildrop().add(mail("new"));
    let report = run(&world);
    assert_eq!((report.totals.copied, report.grade), (1, Grade::A), "{report}");
    assert!(says(&report, "gives new ids"), "{report}");
    check(&world, "renewed");
}

/// And an id that changes while somebody reads.
#[test]
fn ids_that_change_in_the_middle_of_a_run() {
    for verb in ["RETR", "UIDL"] {
        let world = filled(MockPop::new(), 120);
        world.source.0.add_fault(Fault::at("RETR", 70, Act::Close));
        world.source.0.add_fault(Fault::at(verb, 2, Act::Renumber("anna".to_owned())));
        run(&world);
        let report = run(&world);
        assert_eq!(report.grade, Grade::A, "{report}");
        check(&world, verb);
    }
}

#[test]
fn ids_that_become_shared_and_unique_again() {
    let world = filled(MockPop::new(), 0);
    let maildrop = world.source.maildrop();
    maildrop.add(mail("one").uid("same"));
    run(&world);
    maildrop.add(mail("two").uid("same"));
    let report = run(&world);
    assert_eq!(report.totals.copied, 1, "{report}");
    assert!(says(&report, "the same unique id"), "{report}");
    check(&world, "shared");
    // The user deletes the first one; its copy stays.
    maildrop.delete("same");
    let report = run(&world);
    assert_eq!((report.totals.copied, report.grade), (0, Grade::A), "{report}");
    maildrop.add(mail("one").uid("again"));
    run(&world);
    check(&world, "moved back");
}

#[test]
fn a_message_that_is_never_given_is_reported_and_the_others_arrive() {
    let world = filled(MockPop::new().quirk(Quirk::RetrRefused(7)), 20);
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.failed), (19, 1), "{report}");
    assert!(
        report.problems.iter().any(|problem| format!("{problem:?}").contains("cannot be read")),
        "{report:?}"
    );
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.failed), (0, 1), "{report}");
}

#[test]
fn what_pop_cannot_tell_is_said_beforehand() {
    let world = filled(MockPop::new().without(Extension::Uidl), 5);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let all = plan.source_remarks.join("\n");
    assert!(all.contains("INBOX alone") && all.contains("no unique ids"), "{all}");
    assert_eq!(plan.items, 5);
}

/// RFC 2449 §6.5, §8.1.1: a pause is waited for, and no more logins are made than must be.
#[test]
fn a_server_that_wants_pauses_gets_them() {
    let server = MockPop::new().login_delay(600).fault(Fault::at(
        "*LOGIN",
        1,
        Act::No("[LOGIN-DELAY] wait".to_owned()),
    ));
    let world = filled(server, 10);
    let before = world.clock.lend().monotonic();
    assert_eq!(run(&world).grade, Grade::A);
    let waited = world.clock.lend().monotonic() - before;
    assert!((600..700).contains(&waited.as_secs()), "{waited:?}");
    check(&world, "after a pause");
}

#[test]
fn an_unchanged_mailbox_costs_a_handful_of_round_trips() {
    let world = filled(MockPop::new(), 2000);
    run(&world);
    world.source.0.reset_counters();
    run(&world);
    let counters = world.source.0.counters();
    assert_eq!((counters.bodies_fetched, counters.command("TOP"), counters.logins), (0, 0, 1));
    assert!(counters.all_round_trips() <= 3, "{counters:?}");
}
