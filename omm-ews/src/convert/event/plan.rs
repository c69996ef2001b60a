//! Appointments on the way in: a series as CreateItem makes it, and what is done to its occurrences afterwards.
//!
//! An appointment is one item, unless Exchange cannot hold how it recurs ([`super::super::recurrence`]), or it recurs at
//! times that no rule names (RDATE), or a changed occurrence lies where a server lets none lie: on the day of its
//! neighbours or beyond it. Then there are several, of which the first keeps the UID; the others have it with a number.

use super::{clock::Times, differs};
use crate::{
    convert::{
        draft::{Draft, Field},
        mailbox::Mailbox,
        recurrence::{MOST_SINGLES, Part, Planned, plan as plan_rule},
    },
    ops::FieldPath,
};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use omm_content::{
    calendar::{Attachment, End, Event, Time, Zone},
    data::Data,
};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of an appointment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Items to be made; the first one keeps the UID.
    pub(crate) plans: Vec<Plan>,
    /// What is kept otherwise, or not at all, in words.
    pub(crate) losses: Vec<String>,
}

/// An item to be made, and what is done to its occurrences afterwards.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The item: an appointment, or a series.
    pub(crate) master: Draft,
    /// Its files.
    pub(crate) attachments: Vec<Attachment>,
    /// The photo of a contact.
    pub(crate) photo: Option<Data>,
    /// Occurrences that differ, in their order.
    pub(crate) changed: Vec<Changed>,
    /// Occurrences that are deleted, in their order. After those that differ: which is which hangs on neither.
    pub(crate) deleted: Vec<Deleted>,
}

impl Plan {
    /// An item and its files.
    pub(crate) fn of(master: Draft, attachments: Vec<Attachment>) -> Self {
        Self { master, attachments, photo: None, changed: Vec::new(), deleted: Vec::new() }
    }
}

/// An occurrence that differs.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    /// InstanceIndex of OccurrenceItemId: from 1, deleted ones included.
    pub(crate) index: u32,
    /// When it would have begun, in UTC: a server that is told the index knows it.
    #[cfg(test)]
    pub(crate) original: NaiveDateTime,
    /// What is set.
    pub(crate) set: Draft,
    /// What is taken away.
    pub(crate) removed: Vec<FieldPath>,
    /// Its own files.
    pub(crate) attachments: Vec<Attachment>,
}

impl Changed {
    fn is_nothing(&self) -> bool {
        self.set.fields().is_empty() && self.removed.is_empty() && self.attachments.is_empty()
    }
}

/// An occurrence that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// InstanceIndex of OccurrenceItemId.
    pub(crate) index: u32,
    /// When it would have begun, in UTC: a server that is told the index knows it.
    #[cfg(test)]
    pub(crate) original: NaiveDateTime,
}

/// Plans an appointment whose times are in these zones.
pub(crate) fn plans(event: &Event, zones: &[Zone], mailbox: &Mailbox) -> Written {
    let times = Times { zones, mailbox };
    let mut losses = Vec::new();
    if times.is_guess(&event.start) {
        let zone = mailbox.known_zone().map_or("UTC, as the mailbox names none", Zone::id);
        losses.push(format!("its time is in no zone that is known: that of the mailbox is taken ({zone})"));
    }
    let zone = times.zone(&event.start);
    let start = times.local(&event.start, &zone);
    let writer = Writer { event, times, zone, start };
    let mut written = if event.recurrence.is_none() { writer.alone() } else { writer.series() };
    losses.append(&mut written.losses);
    for plan in &mut written.plans {
        losses.append(&mut plan.master.losses);
        plan.changed.iter_mut().for_each(|one| losses.append(&mut one.set.losses));
    }
    // Each of several says the same of what they have in common.
    let mut known = BTreeSet::new();
    losses.retain(|loss| known.insert(loss.clone()));
    written.losses = losses;
    written
}

