//! A server that wants less: nothing fails for it, the lane rests as told, batches shrink, and no write is repeated before it was
//! looked for.

use crate::{
    items::{agenda, all_kinds, burdened, inbox, laden, restless_series},
    on_mock::{IntoMock, OutOfMock, into, out_of},
    stories::{filled, nothing_left_over},
    world::server,
};
use omm_core::{
    engine::UndoOptions,
    model::{ItemKind, Role, SyncPoint, SystemFlag},
    report::Report,
};
use omm_testkit::{
    ews::{Busy, Element, EwsAct, EwsFault, EwsRequest, MockEws, Policy, SoapFault, StoredItem},
    mailbox::{Mailbox, MailboxFolder, plain},
    memory::MemoryAccount,
    step_stop::{Account, Time},
};
use std::time::Duration;

fn busy(after: u64, busy: Busy) -> Policy {
    Policy { busy_after: Some((after, busy)), ..Policy::default() }
}

/// Every way in which a server says that it is busy.
fn policies() -> Vec<(&'static str, Policy)> {
    let mut all = vec![
        ("a fault with a pause", busy(9, Busy::Fault(Some(20_000)))),
        ("a fault without", busy(9, Busy::Fault(None))),
        ("a fault, and the pause in a header", busy(9, Busy::FaultAndHeader(20))),
        ("messages", busy(9, Busy::Messages(20_000))),
        ("429 with a pause", busy(9, Busy::Status(429, Some(20)))),
        ("429 without", busy(9, Busy::Status(429, None))),
        ("503 with a pause", busy(9, Busy::Status(503, Some(20)))),
        ("503 without", busy(9, Busy::Status(503, None))),
        ("objects", busy(9, Busy::TooManyObjectsOpened)),
        ("connections refused", busy(9, Busy::ConnectionCount)),
        ("timeouts", busy(9, Busy::Timeout)),
    ];
    let policy = Policy::default;
    all.extend([
        ("few items a request", Policy { items_per_request: Some(2), ..policy() }),
        ("small batches", Policy { largest_batch: Some(10), ..policy() }),
        ("small requests", Policy { largest_request: Some(9_000), ..policy() }),
        ("one connection", Policy { connections: Some(1), ..policy() }),
        ("one at a time", Policy { in_flight: Some(1), ..policy() }),
        ("small pages", Policy { find_count: Some(2), ..policy() }),
    ]);
    all
}

fn complete(name: &str, report: &Report, server: &MockEws) {
    let totals = &report.totals;
    let place = || format!("{name}: {report}\n{}", server.transcript_text());
    assert_eq!((totals.failed, totals.unsettled), (0, 0), "{}", place());
    assert_eq!(server.counters().too_early, 0, "{}", place());
}

/// Between a write whose answer leaves it open what was done, and the next one, somebody has looked.
fn looked_before_writing_again(name: &str, server: &MockEws) {
    let is_in_doubt = |request: &EwsRequest| {
        // A fault says what it means; a bare status may come from a gateway, which does not know, or 503 from the server's own
        // door.
        let is_done = !request.codes.is_empty() && request.codes.iter().all(|code| code == "NoError");
        let is_bare = request.codes.is_empty();
        request.status.is_none_or(|status| status >= 500 && (is_done || is_bare && status != 503))
            || request.codes.iter().any(|code| code == "ErrorTimeoutExpired")
    };
    let mut in_doubt = false;
    for request in server.requests() {
        match request.operation.as_str() {
            "CreateItem" => {
                assert!(!in_doubt, "{name}: written again unseen:\n{}", server.transcript_text());
                in_doubt = is_in_doubt(&request);
            }
            "FindItem" => in_doubt = false,
            _ => {}
        }
    }
}

fn into_one_with(policy: Policy, phase: u64) -> IntoMock {
    let server = server().policy(policy).after_requests(phase);
    into(MemoryAccount::new().holding(&all_kinds()), server).with_permits(1)
}

/// Of a server that refuses every n-th request, with each of the first n as the first that it refuses: whatever is going on then.
/// Not every phase unless all are asked for: each is a whole run.
fn stride() -> usize {
    if std::env::var_os("OMM_FULL").is_some() { 1 } else { 3 }
}

