//! What every outbox does, whoever keeps it: each function takes an empty one. The crate of the one in PostgreSQL asks it, too.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use omm_core::error::Side;
use omm_project::notify::{
    About, Event, Notice, Reason, Recipient, Trouble,
    outbox::{Ask, Choice, Claim, Outbox, Row, Settlement, State},
};

/// So many minutes after the moment at which everything is filed.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    moment() + TimeDelta::minutes(minutes)
}

pub(crate) fn file(outbox: &dyn Outbox, notice: &Notice) -> usize {
    let rows = notice.to.iter().map(|to| Row::new(notice, to, at(0))).collect();
    block_on(outbox.file(rows)).unwrap()
}

pub(crate) fn claim(outbox: &dyn Outbox, minute: i64) -> Choice<Claim> {
    let ask = Ask { now: at(minute), lease: at(minute + 20), interval: TimeDelta::hours(1) };
    block_on(outbox.claim(ask)).unwrap()
}

pub(crate) fn claimed(outbox: &dyn Outbox, minute: i64) -> Claim {
    match claim(outbox, minute) {
        Choice::Now(claim) => claim,
        Choice::Not(due) => panic!("nothing is due at {minute}, but at {due:?}"),
    }
}

pub(crate) fn begin(outbox: &dyn Outbox, claim: &Claim, minute: i64) -> bool {
    block_on(outbox.begin(claim.number, at(minute), at(minute + 20))).unwrap()
}

fn settle(outbox: &dyn Outbox, claim: &Claim, settlement: &Settlement, minute: i64) -> bool {
    block_on(outbox.settle(claim.number, settlement.clone(), at(minute))).unwrap()
}

pub(crate) fn sweep(outbox: &dyn Outbox, minute: i64) -> usize {
    block_on(outbox.sweep(at(minute))).unwrap().len()
}

pub(crate) fn row(outbox: &dyn Outbox, notice: &Notice) -> Row {
    block_on(outbox.row(&notice.key(&notice.to[0].address))).unwrap().expect("it was filed")
}

fn sent() -> Settlement {
    Settlement::Sent { said: "250 taken".to_owned() }
}

fn later(minute: i64) -> Settlement {
    Settlement::Later { due: at(minute), said: "451 busy".to_owned() }
}

pub(crate) fn started() -> Notice {
    notice(Event::Started, 1, &["ann@example.org"])
}

fn what_is_known_is_left_as_it_is(outbox: &dyn Outbox) {
    assert_eq!(file(outbox, &notice(Event::Started, 1, &["ann@example.org", "bob@example.org"])), 2);
    assert_eq!(file(outbox, &started()), 0);
    let claim = claimed(outbox, 1);
    assert_eq!(file(outbox, &started()), 0);
    assert!(settle(outbox, &claim, &sent(), 1));
    let mut renamed = started();
    renamed.about.name = "somebody else".to_owned();
    assert_eq!(file(outbox, &renamed), 0);
    assert_eq!(row(outbox, &renamed).about.name, started().about.name);
}

fn a_row_is_one_workers(outbox: &dyn Outbox) {
    file(outbox, &started());
    let first = claimed(outbox, 0);
    assert_eq!(row(outbox, &started()), first.rows[0]);
    assert_eq!((first.rows[0].state, first.rows[0].claim), (State::Claimed, first.number));
    // Nothing else is there, but the lease ends some time.
    assert_eq!(claim(outbox, 19), Choice::Not(Some(at(20))));
    let second = claimed(outbox, 20);
    assert!(second.number > first.number);
    assert!(!begin(outbox, &first, 21) && !settle(outbox, &first, &sent(), 21));
    assert!(begin(outbox, &second, 21));
    assert!(!begin(outbox, &second, 21), "the mark is crossed once");
    assert!(settle(outbox, &second, &sent(), 22));
    assert!(!settle(outbox, &second, &later(30), 22), "what is sent stays sent");
    let row = row(outbox, &started());
    assert_eq!((row.state, row.said.as_str(), row.left), (State::Sent, "250 taken", Some(at(21))));
    assert_eq!(claim(outbox, 1000), Choice::Not(None));
}

