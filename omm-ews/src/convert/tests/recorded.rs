//! Recorded answers of real servers are read: what they say comes out, and none makes a reader panic.

use crate::xml::{Element, Limits, read};
use omm_testkit::shared::{files_below, shared_data};

fn answers() -> Vec<(String, Element)> {
    let Some(root) = shared_data("ews") else { return Vec::new() };
    let limits = Limits { bytes: 16 << 20, depth: 64, elements: 200_000 };
    let mut found = Vec::new();
    for file in files_below(&root) {
        let bytes = std::fs::read(&file).expect("a file");
        if let Ok(root) = read(&bytes, limits) {
            found.push((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), root));
        }
    }
    found
}

/// Items of this kind, wherever they lie.
fn items<'a>(name: &str, element: &'a Element, into: &mut Vec<&'a Element>) {
    if element.name == name && element.child("ItemId").is_some() {
        into.push(element);
    }
    element.children.iter().for_each(|child| items(name, child, into));
}

#[test]
fn every_element_of_every_answer_is_read_as_every_kind() {
    for (_, answer) in answers() {
        crate::convert::read_as_every_kind(&answer);
    }
}

#[test]
fn contacts_say_what_was_recorded() {
    let answers = answers();
    let Some((_, answer)) = answers.iter().find(|(name, _)| name.contains("getitem-operation-contact"))
    else {
        return;
    };
    let mut found = Vec::new();
    items("Contact", answer, &mut found);
    let mut losses = Vec::new();
    let contact = crate::convert::contact(found.first().expect("a contact"), &mut losses);
    assert_eq!((contact.display_name.as_str(), contact.initials.as_str()), ("Tanja Plate", "T.P."));
    assert_eq!((contact.emails.len(), contact.phones[0].number.as_str()), (2, "5625550199"));
    let address = &contact.addresses[0];
    assert_eq!((address.city.as_str(), address.country.as_str(), losses.len()), ("Whittier", "USA", 0));
}

#[test]
fn messages_say_what_was_recorded() {
    let answers = answers();
    let mut messages = Vec::new();
    answers.iter().for_each(|(_, answer)| items("Message", answer, &mut messages));
    let mails: Vec<_> = messages.into_iter().map(crate::convert::mail).collect();
    assert!(
        answers.is_empty() || mails.iter().any(|mail| mail.received.is_some()),
        "some say when they came"
    );
    assert!(answers.is_empty() || mails.iter().any(|mail| !mail.flags.is_empty()), "some are read");
}

/// The items of this kind in the answer whose file is called so.
fn of_file(name: &str, kind: &str) -> Vec<Element> {
    let answers = answers();
    let mut found = Vec::new();
    answers
        .iter()
        .filter(|(file, _)| file.contains(name))
        .for_each(|(_, answer)| items(kind, answer, &mut found));
    found.into_iter().cloned().collect()
}

fn mailbox() -> crate::convert::Mailbox {
    crate::convert::Mailbox::new(15).in_zone(omm_content::calendar::Zone::Iana(chrono_tz::Tz::Europe__Paris))
}

#[test]
fn appointments_say_what_was_recorded() {
    // Exchange 2019, hosted by OVH.
    let all = of_file("CalendarTest.testRecurringEventSupport.json__02", "CalendarItem");
    let Some(item) = all.first() else { return };
    let found = crate::convert::event(item, &[], &mailbox()).expect("an appointment");
    let event = found.event;
    let rule = event.recurrence.rule.as_ref().map(omm_content::calendar::Rule::value);
    assert_eq!(rule.as_deref(), Some("FREQ=WEEKLY;COUNT=4;BYDAY=WE"));
    assert_eq!(event.entry.summary.as_deref(), Some("Weekly Team Meeting"));
    assert_eq!(event.entry.location.as_deref(), Some("Conference Room A"));
    assert_eq!(event.start.local().to_string(), "2025-07-02 10:00:00");
    assert!(event.entry.uid.starts_with("040000008200E00074C5B7101A82E008"), "{}", event.entry.uid);
    assert_eq!((event.entry.alarms.len(), event.entry.organizer, found.losses.len()), (1, None, 0));
}

#[test]
fn every_recorded_appointment_comes_back() {
    let answers = answers();
    let mut all = Vec::new();
    answers.iter().for_each(|(_, answer)| items("CalendarItem", answer, &mut all));
    let mut read = 0;
    for item in all {
        // Some of the recorded ones are templates, whose times are to be filled in.
        let Ok(found) = crate::convert::event(item, &[], &mailbox()) else { continue };
        read += 1;
        let plan = crate::convert::plans(&found.event, &found.zones, &mailbox());
        let mut writer = crate::xml::Writer::new();
        plan.plans.first().expect("a plan").master.write(&mut writer);
        let again = crate::convert::event(&crate::convert::node::read_back(writer), &[], &mailbox())
            .expect("an appointment");
        let (before, after) = (&found.event, &again.event);
        // A zone may come back under another name for the same clock.
        let hours = |event: &omm_content::calendar::Event| {
            (event.start.local(), event.end.as_ref().map(omm_content::calendar::Time::local))
        };
        assert_eq!(hours(after), hours(before));
        assert_eq!(after.recurrence.rule, before.recurrence.rule);
        let words = |event: &omm_content::calendar::Event| {
            let entry = &event.entry;
            (entry.summary.clone(), entry.location.clone(), entry.categories.clone(), event.facts.busy)
        };
        assert_eq!(words(after), words(before));
    }
    assert!(answers.is_empty() || read > 10, "{read}");
}

#[test]
fn tasks_say_what_was_recorded() {
    let all = of_file("getitem-operation-task", "Task");
    let Some(item) = all.first() else { return };
    let task = crate::convert::task(item, &mut Vec::new());
    assert_eq!(task.entry.summary.as_deref(), Some("Buy new shoes"));
    assert_eq!((task.percent, task.start, task.due), (Some(0), None, None));
}