fn policies_and_phases() -> Vec<(String, Policy, u64)> {
    let each = |(name, policy): (&'static str, Policy)| {
        let phases = 0..=policy.busy_after.map_or(0, |(after, _)| after);
        phases.step_by(stride()).map(move |phase| (format!("{name}, phase {phase}"), policy.clone(), phase))
    };
    policies().into_iter().flat_map(each).collect()
}

#[test]
fn into_a_busy_one() {
    let clean = into_one_with(Policy::default(), 0);
    clean.clock.run(clean.migration().run()).expect("a run");
    let end = clean.destination.contents();
    for (name, policy, phase) in policies_and_phases() {
        let (name, world) = (&*name, into_one_with(policy.clone(), phase));
        let report = world.clock.run(world.migration().run());
        let server = &world.destination.server;
        let report = report.unwrap_or_else(|error| panic!("{name}: {error}\n{}", server.transcript_text()));
        println!("{name}: {:?}, {} requests", world.clock.elapsed(), server.requests().len());
        complete(name, &report, server);
        assert_eq!(world.destination.contents(), end, "{name}\n{}", server.transcript_text());
        nothing_left_over(&world.destination);
        looked_before_writing_again(name, server);
        if let Some((_, Busy::Fault(Some(20_000)) | Busy::Messages(20_000) | Busy::Status(_, Some(20)))) =
            policy.busy_after
        {
            let pauses = server.counters().throttled;
            assert!(pauses > 1, "{name}: it was never busy");
            let told = Duration::from_secs(20 * pauses);
            assert!(world.clock.elapsed() >= told, "{name}: {pauses} pauses in {:?}", world.clock.elapsed());
        }
    }
}

/// Kills: an item of many steps that is begun anew behind each refusal, and never comes to its end.
#[test]
fn an_item_of_many_steps_into_a_busy_one() {
    let all = [
        Busy::Fault(Some(20_000)),
        Busy::Messages(20_000),
        Busy::Status(503, None),
        Busy::TooManyObjectsOpened,
        Busy::Timeout,
    ];
    for (after, how) in all.into_iter().flat_map(|how| [(9, how), (7, how)]) {
        // What became of a file of a changed day cannot be told: where no word is heard of it, the item begins anew.
        let item = if matches!(how, Busy::Status(..) | Busy::Timeout) { laden } else { burdened };
        for phase in (0..=after).step_by(stride()) {
            let agenda = MailboxFolder::new(agenda(), ItemKind::Event).with_items([item(), item()]);
            let mailbox = Mailbox { folders: vec![agenda.with_role(Role::Calendar)] };
            let to = server().policy(busy(after, how)).after_requests(phase);
            let world = into(MemoryAccount::new().holding(&mailbox), to).with_permits(1);
            let report = world.clock.run(world.migration().run());
            let (name, server) = (format!("{how:?} after {after}, phase {phase}"), &world.destination.server);
            let report =
                report.unwrap_or_else(|error| panic!("{name}: {error}\n{}", server.transcript_text()));
            complete(&name, &report, server);
            let made = world.destination.account().items("calendar");
            let files: Vec<usize> = made.iter().map(|item| item.attachments.len()).collect();
            assert_eq!(files, [12, 12], "{name}\n{}", server.transcript_text());
            let moved = |item: &StoredItem| item.occurrences.iter().filter(|one| one.is_exception).count();
            assert!(made.iter().all(|item| (item.deleted.len(), moved(item)) == (1, 1)), "{name}");
            nothing_left_over(&world.destination);
            looked_before_writing_again(&name, server);
        }
    }
}

fn out_of_one_with(policy: Policy, phase: u64) -> OutOfMock {
    out_of(filled().policy(policy).after_requests(phase)).with_permits(1)
}

#[test]
fn out_of_a_busy_one() {
    let clean = out_of_one_with(Policy::default(), 0);
    clean.clock.run(clean.migration().run()).expect("a run");
    let end = clean.destination.contents();
    for (name, policy, phase) in policies_and_phases() {
        let (name, world) = (&*name, out_of_one_with(policy, phase));
        let report = world.clock.run(world.migration().run());
        let server = &world.source.server;
        let report = report.unwrap_or_else(|error| panic!("{name}: {error}\n{}", server.transcript_text()));
        println!("{name}: {:?}, {} requests", world.clock.elapsed(), server.requests().len());
        complete(name, &report, server);
        assert_eq!(world.destination.contents(), end, "{name}\n{}", server.transcript_text());
    }
}