fn nothing_is_sent_past_ones_own_lease(outbox: &dyn Outbox) {
    file(outbox, &started());
    let claim = claimed(outbox, 0);
    assert!(!begin(outbox, &claim, 20));
    assert_ne!(row(outbox, &started()).state, State::Sending);
}

fn what_may_have_arrived_is_told_once_and_not_sent(outbox: &dyn Outbox) {
    file(outbox, &started());
    let first = claimed(outbox, 0);
    assert!(begin(outbox, &first, 1));
    assert_eq!(sweep(outbox, 20), 0, "the lease was taken anew");
    assert_eq!(claim(outbox, 22), Choice::Not(None));
    assert_eq!((sweep(outbox, 22), sweep(outbox, 23)), (1, 0));
    assert_eq!(row(outbox, &started()).state, State::Unknown);
    assert_eq!(file(outbox, &started()), 0);
    // Whoever was thought dead has the answer after all.
    assert!(settle(outbox, &first, &sent(), 99));
    assert_eq!(row(outbox, &started()).state, State::Sent);
}

fn an_answer_that_is_lost_is_told_too(outbox: &dyn Outbox) {
    file(outbox, &started());
    let first = claimed(outbox, 0);
    assert!(begin(outbox, &first, 1));
    let lost = Settlement::Lost { due: at(2), said: "cut".to_owned() };
    assert!(settle(outbox, &first, &lost, 1));
    assert_eq!((sweep(outbox, 1), sweep(outbox, 1)), (1, 0));
    assert_eq!(claim(outbox, 999), Choice::Not(None));
}

fn a_no_is_tried_again_when_it_is_due(outbox: &dyn Outbox) {
    file(outbox, &started());
    let first = claimed(outbox, 0);
    assert!(begin(outbox, &first, 0) && settle(outbox, &first, &later(30), 1));
    assert_eq!(claim(outbox, 29), Choice::Not(Some(at(30))));
    let again = claimed(outbox, 30);
    let row = &again.rows[0];
    assert_eq!((row.attempts, row.said.as_str(), row.left), (1, "451 busy", None));
    let no = Settlement::GaveUp { said: "550 nobody".to_owned() };
    assert!(settle(outbox, &again, &no, 31));
    assert_eq!(claim(outbox, 999), Choice::Not(None));
}

fn whoever_waits_longest_comes_first(outbox: &dyn Outbox) {
    for (user, minute) in [("c", 3), ("a", 1), ("b", 2)] {
        let notice = notice(Event::Started, 1, &[&format!("{user}@example.org")]);
        block_on(outbox.file(vec![Row::new(&notice, &notice.to[0], at(minute))])).unwrap();
    }
    let order: Vec<String> = (0..3).map(|_| claimed(outbox, 5).rows[0].address.to_string()).collect();
    assert_eq!(order, ["mail:a@example.org", "mail:b@example.org", "mail:c@example.org"]);
}

fn a_project_goes_together(outbox: &dyn Outbox) {
    let admin = ["admin@example.org"];
    for migration in ["m1", "m2"] {
        file(outbox, &of_project(Event::Started, migration, &admin));
    }
    assert_eq!(claim(outbox, 0), Choice::Not(Some(at(60))));
    file(outbox, &of_project(full(), "m3", &admin));
    let first = claimed(outbox, 0);
    assert_eq!(first.rows.len(), 3);
    assert!(first.rows[0].event.is_urgent(), "what is urgent comes first");
    file(outbox, &of_project(full(), "m4", &admin));
    assert_eq!(claim(outbox, 1), Choice::Not(Some(at(20))), "one at a time");
    assert!(begin(outbox, &first, 5) && settle(outbox, &first, &sent(), 6));
    assert_eq!(claim(outbox, 7), Choice::Not(Some(at(65))));
    assert_eq!(claimed(outbox, 65).rows.len(), 1);
}

