//! A series, its deleted occurrences and those that differ.

use super::{
    Changed, Draft,
    clock::{Clock, fixed},
    single::whole,
    status::{self, Facts, Instance},
};
use crate::{
    convert::Options,
    entry::{self, name},
    error::{Error, Result},
    object::Message,
    property::Properties,
    recurrence::{Ending, Exception, Rendered, Series},
    time_zone,
};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use omm_content::calendar::{Entry, Event, Recurrence, Zone, zone::naive};
use std::collections::HashSet;

/// More changed occurrences than any series has.
const MOST: usize = 10_000;

pub(super) fn event(
    properties: &Properties,
    entry: Entry,
    mut series: Series,
    (changed, options): (Vec<Changed>, &Options),
    mut losses: Vec<String>,
) -> Result<Draft> {
    losses.append(&mut series.losses);
    let all_day = properties.is_named(&name::SUB_TYPE);
    let clock = clock(properties, &series, all_day);
    let hours = fill(properties, &clock, &mut series)?;
    let (first, recurrence) = recurrence(&clock, &series, hours, &mut losses)?;
    let facts = Facts::of(properties);
    let mut master = entry.without_attachments();
    status::add(&mut master, &facts, Instance::Master);
    let occurrences = Occurrences { clock: &clock, entry: &entry, facts, from: properties, options };
    let (exceptions, zones) = occurrences.all(series, hours, changed, &mut losses);
    let (start, end) = (at(first, hours.0), at(first, hours.1));
    let event = Event {
        transparent: status::is_transparent(properties.named_number(&name::BUSY_STATUS)),
        entry: master,
        start: clock.time(start),
        end: Some(clock.time(end)),
        recurrence,
        instead_of: None,
        exceptions,
    };
    Ok(Draft { event, zones, losses })
}

/// The clock of a series. Without a zone, its start in UTC and on the clock say how far apart the two are.
fn clock(properties: &Properties, series: &Series, all_day: bool) -> Clock {
    let begin = whole(properties).map(|(start, _)| start);
    let year = series.pattern.start.map(|day| day.year()).or(begin.map(|start| start.year())).unwrap_or(1970);
    let zone = time_zone::of_series(properties, year).or_else(|| {
        let local = at(series.pattern.first_date()?, series.minutes?.0);
        fixed(local, begin?)
    });
    Clock { zone, all_day }
}

/// Puts in what the blob does not say, and tells from when to when it goes, in minutes of the first day.
fn fill(properties: &Properties, clock: &Clock, series: &mut Series) -> Result<(u32, u32)> {
    let begin = whole(properties).map(|(start, end)| (clock.local(start), (end - start).num_minutes()));
    if series.pattern.start.is_none() {
        let (start, _) = begin.ok_or_else(|| Error::malformed("a series without a start"))?;
        series.pattern.start = Some(start.date());
    }
    if series.pattern.end.is_none() && series.pattern.ending == Ending::Date {
        let clip = properties.named_time(&name::CLIP_END).map(naive);
        series.pattern.end = clip.map(|end| clock.local(end).date());
    }
    let from_start = || {
        let (start, minutes) = begin?;
        let from = start.time().signed_duration_since(NaiveTime::MIN).num_minutes();
        Some((u32::try_from(from).ok()?, u32::try_from(from + minutes).ok()?))
    };
    let (from, to) = series.minutes.or_else(from_start).unwrap_or((0, 0));
    // A day and a year are more than any start and any length.
    let (from, to) = (from.min(1439), to.min(527_040));
    match clock.all_day {
        true => Ok((0, (to.saturating_sub(from) + 720) / 1440 * 1440).max((0, 1440))),
        false => Ok((from, to.max(from))),
    }
}

fn at(day: NaiveDate, minutes: u32) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minutes))
}

/// The first day and the rule, with the days that are left out.
fn recurrence(
    clock: &Clock,
    series: &Series,
    (from, _): (u32, u32),
    losses: &mut Vec<String>,
) -> Result<(NaiveDate, Recurrence)> {
    let rendered = series.pattern.render(|last| clock.until(at(last, from)));
    let (first, rule, also) = match rendered {
        Some(Rendered::Rule(first, rule)) => (first, Some(*rule), Vec::new()),
        Some(Rendered::Dates(days, all)) => {
            if !all {
                losses.push(format!(
                    "its calendar is lunar: {} occurrences are written, later ones are not",
                    days.len()
                ));
            }
            let first = days.first().copied().ok_or_else(|| Error::malformed("a series without a day"))?;
            (first, None, days.into_iter().skip(1).collect())
        }
        None => return Err(Error::malformed("a series without an occurrence")),
    };
    // DeletedInstanceDates hold the changed occurrences as well.
    let changed: HashSet<_> = series.exceptions.iter().map(|exception| exception.original.date()).collect();
    let deleted = series.pattern.deleted.iter().filter(|day| !changed.contains(day));
    let time = |day: &NaiveDate| clock.time(at(*day, from));
    let recurrence =
        Recurrence { rule, also: also.iter().map(time).collect(), except: deleted.map(time).collect() };
    Ok((first, recurrence))
}

/// Makes the occurrences that differ.
struct Occurrences<'a> {
    clock: &'a Clock,
    entry: &'a Entry,
    facts: Facts,
    from: &'a Properties,
    options: &'a Options,
}