/// Four at once: what is under way when a pause is asked for may still come, nothing else.
#[test]
fn several_at_once_rest_together() {
    let world = into(
        MemoryAccount::new().holding(&plain(1, 4, 12)),
        server().policy(busy(9, Busy::Fault(Some(20_000)))),
    );
    world.choose(|options| options.folders_at_once = 4);
    let report = world.clock.run(world.migration().run()).expect("a run");
    let counters = world.destination.server.counters();
    assert_eq!((report.totals.copied, report.totals.failed), (48, 0), "{report}");
    assert!(counters.throttled > 0 && counters.too_early <= 3 * counters.throttled, "{counters:?}");
}

/// A batch that is too much for the server is asked in smaller ones from then on, on either side.
#[test]
fn batches_shrink() {
    let counts = |server: &MockEws, operation: &str| -> Vec<usize> {
        let requests = server.requests();
        requests
            .iter()
            .filter(|request| request.operation == operation)
            .map(|request| request.count)
            .collect()
    };
    for limited in [
        Policy { items_per_request: Some(10), ..Policy::default() },
        Policy { largest_batch: Some(10), ..Policy::default() },
    ] {
        let world = into(MemoryAccount::new().holding(&plain(1, 1, 200)), server().policy(limited.clone()));
        let report = world.clock.run(world.migration().run()).expect("a run");
        complete("into", &report, &world.destination.server);
        let too_large = |operation: &str, server: &MockEws| {
            let counts = counts(server, operation);
            let large = counts.iter().filter(|count| **count > 10).count();
            assert!((1..=6).contains(&large), "{operation} {limited:?}: {counts:?}");
        };
        too_large("CreateItem", &world.destination.server);
        too_large("GetItem", &world.destination.server);

        let world = out_of(filled_with_mail(200).policy(limited.clone()));
        let report = world.clock.run(world.migration().run()).expect("a run");
        complete("out of", &report, &world.source.server);
        too_large("GetItem", &world.source.server);
    }
}

/// Servers that take four things with one request, and those that ask for a pause behind four.
fn frugal() -> [Policy; 2] {
    [
        Policy { items_per_request: Some(4), ..Policy::default() },
        Policy { largest_batch: Some(4), ..Policy::default() },
    ]
}

/// Kills: a batch of always the same size, which a server that takes less refuses for ever.
#[test]
fn later_runs_into_a_frugal_one_and_an_undo() {
    for limited in frugal() {
        let agenda = MailboxFolder::new(agenda(), ItemKind::Event).with_items([restless_series()]);
        let mut mailbox = plain(1, 1, 30);
        mailbox.folders.push(agenda.with_role(Role::Calendar));
        let world = into(MemoryAccount::new().holding(&mailbox), server().policy(limited.clone()));
        let server = &world.destination.server;
        let report = world.clock.run(world.migration().run()).expect("a first run");
        complete("a first run", &report, server);
        assert_eq!(report.totals.copied, 31, "{limited:?}");
        let series = &world.destination.account().items("calendar")[0];
        let moved = series.occurrences.iter().filter(|one| one.is_exception).count();
        assert_eq!((moved, series.deleted.len()), (9, 9), "{limited:?}");

        for (id, item) in world.source.items(&inbox()) {
            world.source.set_flags(&inbox(), &id, &format!("{} later", item.flags));
        }
        let report = world.clock.run(world.migration().run()).expect("a later run");
        complete("a later run", &report, server);
        let later = |item: &StoredItem| format!("{:?}", item.element).contains("later");
        assert_eq!(world.destination.account().items("inbox").iter().filter(|item| later(item)).count(), 30);

        let undone = world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1))));
        let undone = undone.expect("an undo");
        assert_eq!((undone.deleted, undone.left_in_all), (31, 0), "{limited:?} {undone:?}");
    }
}