fn what_is_deleted_is_gone(outbox: &dyn Outbox) {
    let (mine, other) = (started(), of_project(Event::Started, "m1", &["ann@example.org"]));
    file(outbox, &mine);
    file(outbox, &other);
    let claim = claimed(outbox, 0);
    assert_eq!(block_on(outbox.forget("mig-1")).unwrap(), 1);
    assert!(!begin(outbox, &claim, 1), "what was forgotten is not sent");
    assert_eq!(block_on(outbox.row(&mine.key(&mine.to[0].address))).unwrap(), None);
    assert_eq!(block_on(outbox.clear(at(999))).unwrap(), 0, "what is open stays");
    let rest = claimed(outbox, 60);
    assert!(settle(outbox, &rest, &sent(), 60));
    assert_eq!(block_on(outbox.clear(at(0))).unwrap(), 0);
    assert_eq!(block_on(outbox.clear(at(1))).unwrap(), 1);
}

fn whoever_is_alone_waits_for_no_lease(outbox: &dyn Outbox) {
    let (early, late) = (started(), notice(Event::Started, 2, &["ann@example.org"]));
    file(outbox, &early);
    let first = claimed(outbox, 0);
    assert!(begin(outbox, &first, 0));
    file(outbox, &late);
    claimed(outbox, 1);
    assert_eq!(claim(outbox, 2), Choice::Not(Some(at(20))));
    block_on(outbox.take_up(at(2))).unwrap();
    // What cannot have arrived goes again at once; the other may have, and is told once.
    let again = claimed(outbox, 2);
    assert_eq!(again.rows[0].key, late.key(&late.to[0].address));
    assert_eq!(row(outbox, &early).state, State::Unknown);
    assert_eq!((sweep(outbox, 3), sweep(outbox, 3)), (1, 0));
}

fn a_project_is_read_and_forgotten_whole(outbox: &dyn Outbox) {
    let admin = ["admin@example.org"];
    for (migration, minute) in [("m1", 1), ("m2", 3), ("m3", 2)] {
        let notice = of_project(Event::Started, migration, &admin);
        block_on(outbox.file(vec![Row::new(&notice, &notice.to[0], at(minute))])).unwrap();
    }
    file(outbox, &started());
    let read = |limit| block_on(outbox.of_project("k7m3-q9xd", limit)).unwrap();
    let names: Vec<_> = read(2).into_iter().map(|row| row.about.name).collect();
    assert_eq!(names, ["m2", "m3"], "the newest first");
    assert_eq!(block_on(outbox.forget_project("k7m3-q9xd")).unwrap(), 3);
    assert_eq!(read(9), []);
    assert_eq!(row(outbox, &started()).state, State::Waiting, "it is nobody's");
}

pub(crate) const CONTRACT: [fn(&dyn Outbox); 11] = [
    what_is_known_is_left_as_it_is,
    a_row_is_one_workers,
    nothing_is_sent_past_ones_own_lease,
    what_may_have_arrived_is_told_once_and_not_sent,
    an_answer_that_is_lost_is_told_too,
    a_no_is_tried_again_when_it_is_due,
    whoever_waits_longest_comes_first,
    a_project_goes_together,
    what_is_deleted_is_gone,
    whoever_is_alone_waits_for_no_lease,
    a_project_is_read_and_forgotten_whole,
];

pub(crate) fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

/// A migration that stands alone.
pub(crate) fn notice(event: Event, occurrence: u64, to: &[&str]) -> Notice {
    let about = About {
        link: Some("https://panel.example.org/m/1".to_owned()),
        ..About::migration("mig-1", "Jörg Müller 🎉")
    };
    let to = to.iter().map(|address| Recipient::mail(*address, "en")).collect();
    Notice { event, about, occurrence, at: moment(), to }
}

/// One of a project.
pub(crate) fn of_project(event: Event, migration: &str, to: &[&str]) -> Notice {
    let about = About { project: Some("k7m3-q9xd".to_owned()), ..About::migration(migration, migration) };
    Notice { about, ..notice(event, 1, to) }
}

pub(crate) fn full() -> Event {
    let trouble = Trouble {
        reason: Reason::FullMailbox,
        side: Side::Destination,
        remedy: "Make room, or give the mailbox more.".to_owned(),
    };
    Event::NeedsPerson { trouble }
}