impl Occurrences<'_> {
    /// Those of the blob, with the messages that belong to them; and those of which only a message tells.
    fn all(
        &self,
        series: Series,
        hours: (u32, u32),
        changed: Vec<Changed>,
        losses: &mut Vec<String>,
    ) -> (Vec<Event>, Vec<Zone>) {
        let mut zones = self.clock.zones();
        let mut events = Vec::new();
        let mut messages: Vec<_> =
            changed.into_iter().map(|(of, message)| (self.original(&of, &*message), of, message)).collect();
        let mut exceptions = series.exceptions;
        // A blob that was cut off knows less than the messages.
        for (original, _, message) in &messages {
            let known = |day: NaiveDate| exceptions.iter().any(|one| one.original.date() == day);
            if let Some(day) = original.filter(|day| !known(*day)) {
                exceptions.extend(self.by_message(at(day, hours.0), hours, message.properties()));
            }
        }
        for exception in exceptions.into_iter().take(MOST) {
            let day = exception.original.date();
            let found = messages.iter().position(|(original, ..)| *original == Some(day));
            let message = found.map(|found| messages.swap_remove(found).2);
            let clock =
                Clock { all_day: exception.all_day.unwrap_or(self.clock.all_day), ..self.clock.clone() };
            zones.extend(clock.zones());
            events.push(self.one(&exception, &clock, message.as_deref(), losses));
        }
        if !messages.is_empty() {
            losses
                .push(format!("{} messages of changed occurrences belong to no occurrence", messages.len()));
        }
        (events, zones)
    }

    /// The day that a message stands for ([MS-OXOCAL] §2.2.10.1.7, in UTC).
    fn original(&self, attachment: &Properties, message: &dyn Message) -> Option<NaiveDate> {
        let own = || message.properties().named_time(&name::EXCEPTION_REPLACE_TIME);
        let replaced = attachment.time(name::tag::EXCEPTION_REPLACE_TIME).or_else(own)?;
        Some(self.clock.local(naive(replaced)).date())
    }

    fn by_message(&self, original: NaiveDateTime, hours: (u32, u32), of: &Properties) -> Option<Exception> {
        let (start, end) = match whole(of) {
            Some((start, end)) => (self.clock.local(start), self.clock.local(end)),
            None => (original, original + Duration::minutes(i64::from(hours.1 - hours.0))),
        };
        Some(Exception {
            start,
            end,
            original,
            subject: None,
            meeting: None,
            reminder_minutes: None,
            reminder: None,
            location: None,
            busy: of.named_number(&name::BUSY_STATUS).and_then(|busy| u32::try_from(busy).ok()),
            attachments: None,
            all_day: of.named(&name::SUB_TYPE).is_some().then(|| of.is_named(&name::SUB_TYPE)),
            color: None,
            body: true,
        })
    }

    fn one(
        &self,
        exception: &Exception,
        clock: &Clock,
        message: Option<&dyn Message>,
        losses: &mut Vec<String>,
    ) -> Event {
        let mut entry = self.entry.without_attachments();
        if let Some(message) = message {
            self.add_message(message, &mut entry, losses);
        }
        entry.summary = exception.subject.clone().or(entry.summary);
        entry.location = exception.location.clone().or(entry.location);
        self.remind(exception, &mut entry);
        let busy = exception.busy.map(i64::from).or(self.facts.busy);
        let state = exception.meeting.map_or(self.facts.state, i64::from);
        let facts = Facts { busy, state, all_day: clock.all_day, ..self.facts.clone() };
        status::add(&mut entry, &facts, Instance::Exception);
        let end = match clock.all_day {
            // From midnight to midnight, whatever the minutes say.
            true => exception.end.max(exception.start + Duration::days(1)),
            false => exception.end,
        };
        Event {
            entry,
            start: clock.time(exception.start),
            end: Some(clock.time(end)),
            transparent: status::is_transparent(busy),
            recurrence: Recurrence::default(),
            instead_of: Some(self.clock.time(exception.original)),
            exceptions: Vec::new(),
        }
    }

    /// What the message of an occurrence says goes before what the series says.
    fn add_message(&self, message: &dyn Message, entry: &mut Entry, losses: &mut Vec<String>) {
        let own = super::entry(message, losses);
        let properties = message.properties();
        entry.summary = own.summary.or(entry.summary.take());
        entry.location = own.location.or(entry.location.take());
        if own.description.is_some() || own.html.is_some() {
            (entry.description, entry.html) = (own.description, own.html);
        }
        entry.class = own.class.or(entry.class);
        entry.priority = own.priority.or(entry.priority);
        entry.modified = own.modified.or(entry.modified);
        if !own.categories.is_empty() {
            entry.categories = own.categories;
        }
        if !own.attendees.is_empty() {
            entry.attendees = own.attendees;
        }
        if properties.named(&name::REMINDER_SET).is_some() {
            entry.alarms = own.alarms;
        }
        // What cannot be read of an occurrence costs itself.
        let Some(inside) = self.options.inside() else { return };
        let options = Options { without_damaged: true, ..inside };
        match entry::attachments(message, &options) {
            Ok(files) => {
                entry.attachments = files.files;
                losses.extend(files.losses);
            }
            Err(error) => losses.push(format!("files of a changed occurrence: {error}")),
        }
    }

    fn remind(&self, exception: &Exception, entry: &mut Entry) {
        let minutes = exception.reminder_minutes.map(i64::from);
        match exception.reminder {
            Some(false) => entry.alarms.clear(),
            Some(true) => {
                let series = || self.from.named_number(&name::REMINDER_DELTA);
                entry.alarms = vec![entry::before(minutes.or_else(series).unwrap_or(15))];
            }
            None if !entry.alarms.is_empty() => {
                if let Some(minutes) = minutes {
                    entry.alarms = vec![entry::before(minutes)];
                }
            }
            None => {}
        }
    }
}