#[test]
fn later_runs_out_of_a_frugal_one() {
    for limited in frugal() {
        let from = filled_with_mail(30);
        let account = from.mailbox(crate::world::ANN);
        let series = account.add_xml(
            "calendar",
            "<CalendarItem><Subject>series</Subject><Start>2026-03-01T09:00:00Z</Start><End>2026-03-01T10:00:00Z</End>\
             <Recurrence><DailyRecurrence><Interval>1</Interval></DailyRecurrence><NumberedRecurrence>\
             <StartDate>2026-03-01</StartDate><NumberOfOccurrences>20</NumberOfOccurrences></NumberedRecurrence>\
             </Recurrence></CalendarItem>",
        );
        for index in 3..14 {
            account.change_occurrence(
                &series,
                index,
                &[Element::text("Subject", format!("another {index}"))],
            );
        }
        let world = out_of(from.policy(limited.clone()));
        let server = &world.source.server;
        let report = world.clock.run(world.migration().run()).expect("a first run");
        complete("a first run", &report, server);
        assert_eq!(report.totals.copied, 31, "{limited:?}");
        let copies = |kind| {
            let all = world.destination.paths().into_iter().flat_map(|path| world.destination.items(&path));
            all.map(|(_, item)| item).filter(move |item| item.kind == kind).collect::<Vec<_>>()
        };
        let text = String::from_utf8_lossy(&copies(ItemKind::Event)[0].bytes).into_owned();
        assert_eq!(text.matches("RECURRENCE-ID").count(), 11, "{limited:?} {text}");

        for item in account.items("inbox") {
            account.mark_read(&item.id, item.text("IsRead") != Some("true"));
        }
        let seen = || {
            let mail = copies(ItemKind::Mail);
            mail.iter().filter(|item| item.flags.contains(SystemFlag::Seen)).count()
        };
        let before = seen();
        let report = world.clock.run(world.migration().run()).expect("a later run");
        complete("a later run", &report, server);
        assert_eq!(seen(), 30 - before, "{limited:?}");
    }
}

fn filled_with_mail(items: u64) -> MockEws {
    let server = server();
    server.mailbox(crate::world::ANN).fill(&plain(1, 1, items));
    server
}

/// A gateway that loses patience while the server goes on: done all the same, and found.
#[test]
fn what_was_done_behind_a_gateway_is_not_done_again() {
    for status in [500, 502, 503, 504] {
        let fault = EwsFault::at("CreateItem", 2, EwsAct::StatusAfter(status)).times(2);
        let world = into(MemoryAccount::new().holding(&plain(1, 1, 120)), server().fault(fault));
        let report = world.clock.run(world.migration().run()).expect("a run");
        complete("a gateway", &report, &world.destination.server);
        assert_eq!(world.destination.account().items("inbox").len(), 120, "{status}");
        looked_before_writing_again("a gateway", &world.destination.server);
    }
}

/// Kills: a server that is asked a hundred times within a second, and a run that is given up over it, since the pause that it asks
/// for is none (BackOffMilliseconds or Retry-After of 0), or a number that nobody can read.
#[test]
fn no_pause_is_a_pause_all_the_same() {
    let fault = |back_off| {
        let busy = SoapFault { back_off: Some(back_off), ..SoapFault::new("ErrorServerBusy", "later") };
        EwsAct::Soap(busy)
    };
    let status = |wait: &str| EwsAct::Status(503, vec![("Retry-After".to_owned(), wait.to_owned())]);
    for act in [
        fault(0),
        fault(1),
        EwsAct::BusyFrom(0, 0),
        status("0"),
        status("Tue, 14 Nov 2023 22:13:20 GMT"),
        status("99999999999999999999999999"),
    ] {
        let world = out_of(filled());
        let server = &world.source.server;
        server.add_fault(EwsFault::at("GetItem", 1, act.clone()).times(20));
        let report = world.clock.run(world.migration().run()).expect("a run");
        assert_eq!((report.totals.failed, report.totals.unsettled), (0, 0), "{act:?}: {report}");
        let elapsed = world.clock.elapsed();
        assert!(elapsed > Duration::from_secs(60), "{act:?}: it was left alone for {elapsed:?} only");
    }
}
