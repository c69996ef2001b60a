//! A series on the way out: its rule, its deleted occurrences, and those that differ.

use super::{
    clock::Clock,
    read::{self, Occurrence},
    status,
};
use crate::{
    convert::{mailbox::Mailbox, moment, recurrence::Series},
    xml::Element,
};
use chrono::{Duration, NaiveDateTime};
use omm_content::calendar::{Entry, Event, Instance, Recurrence, Time, Zone};

/// A series and what belongs to it.
pub(super) struct Around<'a> {
    pub(super) item: &'a Element,
    pub(super) occurrences: &'a [Occurrence],
    pub(super) mailbox: &'a Mailbox,
    pub(super) clock: &'a Clock,
}

/// An occurrence that differs: from when to when it is, when it would have been, and its item, if it is at hand.
struct Modified<'a> {
    hours: (NaiveDateTime, NaiveDateTime),
    original: NaiveDateTime,
    own: Option<&'a Occurrence>,
}

pub(super) fn event(
    around: &Around<'_>,
    recurrence: &Element,
    (start, end): (NaiveDateTime, NaiveDateTime),
    entry: Entry,
    losses: &mut Vec<String>,
    zones: &mut Vec<Zone>,
) -> Event {
    let clock = around.clock;
    let series = Series::read(recurrence);
    let local = clock.local(start);
    // What an appointment says of its start goes before what its pattern begins with, unless that has no such day.
    let days =
        series.as_ref().map(|series| series.days_until(local.date() + Duration::days(1))).unwrap_or_default();
    let first = if days.contains(&local.date()) {
        local.date()
    } else {
        days.first().copied().unwrap_or(local.date())
    };
    let begin = first.and_time(local.time());
    let rule = series.map(|series| series.rule(first, |last| clock.until(last.and_time(local.time()))));
    if rule.is_none() {
        losses.push("its pattern is not known: it is kept as a single appointment".to_owned());
    }
    let except = if rule.is_some() { deleted(around) } else { Vec::new() };
    let exceptions = if rule.is_some() { exceptions(around, &entry, losses, zones) } else { Vec::new() };
    let moved = match clock.all_day {
        true => clock.time(begin),
        // The second of two equal local times is not the first.
        false if begin == local => clock.instant(start),
        false => clock.time(begin),
    };
    let begins = clock.zone.as_ref().map_or(begin, |zone| zone.utc(begin));
    let begins = if begin == local { start } else { begins };
    let last = read::end_of(around.item, clock, (begins, begins + (end - start)), zones);
    let mut event = Event {
        entry,
        end: Some(last).filter(|_| end > start),
        recurrence: Recurrence { rule, also: Vec::new(), except },
        exceptions,
        ..Event::at(moved)
    };
    let instance = if event.recurrence.is_none() { Instance::Single } else { Instance::Master };
    status::read(around.item, instance, &mut event);
    event
}

/// The days that have no occurrence.
fn deleted(around: &Around<'_>) -> Vec<Time> {
    let all =
        around.item.child("DeletedOccurrences").into_iter().flat_map(|all| all.all("DeletedOccurrence"));
    let times = all.filter_map(|one| one.text_of("Start").and_then(moment::utc));
    times.take(super::super::MOST).map(|time| around.clock.instant(time)).collect()
}

/// Those that the series names, and those that are at hand all the same.
fn modified<'a>(around: &Around<'a>) -> Vec<Modified<'a>> {
    let id_of = |element: &'a Element| element.child("ItemId").and_then(|id| id.attribute("Id"));
    let named = around.item.child("ModifiedOccurrences").into_iter().flat_map(|all| all.all("Occurrence"));
    let mut found: Vec<Modified<'a>> = Vec::new();
    for one in named.take(super::super::MOST) {
        let own = id_of(one);
        let item = around.occurrences.iter().find(|known| own.is_some() && id_of(&known.item) == own);
        let hours = item.and_then(|known| read::hours(&known.item)).or_else(|| read::hours(one));
        let original = one.text_of("OriginalStart").and_then(moment::utc);
        if let (Some(hours), Some(original)) = (hours, original) {
            found.push(Modified { hours, original, own: item });
        }
    }
    for own in around.occurrences {
        let item = &own.item;
        let original =
            item.text_of("OriginalStart").or_else(|| item.text_of("RecurrenceId")).and_then(moment::utc);
        let (Some(hours), Some(original)) = (read::hours(item), original) else { continue };
        if found.iter().all(|one| one.original != original) {
            found.push(Modified { hours, original, own: Some(own) });
        }
    }
    found
}

fn exceptions(
    around: &Around<'_>,
    entry: &Entry,
    losses: &mut Vec<String>,
    zones: &mut Vec<Zone>,
) -> Vec<Event> {
    let mut unread = 0_usize;
    let mut events = Vec::new();
    for one in modified(around) {
        let source = one.own.map_or(around.item, |own| &own.item);
        let own = match one.own {
            Some(Occurrence { item, attachments }) => {
                let mut own = read::of_item(item, around.mailbox, losses);
                own.attachments.clone_from(attachments);
                own.uid.clone_from(&entry.uid);
                own
            }
            None => {
                unread += 1;
                entry.without_attachments()
            }
        };
        let clock = match one.own {
            Some(own) => read::clock(&own.item, one.hours.0, around.mailbox),
            None => around.clock.clone(),
        };
        let clock = Clock { zone: clock.zone.or_else(|| around.clock.zone.clone()), ..clock };
        zones.extend(clock.zones());
        let last = read::end_of(source, &clock, one.hours, zones);
        let mut event = Event {
            entry: own,
            end: Some(last).filter(|_| one.hours.1 > one.hours.0),
            instead_of: Some(around.clock.instant(one.original)),
            ..Event::at(clock.instant(one.hours.0))
        };
        status::read(source, Instance::Exception, &mut event);
        events.push(event);
    }
    if unread > 0 {
        losses.push(format!("{unread} changed occurrences could not be read: when they are is kept"));
    }
    events
}
