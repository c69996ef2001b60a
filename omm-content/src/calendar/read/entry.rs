//! What VEVENT and VTODO have in common.

use super::{
    Context,
    time::{Length, Moment},
};
use crate::{
    calendar::{Class, Entry, Recurrence, Status, Time},
    loss::Lost,
    read::component::{Component, Property, decode_uri},
};
use chrono::{NaiveDateTime, Timelike};
use std::collections::BTreeSet;

/// RFC 5545 §3.6.1, §3.6.2: what stands in a component once at most. RRULE is told in words of its own.
const ONCE: [&str; 22] = [
    "UID",
    "DTSTART",
    "DTEND",
    "DUE",
    "DURATION",
    "COMPLETED",
    "PERCENT-COMPLETE",
    "RECURRENCE-ID",
    "CREATED",
    "LAST-MODIFIED",
    "SEQUENCE",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "URL",
    "CLASS",
    "PRIORITY",
    "STATUS",
    "TRANSP",
    "GEO",
    "ORGANIZER",
    "DTSTAMP",
];

/// More of anything in one item than any program has.
const MOST: usize = 10_000;

/// Reads what an entry has; properties that `own` takes are those of the kind of component.
pub(super) fn read(
    component: &Component,
    context: &mut Context<'_>,
    mut own: impl FnMut(&Property, &mut Context<'_>) -> bool,
) -> Entry {
    let mut entry = Entry::default();
    let mut stamp = None;
    let mut once = BTreeSet::new();
    for property in &component.properties {
        if ONCE.contains(&property.name.as_str()) && !once.insert(property.name.as_str()) {
            context.lose(&property.name, Lost::TooMany, property.value());
        } else if property.name == "DTSTAMP" {
            stamp = stamp.or(moment(property));
        } else if !own(property, context) && !take(property, &mut entry, context) {
            let line = context.kept(property);
            entry.extra.push(line);
        }
    }
    // RFC 5545 §3.8.7.2: without METHOD, DTSTAMP is when it was changed last. The epoch stands for nothing.
    let stamp = stamp.filter(|stamp| *stamp != NaiveDateTime::default() && Some(*stamp) != entry.created);
    entry.modified = entry.modified.or(stamp);
    for inside in component.inside.iter().filter(|inside| inside.name != "VALARM") {
        context.lose(&inside.name, Lost::Component, "");
    }
    entry
}

/// Whether it is a property that an entry has, and has not yet.
fn take(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    identity(property, entry)
        || words(property, entry, context)
        || html(property, entry, context)
        || marks(property, entry, context)
        || lists(property, entry, context)
        || super::people::take(property, entry, context)
        || super::attach::take(property, entry, context)
}

fn identity(property: &Property, entry: &mut Entry) -> bool {
    match property.name.as_str() {
        "UID" if entry.uid.is_empty() => entry.uid = property.text(),
        "CREATED" => return set(&mut entry.created, moment(property)),
        "LAST-MODIFIED" => return set(&mut entry.modified, moment(property)),
        "SEQUENCE" => return set(&mut entry.sequence, property.value().trim().parse().ok()),
        _ => return false,
    }
    true
}

fn words(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    let into = match property.name.as_str() {
        "SUMMARY" => &mut entry.summary,
        "LOCATION" => &mut entry.location,
        "X-OMM-MILEAGE" => &mut entry.mileage,
        "X-OMM-BILLING" => &mut entry.billing,
        "URL" => {
            context.parameters(property, &[]);
            return set(&mut entry.url, Some(property.value().to_owned()));
        }
        _ => return false,
    };
    if into.is_some() {
        return false;
    }
    *into = Some(property.text());
    context.parameters(property, &[]);
    true
}

/// DESCRIPTION and its HTML: X-ALT-DESC, or Thunderbird's ALTREP.
fn html(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    match property.name.as_str() {
        "DESCRIPTION" if entry.description.is_none() => {
            entry.description = Some(property.text());
            let html = property.param("ALTREP").and_then(|uri| {
                let (about, html) = uri.split_once(',')?;
                about.eq_ignore_ascii_case("data:text/html").then(|| decode_uri(html))
            });
            match html {
                Some(html) => {
                    entry.html.get_or_insert(html);
                    context.parameters(property, &["ALTREP"]);
                }
                None => context.parameters(property, &[]),
            }
            true
        }
        "X-ALT-DESC" if entry.html.is_none() && property.has("FMTTYPE", "text/html") => {
            context.parameters(property, &["FMTTYPE"]);
            set(&mut entry.html, Some(property.text()))
        }
        _ => false,
    }
}

fn marks(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    match property.name.as_str() {
        "CLASS" if entry.class.is_none() => {
            entry.class = Some(class(property.value()).unwrap_or_else(|| {
                context.lose("CLASS", Lost::Word, property.value());
                // RFC 5545 §3.8.1.3: a word that is not known means this.
                Class::Private
            }));
            true
        }
        "PRIORITY" => {
            let priority = property.value().trim().parse().ok();
            set(&mut entry.priority, priority.filter(|priority| *priority <= 9))
        }
        "STATUS" => set(&mut entry.status, status(property.value())),
        _ => false,
    }
}

fn lists(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    match property.name.as_str() {
        "CATEGORIES" => {
            let names = property.texts().into_iter().filter(|name| !name.is_empty());
            entry.categories.extend(names);
            context.parameters(property, &[]);
        }
        "CONTACT" => {
            entry.contacts.push(property.text());
            context.parameters(property, &[]);
        }
        "X-OMM-COMPANY" => entry.companies.push(property.text()),
        _ => return false,
    }
    true
}

/// Sets what is not set yet; false if there is nothing to set, or something there.
pub(super) fn set<T>(into: &mut Option<T>, value: Option<T>) -> bool {
    let takes = into.is_none() && value.is_some();
    if takes {
        *into = value;
    }
    takes
}

/// A time in UTC.
pub(super) fn moment(property: &Property) -> Option<NaiveDateTime> {
    Moment::of(property.value()).map(Moment::naive)
}

fn class(word: &str) -> Option<Class> {
    Some(match word.trim().to_ascii_uppercase().as_str() {
        "PUBLIC" => Class::Public,
        // [MS-OXCICAL] §2.1.3.1.1.20.4.
        "X-PERSONAL" => Class::Personal,
        "PRIVATE" => Class::Private,
        "CONFIDENTIAL" => Class::Confidential,
        _ => return None,
    })
}

fn status(word: &str) -> Option<Status> {
    Some(match word.trim().to_ascii_uppercase().as_str() {
        "TENTATIVE" => Status::Tentative,
        "CONFIRMED" => Status::Confirmed,
        "CANCELLED" => Status::Cancelled,
        "NEEDS-ACTION" => Status::NeedsAction,
        "COMPLETED" => Status::Completed,
        "IN-PROCESS" => Status::InProcess,
        _ => return None,
    })
}

/// RRULE, RDATE, EXDATE and EXRULE; false for others.
pub(super) fn recurrence(
    property: &Property,
    start: Option<&Time>,
    into: &mut Recurrence,
    context: &mut Context<'_>,
) -> bool {
    match property.name.as_str() {
        "RRULE" => rule(property, start, into, context),
        "EXRULE" => context.lose("EXRULE", Lost::Rule, property.value()),
        "RDATE" => times(property, &mut into.also, context),
        "EXDATE" => times(property, &mut into.except, context),
        _ => return false,
    }
    true
}

fn rule(property: &Property, start: Option<&Time>, into: &mut Recurrence, context: &mut Context<'_>) {
    if into.rule.is_some() {
        context.lose("RRULE", Lost::MoreRules, property.value());
        return;
    }
    // A day has no hours that a rule could repeat.
    let begin = start.filter(|start| !matches!(start, Time::Date(_))).map(Time::local);
    into.rule = super::rule::read(property.value(), begin);
    context.parameters(property, &[]);
    if into.rule.is_none() {
        context.lose("RRULE", Lost::Rule, property.value());
    }
}

fn times(property: &Property, into: &mut Vec<Time>, context: &mut Context<'_>) {
    for value in property.value().split(',').map(str::trim).filter(|value| !value.is_empty()) {
        if into.len() == MOST {
            context.lose(&property.name, Lost::TooMany, "");
            return;
        }
        let (value, period) = match value.split_once('/') {
            Some((begin, end)) => (begin, Some(end)),
            None => (value, None),
        };
        if let Some(period) = period {
            context.lose(&property.name, Lost::Period, period);
        }
        match context.time(property, value) {
            Some(time) => {
                let end = period.and_then(|end| context.end_of_period(property, &time, end));
                context.periods.extend(end.map(|end| (time.clone(), end)));
                into.push(time);
            }
            None => context.lose(&property.name, Lost::Value, value),
        }
    }
    context.parameters(property, &["TZID"]);
}

impl Context<'_> {
    /// What a value of a property is.
    pub(super) fn time(&mut self, property: &Property, value: &str) -> Option<Time> {
        self.zones.time(property, value, &mut self.losses)
    }

    /// RFC 5545 §3.3.9: the end of a period, or its length.
    fn end_of_period(&mut self, property: &Property, begin: &Time, end: &str) -> Option<Time> {
        match Length::of(end) {
            Some(length) => self.later(begin, length),
            None => self.time(property, end),
        }
    }

    /// The value of a property that is a time; told if nobody can read it.
    pub(super) fn one_time(&mut self, property: &Property) -> Option<Time> {
        self.parameters(property, &["TZID", "RANGE"]);
        let time = self.time(property, property.value());
        if time.is_none() {
            self.lose(&property.name, Lost::Value, property.value());
        }
        time
    }

    /// The value of a property that is a length; told if nobody can read it.
    pub(super) fn length(&mut self, property: &Property) -> Option<Length> {
        let length = Length::of(property.value());
        if length.is_none() {
            self.lose(&property.name, Lost::Value, property.value());
        }
        length
    }

    /// So long after a start (RFC 5545 §3.3.6): days by the calendar, hours as they pass.
    pub(super) fn later(&self, start: &Time, length: Length) -> Option<Time> {
        let days = chrono::Duration::days(length.days);
        let seconds = chrono::Duration::seconds(length.seconds);
        Some(match start {
            Time::Date(day) => {
                // A day has no hours: whole days of them count.
                let days = days + chrono::Duration::days(length.seconds / 86_400);
                Time::Date(day.checked_add_signed(days)?)
            }
            Time::Floating(time) => {
                Time::Floating(time.checked_add_signed(days)?.checked_add_signed(seconds)?)
            }
            Time::Utc(time) => Time::Utc(time.checked_add_signed(days)?.checked_add_signed(seconds)?),
            Time::Zoned(time, id) => {
                let local = time.checked_add_signed(days)?;
                let end = match self.zones.by_id(id) {
                    Some(zone) if length.seconds != 0 => {
                        zone.local(zone.utc(local).checked_add_signed(seconds)?)
                    }
                    _ => local.checked_add_signed(seconds)?,
                };
                Time::Zoned(end, id.clone())
            }
        })
    }

    /// A time in UTC; of one wherever one is, as if that were there.
    pub(super) fn utc(&self, time: &Time) -> NaiveDateTime {
        match time {
            Time::Zoned(local, id) => self.zones.by_id(id).map_or(*local, |zone| zone.utc(*local)),
            other => other.local().with_nanosecond(0).unwrap_or_default(),
        }
    }
}
