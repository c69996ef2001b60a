//! Pages of lists that are larger than a server gives: smaller ones are asked for, and nothing is missed.

use crate::{
    items::all_kinds,
    on_mock::{OutOfMock, into, out_of},
    world::server,
};
use omm_testkit::{
    ews::{EwsAct, EwsFault, Policy, Quirk},
    memory::MemoryAccount,
    step_stop::Time,
};
use std::time::Duration;

fn run(world: &OutOfMock) {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (100, 0), "{report}");
}

#[test]
fn of_a_feed() {
    for code in ["ErrorMessageSizeExceeded", "ErrorTimeoutExpired", "ErrorServerBusy"] {
        let server = server();
        for number in 0..100 {
            let text = format!("Subject: {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\n");
            server.mailbox(crate::world::ANN).add_mail(
                "inbox",
                text.as_bytes(),
                "2026-01-31T12:00:00Z",
                false,
            );
        }
        server.set_policy(Policy { page: Some((40, code)), ..Policy::default() });
        let world = out_of(server);
        run(&world);
        assert_eq!(world.destination.snapshot().items(), 100, "{code}");
        // The other folders are not asked for what was too much already.
        let requests = world.source.server.requests();
        let refused = requests.iter().filter(|request| request.codes.iter().any(|own| own == code)).count();
        assert!((1..=6).contains(&refused), "{code}: {}", world.source.server.transcript_text());
    }
}

#[test]
fn of_a_search() {
    let server = server();
    server.set_policy(Policy { page: Some((3, "ErrorMessageSizeExceeded")), ..Policy::default() });
    let world = into(MemoryAccount::new().holding(&all_kinds()), server);
    world.destination.server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::LoseAnswer));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    assert_eq!(world.destination.account().items("inbox").len(), 4, "what was lost was found by small pages");
}

/// Kills: pauses, a hundred of them, before a page that no pause makes shorter.
#[test]
fn longer_than_the_server_counts() {
    let limited =
        || server().policy(Policy { page: Some((3, "ErrorExceededFindCountLimit")), ..Policy::default() });
    let world = into(MemoryAccount::new().holding(&all_kinds()), limited());
    world.destination.server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::LoseAnswer));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!(report.totals.failed, 0, "{report}");
    assert_eq!(world.destination.account().items("inbox").len(), 4, "what was lost was found by small pages");
    let from = out_of(world.destination.server.clone());
    let report = from.clock.run(from.migration().run()).expect("a run");
    assert!(report.totals.failed == 0 && report.totals.copied >= 4, "{report}");
    for waited in [world.clock.elapsed(), from.clock.elapsed()] {
        assert!(waited < Duration::from_secs(60), "{waited:?}");
    }
}

/// Kills: a feed that is asked for ever, since it promises more each time; a run that ends over it.
#[test]
fn of_a_feed_that_comes_to_no_end() {
    for quirk in [Quirk::StandsStill, Quirk::GoesRound] {
        let server = server().quirk(quirk);
        let account = server.mailbox(crate::world::ANN);
        account.add_mail("inbox", b"Subject: one\r\n\r\n", "2026-01-31T12:00:00Z", false);
        let world = out_of(server);
        let report = world.clock.run(world.migration().run()).expect("a run");
        let text = report.to_string();
        assert!(text.contains("comes to no end") || text.contains("stays where it is"), "{quirk:?}: {text}");
        assert_eq!(world.destination.snapshot().items(), 1, "{quirk:?}: what it told is there");
        let asked = world.source.server.counters().operation("SyncFolderItems");
        let folders = world.source.account().folders().len() as u64;
        assert!(asked <= 8 * folders, "{quirk:?}: asked {asked} times");
    }
}

/// Kills: the same of a search.
#[test]
fn of_a_search_that_comes_to_no_end() {
    let world = into(MemoryAccount::new().holding(&all_kinds()), server().quirk(Quirk::IgnoresOffset));
    world.destination.server.add_fault(EwsFault::at("CreateItem", 1, EwsAct::LoseAnswer));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert!(report.to_string().contains("comes to no end"), "{report}");
    let asked = world.destination.server.counters().operation("FindItem");
    assert!(asked < 40, "asked {asked} times");
}
