//! Items that a server never finishes, however often it is asked: they go otherwise, and cost nobody else anything.

use crate::{
    native::{all_stamped, count, handed_over, items, rich, run, says},
    on_mock::{between, into},
    world::{ANN, server},
};
use omm_testkit::{
    ews::{EwsAct, EwsFault},
    mailbox::plain,
    memory::MemoryAccount,
    step_stop::Time,
};
use std::time::Duration;

const TIMEOUT: &str = "ErrorTimeoutExpired";
const LONG: Duration = Duration::from_secs(3600);

/// Kills: a run that asks for one item's stream for ever, and ends.
#[test]
fn an_export_that_always_times_out() {
    let from = rich();
    let account = from.mailbox(ANN);
    for path in ["contacts", "inbox"] {
        let id = account.items(path)[0].id.clone();
        from.add_fault(EwsFault::at("ExportItems", 1, EwsAct::CodeOf(id, TIMEOUT.to_owned())).always());
    }
    let world = between(from, server());
    let report = run(&world);
    let all = items(&world.source.account()).len();
    assert_eq!(items(&world.destination.account()).len(), all, "{report}");
    all_stamped(&world);
    says(&report, &[&format!("{} items were handed over whole", all - 2), "2 items could not"]);
    let asked = count(&world.source.server, "ExportItems");
    assert!(asked <= 30, "asked for {asked} times");
    assert!(world.clock.elapsed() < LONG, "{:?}", world.clock.elapsed());
    assert_eq!(run(&world).totals.copied, 0);
}

/// Kills: the same of uploads: the first of each request is never done, until it is alone and goes without its stream.
#[test]
fn an_upload_that_always_times_out() {
    let never = EwsFault::at("UploadItems", 1, EwsAct::Code(Some(0), TIMEOUT.to_owned())).always();
    let from = server();
    from.mailbox(ANN).fill(&plain(1, 1, 3));
    let world = between(from, server().fault(never));
    let report = run(&world);
    assert_eq!(items(&world.destination.account()).len(), 3, "{report}");
    all_stamped(&world);
    says(&report, &["2 items were handed over whole", "1 items could not be handed over"]);
    assert_eq!(run(&world).totals.copied, 0);
}

/// Kills: a run that ends over one item that is converted and never done.
#[test]
fn an_item_that_always_times_out_fails_alone() {
    let never = EwsFault::at("CreateItem", 3, EwsAct::Code(Some(0), TIMEOUT.to_owned())).times(6);
    let world = into(MemoryAccount::new().holding(&plain(1, 1, 120)), server().fault(never));
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (119, 1), "{report}");
    let report = world.clock.run(world.migration().run()).expect("a later run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    assert_eq!(world.destination.account().items("inbox").len(), 120);
}

/// Kills: a stream that is asked for until the run ends, of a server that says each time that too much is open.
#[test]
fn streams_of_a_server_that_never_has_room() {
    for (from, to) in
        [(rich().fault(no_room("ExportItems")), server()), (rich(), server().fault(no_room("UploadItems")))]
    {
        let world = between(from, to);
        let report = run(&world);
        let all = items(&world.source.account()).len();
        assert_eq!(items(&world.destination.account()).len(), all, "{report}");
        all_stamped(&world);
    }
}

fn no_room(operation: &str) -> EwsFault {
    EwsFault::at(operation, 1, EwsAct::Code(None, "ErrorTooManyObjectsOpened".to_owned())).always()
}

/// One time is no time: what comes through when it is asked again goes as it is.
#[test]
fn a_batch_that_times_out_once_is_asked_again() {
    let once = EwsFault::at("ExportItems", 1, EwsAct::Code(None, TIMEOUT.to_owned()));
    let world = between(rich(), server());
    world.source.server.add_fault(once);
    run(&world);
    handed_over(&world);
}
