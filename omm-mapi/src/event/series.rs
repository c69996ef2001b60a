//! A series and its deleted occurrences; those that differ are made in `exceptions`.

use super::{
    Changed, Draft,
    clock::{Clock, fixed},
    exceptions::Occurrences,
    single::whole,
    status::{self, Facts},
};
use crate::{
    convert::Options,
    entry::name,
    error::{Error, Result},
    property::Properties,
    recurrence::{Ending, Rendered, Series},
    time_zone,
};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use omm_content::calendar::{Entry, Event, Instance, Recurrence, zone::naive};
use std::collections::HashSet;

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
    let facts = Facts::of(properties);
    let occurrences = Occurrences { clock: &clock, entry: &entry, facts: &facts, from: properties, options };
    let messages = occurrences.messages(changed, &mut losses);
    // Before the rule: what differs is not left out as well.
    occurrences.complete(&mut series.exceptions, &messages, hours);
    let (first, recurrence) = recurrence(&clock, &series, hours, &mut losses)?;
    let mut master = entry.without_attachments();
    master.status = facts.status();
    let (exceptions, zones) = occurrences.all(series.exceptions, messages, &mut losses);
    let (start, end) = (at(first, hours.0), at(first, hours.1));
    let event = Event {
        transparent: status::is_transparent(properties.named_number(&name::BUSY_STATUS)),
        entry: master,
        start: clock.time(start),
        end: Some(clock.time(end)),
        recurrence,
        instead_of: None,
        exceptions,
        facts: facts.written(Instance::Master),
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

pub(super) fn at(day: NaiveDate, minutes: u32) -> NaiveDateTime {
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