/// The files of an occurrence that its series does not have, one for one, and how many of those of the series it lacks: a server
/// gives all of these to an occurrence as soon as that differs.
fn own_files(own: &[Attachment], of_series: &[Attachment]) -> (Vec<Attachment>, usize) {
    let mut inherited: Vec<&Attachment> = of_series.iter().filter(|file| file.uri.is_none()).collect();
    let is_same = |one: &Attachment, other: &Attachment| one.name == other.name && one.data == other.data;
    let mut files = Vec::new();
    for file in own {
        match inherited.iter().position(|known| file.uri.is_none() && is_same(known, file)) {
            Some(at) => {
                inherited.swap_remove(at);
            }
            None => files.push(file.clone()),
        }
    }
    (files, inherited.len())
}

/// An appointment that is being planned.
pub(super) struct Writer<'a> {
    pub(super) event: &'a Event,
    pub(super) times: Times<'a>,
    /// The zone of its start, by which its series is reckoned.
    pub(super) zone: Zone,
    /// Its start there.
    pub(super) start: NaiveDateTime,
}

/// Occurrences that differ, by the local time that each stands for.
pub(super) type Exceptions<'a> = BTreeMap<NaiveDateTime, &'a Event>;

impl Writer<'_> {
    /// One that does not recur. Invitations to some occurrences of a series come without it: the first goes for all.
    fn alone(&self) -> Written {
        let mut written = Written { plans: vec![self.single(self.event, self.start, 0)], losses: Vec::new() };
        let others: Vec<_> = self.event.exceptions.iter().collect();
        self.homeless(&others, &mut written);
        written
    }

    fn series(&self) -> Written {
        let first = self.start.date();
        let mut planned = match &self.event.recurrence.rule {
            Some(rule) => plan_rule(rule, first, self.until(&rule.end)),
            None => Planned { singles: vec![first], ..Planned::default() },
        };
        let mut alone = Vec::new();
        let mut written = Written::default();
        let mut exceptions = self.exceptions(&mut alone, &mut written.losses);
        let except: BTreeSet<_> =
            self.event.recurrence.except.iter().map(|time| self.original(time)).collect();
        self.odd(&exceptions, &except, &mut written.losses);
        self.begin(&mut planned);
        for part in &planned.parts {
            let plan = self.part(part, &mut exceptions, &except, (written.plans.len(), &mut planned.losses));
            written.plans.push(plan);
        }
        let singles = self.singles(&planned, &mut written.losses);
        written.losses.append(&mut planned.losses);
        for start in singles.into_iter().filter(|start| !except.contains(start)) {
            let number = written.plans.len();
            written.plans.push(match exceptions.remove(&start) {
                Some(own) => self.own(own, number),
                None => self.single(self.event, start, number),
            });
        }
        alone.extend(exceptions.into_values());
        self.homeless(&alone, &mut written);
        written
    }

    /// What differs from an occurrence that is none, or may not lie where it does.
    fn homeless(&self, alone: &[&Event], written: &mut Written) {
        for own in alone {
            let loss = "a changed occurrence has no place in its series: it is an appointment of its own";
            written.losses.push(loss.to_owned());
            let number = written.plans.len();
            written.plans.push(self.own(own, number));
        }
        if written.plans.is_empty() {
            let loss = "all its occurrences are left out: it is kept as a single appointment";
            written.losses.push(loss.to_owned());
            written.plans.push(self.single(self.event, self.start, 0));
        }
    }

    /// RFC 5545 §3.8.5.3: the start is an occurrence, whether its rule has it or not.
    fn begin(&self, planned: &mut Planned) {
        let first = self.start.date();
        let is =
            planned.parts.iter().any(|part| part.series.start == first && !part.deleted.contains(&first));
        if !is && !planned.singles.contains(&first) {
            planned.singles.insert(0, first);
            planned
                .losses
                .push("its first day is not one of its rule: it is an appointment of its own".to_owned());
        }
    }

    /// When there are appointments of their own: on days that no series has, and beside the rule. Each time once: what
    /// occurs is a set (RFC 5545 §3.8.5.2).
    fn singles(&self, planned: &Planned, losses: &mut Vec<String>) -> Vec<NaiveDateTime> {
        let also = self.event.recurrence.also.iter().map(|time| self.times.local(time, &self.zone));
        let also: Vec<_> = also.collect();
        let last = also.iter().map(NaiveDateTime::date).max();
        let of_parts = planned.parts.iter().filter(|_| last.is_some()).flat_map(|part| {
            let days = part.series.days_until(last.unwrap_or_default()).into_iter();
            days.filter(|day| part.deleted.binary_search(day).is_err())
        });
        let at = |day: NaiveDate| day.and_time(self.start.time());
        let mut known: BTreeSet<_> = of_parts.map(at).collect();
        let mut singles: Vec<_> = planned.singles.iter().copied().map(at).collect();
        known.extend(&singles);
        let beside: Vec<_> = also.into_iter().filter(|time| known.insert(*time)).collect();
        if !beside.is_empty() {
            let kept = beside.len().min(MOST_SINGLES);
            losses.push(format!("{kept} occurrences beside its rule are appointments of their own"));
        }
        if let Some(more) = beside.len().checked_sub(MOST_SINGLES).filter(|more| *more > 0) {
            losses.push(format!("{more} occurrences beside its rule are left out"));
        }
        singles.extend(beside.into_iter().take(MOST_SINGLES));
        singles
    }

    /// The last day on which an occurrence may begin.
    pub(super) fn until(&self, end: &End) -> Option<NaiveDate> {
        let End::Until(time) = end else { return None };
        // Of days the day counts as it is written, whatever is said beside it.
        if self.event.is_all_day() {
            return Some(time.local().date());
        }
        let last = self.times.local(time, &self.zone);
        let is_day = matches!(time, Time::Date(_));
        let before = !is_day && last.time() < self.start.time();
        Some(if before { last.date() - Duration::days(1) } else { last.date() })
    }

    fn day(&self, time: &Time) -> NaiveDate {
        self.times.local(time, &self.zone).date()
    }

    /// The local time of an occurrence, as it is named by what is said of it. Programs write other hours than those of
    /// the series, and days alone: the day is what counts, but of what is beside the rule.
    pub(super) fn original(&self, time: &Time) -> NaiveDateTime {
        let local = self.times.local(time, &self.zone);
        // The midnight of another zone is meant as the day that it is written with.
        let local =
            if self.event.is_all_day() && local.time() != self.start.time() { time.local() } else { local };
        let is = |also: &Time| self.times.local(also, &self.zone) == local;
        if self.event.recurrence.also.iter().any(is) {
            local
        } else {
            local.date().and_time(self.start.time())
        }
    }

    /// The occurrences that differ. Of two that stand for one, the one that was changed more often goes (RFC 5546 §2.1.5);
    /// where neither was, and they are at other times, the second has no place.
    fn exceptions<'a>(&'a self, alone: &mut Vec<&'a Event>, losses: &mut Vec<String>) -> Exceptions<'a> {
        let mut found = Exceptions::new();
        let mut older = 0_usize;
        for one in &self.event.exceptions {
            let Some(original) = one.instead_of.as_ref().map(|time| self.original(time)) else {
                alone.push(one);
                continue;
            };
            let changes = |of: &Event| of.entry.sequence.unwrap_or(0);
            let hours = |of: &Event| (of.start.clone(), of.end.clone());
            match found.get(&original) {
                Some(known) if *known == one => {}
                Some(known) if changes(known) == changes(one) && hours(known) != hours(one) => {
                    alone.push(one)
                }
                Some(known) => {
                    older += 1;
                    if changes(known) < changes(one) {
                        found.insert(original, one);
                    }
                }
                None => {
                    found.insert(original, one);
                }
            }
        }
        if older > 0 {
            losses.push(format!("{older} older versions of changed occurrences are left out"));
        }
        found
    }

    fn part<'a>(
        &self,
        part: &Part,
        exceptions: &mut Exceptions<'a>,
        except: &BTreeSet<NaiveDateTime>,
        (number, losses): (usize, &mut Vec<String>),
    ) -> Plan {
        let start = part.series.start.and_time(self.start.time());
        let mut master = self.draft(self.event, start, number);
        master.set("calendar:Recurrence", part.series.node());
        let named = exceptions.keys().chain(except).map(NaiveDateTime::date);
        let last = named.chain(part.deleted.iter().copied()).max();
        let days = part.series.days_until(last.map_or(part.series.start, |day| day + Duration::days(1_500)));
        let mut plan = Plan::of(master, self.event.entry.attachments.clone());
        let mut busy = BTreeSet::new();
        for (at, day) in days.iter().enumerate() {
            let local = day.and_time(self.start.time());
            let original = self.zone.utc(local);
            let index = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let mut gone = part.deleted.contains(day) || except.contains(&local);
            if let Some(own) = exceptions.get(&local).copied() {
                let before = at.checked_sub(1).and_then(|at| days.get(at)).copied();
                if self.may_lie(own, (before, days.get(at + 1).copied()), &mut busy) {
                    exceptions.remove(&local);
                    let changed = self.changed(own, &plan.master, (index, original));
                    // One that is as the series has it needs no change, and no server takes an empty one.
                    if !changed.is_nothing() {
                        plan.changed.push(changed);
                    }
                    gone = false;
                } else {
                    gone = true;
                }
            }
            if gone {
                plan.deleted.push(Deleted {
                    index,
                    #[cfg(test)]
                    original,
                });
            }
        }
        if plan.deleted.len() == days.len() && plan.changed.is_empty() && !days.is_empty() {
            losses.push("all its occurrences are deleted".to_owned());
        }
        plan
    }

    /// A server lets an occurrence lie between its neighbours, and not on a day of one.
    fn may_lie(
        &self,
        own: &Event,
        (before, after): (Option<NaiveDate>, Option<NaiveDate>),
        busy: &mut BTreeSet<NaiveDate>,
    ) -> bool {
        let day = self.day(&own.start);
        let free = before.is_none_or(|before| before < day) && after.is_none_or(|after| day < after);
        free && busy.insert(day)
    }

    fn changed(&self, own: &Event, master: &Draft, (index, original): (u32, NaiveDateTime)) -> Changed {
        let mut own = own.clone();
        // Writers of iCalendar leave HTML out where it would be said again.
        if own.entry.html.is_none() && own.entry.description == self.event.entry.description {
            own.entry.html.clone_from(&self.event.entry.html);
        }
        let start = self.times.local(&own.start, &self.times.zone(&own.start));
        let is_hours =
            |field: &Field| matches!(field.path, FieldPath::Field("calendar:Start" | "calendar:End"));
        let whole = self.draft(&own, start, 0);
        let hours = whole.clone().retain(is_hours);
        let (mut set, removed) = differs::between(master, whole);
        let (attachments, missing) = own_files(&own.entry.attachments, &self.event.entry.attachments);
        let length = |of: &Event| of.end.as_ref().map(|end| self.times.utc(end) - self.times.utc(&of.start));
        if self.times.utc(&own.start) == original && length(&own) == length(self.event) {
            set = set.retain(|field| !is_hours(field));
        }
        let is_as_the_series = set.fields().is_empty() && removed.is_empty();
        if is_as_the_series && !attachments.is_empty() {
            // A file can be put on what differs alone: its hours are set to what they are, since no change may be empty.
            set = hours;
        }
        if missing > 0 && !(is_as_the_series && attachments.is_empty()) {
            set.lose("files of a series are shown at its changed occurrences, those without them too");
        }
        Changed {
            index,
            #[cfg(test)]
            original,
            set,
            removed,
            attachments,
        }
    }

    /// An occurrence that differs as an appointment of its own.
    fn own(&self, own: &Event, number: usize) -> Plan {
        self.single(own, self.times.local(&own.start, &self.times.zone(&own.start)), number)
    }

    /// An appointment that does not recur, at a time that is local where it begins.
    fn single(&self, of: &Event, start: NaiveDateTime, number: usize) -> Plan {
        Plan::of(self.draft(of, start, number), of.entry.attachments.clone())
    }
}
