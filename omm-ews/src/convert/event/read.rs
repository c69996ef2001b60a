//! Appointments on the way out.

use super::{clock::Clock, online, people, series, status};
use crate::{
    convert::{entry, mailbox::Mailbox, moment, words, zone},
    xml::Element,
};
use chrono::{Datelike, Duration, NaiveDateTime};
use omm_content::calendar::{Alarm, Attachment, Entry, Event, Instance, Time, Trigger, Zone, zone::iana_of};

/// An appointment that was read.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    /// It, with its occurrences that differ.
    pub(crate) event: Event,
    /// The zones that its times name.
    pub(crate) zones: Vec<Zone>,
    /// What is lost of it, in words.
    pub(crate) losses: Vec<String>,
}

/// The item of a changed occurrence, and its files.
#[derive(Clone, Debug)]
pub(crate) struct Occurrence {
    /// The item.
    pub(crate) item: Element,
    /// Its files.
    pub(crate) attachments: Vec<Attachment>,
}

/// The ids of occurrences that differ: items of their own, to be fetched with the series.
pub(crate) fn changed(item: &Element) -> Vec<(String, Option<String>)> {
    let all = item.child("ModifiedOccurrences").into_iter().flat_map(|all| all.all("Occurrence"));
    let ids = all.filter_map(|one| {
        let id = one.child("ItemId")?;
        let own = id.attribute("Id").filter(|id| !id.is_empty())?;
        Some((own.to_owned(), id.attribute("ChangeKey").map(str::to_owned)))
    });
    ids.take(super::super::MOST).collect()
}

/// Reads an appointment: alone, or a series with the items of its changed occurrences.
///
/// # Errors
/// In words: it does not say when it is.
pub(crate) fn event(
    item: &Element,
    occurrences: &[Occurrence],
    mailbox: &Mailbox,
) -> Result<Read, &'static str> {
    let (start, end) = hours(item).ok_or("the appointment does not say when it begins")?;
    let clock = clock(item, start, mailbox);
    let mut losses = Vec::new();
    let entry = of_item(item, mailbox, &mut losses);
    let mut zones = clock.zones();
    let event = match item.child("Recurrence") {
        Some(recurrence) => {
            let around = series::Around { item, occurrences, mailbox, clock: &clock };
            series::event(&around, recurrence, (start, end), entry, &mut losses, &mut zones)
        }
        None => {
            let last = end_of(item, &clock, (start, end), &mut zones);
            single(item, &clock, entry, (start, end), last)
        }
    };
    zones.sort_by(|one, two| one.id().cmp(two.id()));
    zones.dedup();
    Ok(Read { event, zones, losses })
}

/// An appointment that does not recur, or an occurrence that lies alone.
fn single(
    item: &Element,
    clock: &Clock,
    entry: Entry,
    (start, end): (NaiveDateTime, NaiveDateTime),
    last: Time,
) -> Event {
    let original =
        item.text_of("RecurrenceId").or_else(|| item.text_of("OriginalStart")).and_then(moment::utc);
    let instance = match item.text_of("CalendarItemType") {
        Some("Occurrence") => Instance::Occurrence,
        Some("Exception") => Instance::Exception,
        _ if item.child("RecurrenceId").is_some() => Instance::Exception,
        _ => Instance::Single,
    };
    let mut event = Event {
        entry,
        // RFC 5545 §3.6.1: a day without an end lasts one day, a time without one takes no time.
        end: Some(last).filter(|_| end > start),
        instead_of: original.filter(|_| instance != Instance::Single).map(|time| clock.instant(time)),
        ..Event::at(clock.instant(start))
    };
    status::read(item, instance, &mut event);
    event
}

/// When it begins and ends, in UTC.
pub(super) fn hours(item: &Element) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let time = |name: &str| item.text_of(name).and_then(moment::utc);
    let start = time("Start")?;
    Some((start, time("End").filter(|end| *end >= start).unwrap_or(start)))
}

/// The clock by which the start of an appointment is shown: its own, else that of the mailbox. Programs of old days left none,
/// for the mailbox was where they were.
pub(super) fn clock(item: &Element, start: NaiveDateTime, mailbox: &Mailbox) -> Clock {
    let of = |name: &str| item.child(name).and_then(|element| zone::read(element, start.year()));
    let named = || item.text_of("TimeZone").and_then(iana_of).map(Zone::Iana);
    let all_day = words::is(item, "IsAllDayEvent");
    // What begins there in the middle of the day was made where that was midnight.
    let fits = |zone: &&Zone| !all_day || Clock::is_midnight(zone.local(start));
    let zone = of("StartTimeZone").or_else(|| of("MeetingTimeZone")).or_else(named);
    Clock { zone: zone.or_else(|| mailbox.known_zone().filter(fits).cloned()), all_day }
}

/// When it ends. A flight ends in another zone than it begins in.
pub(super) fn end_of(
    item: &Element,
    clock: &Clock,
    (start, end): (NaiveDateTime, NaiveDateTime),
    zones: &mut Vec<Zone>,
) -> Time {
    if clock.all_day {
        // Counted from the start, so that a change of clocks in between takes no day away.
        let days = ((end - start).num_minutes() + 720) / 1440;
        let first = clock.instant(start).local().date();
        return Time::Date(first.checked_add_signed(Duration::days(days.max(1))).unwrap_or(first));
    }
    let there = item.child("EndTimeZone").and_then(|element| zone::read(element, end.year()));
    let there = Clock { zone: there.or_else(|| clock.zone.clone()), all_day: false };
    zones.extend(there.zones());
    there.instant(end)
}

/// All that is not about time.
pub(super) fn of_item(item: &Element, mailbox: &Mailbox, losses: &mut Vec<String>) -> Entry {
    let mut entry = Entry {
        location: item.text_of("Location").or_else(|| item.text_of("When")).map(str::to_owned),
        url: item.text_of("MeetingWorkspaceUrl").filter(|url| url.contains(':')).map(str::to_owned),
        conferences: online::read(item),
        alarms: alarm(item).into_iter().collect(),
        ..entry::read(item)
    };
    if let Some(uid) = item.text_of("UID") {
        uid.clone_into(&mut entry.uid);
    }
    people::read(item, mailbox, &mut entry, losses);
    entry
}

fn alarm(item: &Element) -> Option<Alarm> {
    // More than ten years before nobody wants to be reminded.
    const LONGEST: i64 = 5_256_000;
    let minutes = item.text_of("ReminderMinutesBeforeStart").and_then(|text| text.parse::<i64>().ok());
    let minutes = minutes.unwrap_or(15).clamp(-LONGEST, LONGEST);
    words::is(item, "ReminderIsSet").then(|| Alarm { trigger: Trigger::Before(Duration::minutes(minutes)) })
}
