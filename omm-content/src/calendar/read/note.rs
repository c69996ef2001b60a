//! VJOURNAL (RFC 5545 §3.6.3).

use super::{Context, Note, attach, entry, time::Length};
use crate::{
    calendar::Time,
    journal::Journal,
    loss::Lost,
    read::component::{Component, Property},
};
use chrono::{DateTime, NaiveDateTime, Utc};

/// Texts of a journal that keep their name.
const EXTRAS: [&str; 6] =
    ["X-ENTRY-TYPE", "X-BILLING", "X-MILEAGE", "X-COMPANY", "X-NOTE-WIDTH", "X-NOTE-HEIGHT"];

/// Reads the components of one UID: the model has no changed occurrences.
pub(super) fn read(all: &[&Component], context: &mut Context<'_>) -> Note {
    let is_master = |one: &&&Component| one.property("RECURRENCE-ID").is_none();
    let Some(first) = all.iter().find(is_master).or(all.first()) else { return Note::default() };
    for other in all.iter().filter(|other| !std::ptr::eq(**other, *first)) {
        let id = other.property("RECURRENCE-ID").map(|id| id.value()).unwrap_or_default();
        context.lose("VJOURNAL", Lost::Occurrence, id);
    }
    let mut note = Note::default();
    let mut stamp = None;
    for property in &first.properties {
        if property.name == "DTSTAMP" {
            stamp = stamp.or(entry::moment(property));
        } else if let Some(file) = attach::attachment(property, context).filter(|file| file.uri.is_none()) {
            note.attachments.push(file);
        } else if !dates(property, &mut note.journal, context) && !words(property, &mut note.journal, context)
        {
            let line = context.kept(property);
            note.journal.extra.push(line);
        }
    }
    let journal = &mut note.journal;
    let stamp = stamp.filter(|stamp| *stamp != NaiveDateTime::default()).map(|stamp| stamp.and_utc());
    journal.modified = journal.modified.or(stamp.filter(|stamp| Some(*stamp) != journal.created));
    for inside in &first.inside {
        context.lose(&inside.name, Lost::Component, "");
    }
    note
}

fn dates(property: &Property, journal: &mut Journal, context: &mut Context<'_>) -> bool {
    use entry::set;
    let utc = || entry::moment(property).map(|time| time.and_utc());
    match property.name.as_str() {
        "CREATED" => set(&mut journal.created, utc()),
        "LAST-MODIFIED" => set(&mut journal.modified, utc()),
        "DTSTART" if journal.start.is_none() && journal.day.is_none() => match context.one_time(property) {
            Some(Time::Date(day)) => set(&mut journal.day, Some(day)),
            Some(time) => set(&mut journal.start, Some(start(&time, context))),
            None => true,
        },
        "X-DURATION" => {
            let length = Length::of(property.value()).map(Length::duration);
            set(&mut journal.duration, length.filter(|length| length.num_minutes() > 0))
        }
        _ => false,
    }
}

fn start(time: &Time, context: &mut Context<'_>) -> DateTime<Utc> {
    if let Time::Zoned(_, zone) = time {
        context.lose("DTSTART", Lost::ZoneName, zone);
    } else if let Time::Floating(_) = time {
        context.lose("DTSTART", Lost::ZoneName, "");
    }
    context.utc(time).and_utc()
}

fn words(property: &Property, journal: &mut Journal, context: &mut Context<'_>) -> bool {
    let text = |into: &mut String| {
        let takes = into.is_empty() && !property.value().is_empty();
        if takes {
            *into = property.text();
        }
        takes
    };
    let takes = match property.name.as_str() {
        "UID" => text(&mut journal.uid),
        "SUMMARY" => text(&mut journal.summary),
        "DESCRIPTION" => text(&mut journal.description),
        "COLOR" if journal.colour.is_empty() => {
            journal.colour = property.text().into();
            true
        }
        "CLASS" if journal.class.is_empty() => {
            let class = property.value().trim().to_ascii_uppercase();
            // What is public is not said.
            journal.class = if class == "PUBLIC" { "".into() } else { class.into() };
            true
        }
        "CATEGORIES" => {
            context.texts(property, &mut journal.categories);
            true
        }
        "CONTACT" => {
            journal.contacts.push(property.text());
            true
        }
        name => {
            let known = EXTRAS.iter().find(|extra| **extra == name);
            known.map(|name| journal.extras.push(((*name).into(), property.text()))).is_some()
        }
    };
    if takes {
        context.parameters(property, &[]);
    }
    takes
}
