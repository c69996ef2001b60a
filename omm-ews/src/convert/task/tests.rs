use super::*;
use crate::{
    convert::node::read_back,
    xml::{Limits, Writer, read},
};
use chrono::Weekday;
use omm_content::calendar::{ByDay, Class, Frequency, Rule, Zone};

fn mailbox() -> Mailbox {
    Mailbox::new(15).in_zone(Zone::Iana(chrono_tz::Tz::Europe__Berlin))
}

/// What a server that keeps all gives back, and what is lost.
fn round_trip(task: &Task) -> (Task, Vec<String>) {
    let made = draft(task, &mailbox());
    let mut writer = Writer::new();
    made.finish().write(&mut writer);
    let mut losses = made.losses;
    let found = super::task(&read_back(writer), &mut losses);
    (found, losses)
}

fn day(text: &str) -> Time {
    Time::Date(text.parse().expect("a day"))
}

fn time(text: &str) -> NaiveDateTime {
    text.parse().expect("a time")
}

fn full() -> Task {
    Task {
        entry: Entry {
            uid: "task@x".into(),
            summary: Some("Write <it>".into()),
            description: Some("one\ntwo".into()),
            class: Some(Class::Personal),
            priority: Some(1),
            status: Some(Status::InProcess),
            categories: vec!["c".into()],
            contacts: vec!["Jane".into(), "Joe".into()],
            companies: vec!["Example".into()],
            mileage: Some("3".into()),
            billing: Some("4".into()),
            alarms: vec![Alarm { trigger: Trigger::At(time("2024-02-28T07:30:00")) }],
            ..Entry::default()
        },
        start: Some(day("2024-02-28")),
        due: Some(day("2024-03-01")),
        completed: None,
        percent: Some(40),
        recurrence: Recurrence::default(),
        facts: TaskFacts {
            stage: None,
            owner: Some("Jane".into()),
            assigner: Some("Joe".into()),
            actual_minutes: Some(90),
            total_minutes: Some(480),
            team: true,
            regenerates: None,
        },
    }
}

/// What a server says of a task of which nobody says it.
fn as_read(mut task: Task) -> Task {
    task.entry.status = task.entry.status.or(Some(Status::NeedsAction));
    task
}

#[test]
fn a_task_comes_back() {
    assert_eq!(round_trip(&full()), (full(), Vec::new()));
    let html = Entry { html: Some("<p>one</p>".into()), description: Some("one".into()), ..full().entry };
    let task = Task { entry: html, ..full() };
    assert_eq!(round_trip(&task), (task, Vec::new()));
    let bare = Task { entry: Entry { uid: "b".into(), ..Entry::default() }, ..Task::default() };
    assert_eq!(round_trip(&bare), (as_read(bare), Vec::new()));
}

#[test]
fn every_status_comes_back() {
    for (status, stage, completed, percent) in [
        (Status::NeedsAction, None, None, Some(0)),
        (Status::NeedsAction, Some(Stage::Waiting), None, None),
        (Status::NeedsAction, Some(Stage::Deferred), None, Some(20)),
        (Status::InProcess, None, None, Some(20)),
        (Status::Completed, None, Some(time("2024-03-01T12:00:00")), Some(100)),
        (Status::Completed, None, None, Some(100)),
    ] {
        let mut task = Task { completed, percent, ..full() };
        (task.entry.status, task.facts.stage) = (Some(status), stage);
        assert_eq!(round_trip(&task), (task, Vec::new()));
    }
}

#[test]
fn every_recurrence_comes_back() {
    let weekly = Rule {
        by_day: vec![ByDay::each(Weekday::Wed)],
        interval: 2,
        week_start: Some(Weekday::Mon),
        ..Rule::each(Frequency::Weekly)
    };
    let last = Rule { by_month_day: vec![-1], ..Rule::each(Frequency::Monthly) };
    for (rule, start) in
        [(weekly, "2024-02-28"), (last, "2024-02-29"), (Rule::each(Frequency::Daily), "2024-02-28")]
    {
        for end in [End::Never, End::Count(3), End::Until(day("2024-12-31"))] {
            let rule = Rule { end, ..rule.clone() };
            let recurrence = Recurrence { rule: Some(rule), ..Recurrence::default() };
            let task = Task { recurrence, start: Some(day(start)), ..full() };
            assert_eq!(round_trip(&task), (task, Vec::new()));
        }
    }
    let mut task = full();
    task.facts.regenerates = Some(Rule { interval: 3, ..Rule::each(Frequency::Weekly) });
    let (found, losses) = round_trip(&task);
    assert_eq!((found, losses.len()), (task, 1), "which iCalendar cannot say");
}

#[test]
fn what_a_task_has_not_is_said() {
    let mut task = full();
    task.start = Some(Time::Utc(time("2024-02-28T10:00:00")));
    task.entry.location = Some("here".into());
    task.entry.alarms.push(Alarm { trigger: Trigger::Before(Duration::minutes(15)) });
    let rule = Rule { by_month_day: vec![1, 15], ..Rule::each(Frequency::Monthly) };
    task.recurrence =
        Recurrence { rule: Some(rule), also: vec![day("2024-05-05")], except: vec![day("2024-03-15")] };
    let (found, losses) = round_trip(&task);
    assert_eq!(losses.len(), 6, "{losses:#?}");
    assert_eq!(found.start, Some(day("2024-02-28")));
    // Before the start, at midnight of the mailbox.
    let mut task = full();
    task.entry.alarms = vec![Alarm { trigger: Trigger::Before(Duration::minutes(60)) }];
    let alarms = round_trip(&task).0.entry.alarms;
    assert_eq!(alarms, [Alarm { trigger: Trigger::At(time("2024-02-27T22:00:00")) }]);
}

#[test]
fn a_later_occurrence_of_a_series() {
    let item = "<Task><StartDate>2024-03-05T23:00:00Z</StartDate><Recurrence><WeeklyRecurrence><Interval>1</Interval>\
        <DaysOfWeek>Wednesday</DaysOfWeek></WeeklyRecurrence><NumberedRecurrence><StartDate>2024-02-21+01:00</StartDate>\
        <NumberOfOccurrences>5</NumberOfOccurrences></NumberedRecurrence></Recurrence></Task>";
    let found = super::task(&read(item.as_bytes(), Limits::SMALL).expect("well formed"), &mut Vec::new());
    assert_eq!(found.start, Some(day("2024-03-06")), "midnight in Berlin");
    let rule = found.recurrence.rule.expect("a rule");
    assert_eq!(rule.end, End::Until(day("2024-03-20")), "it is the third of five");
}
