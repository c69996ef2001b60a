//! The occurrences of a series that differ: each says all ([`Repeated`]).

use super::{
    Changed,
    clock::Clock,
    series::at,
    single::whole,
    status::{self, Facts},
};
use crate::{
    convert::Options,
    entry::{self, name},
    object::Message,
    property::Properties,
    recurrence::Exception,
};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use omm_content::calendar::{Entry, Event, Instance, Recurrence, Repeated, Zone, zone::naive};
use std::collections::{BTreeMap, HashSet};

/// More changed occurrences than any series has.
const MOST: usize = 10_000;

/// The messages of changed occurrences, by the day that each stands for.
pub(super) type Messages = BTreeMap<NaiveDate, Box<dyn Message>>;

/// Makes the occurrences that differ.
pub(super) struct Occurrences<'a> {
    pub(super) clock: &'a Clock,
    pub(super) entry: &'a Entry,
    pub(super) facts: &'a Facts,
    pub(super) from: &'a Properties,
    pub(super) options: &'a Options,
}

impl Occurrences<'_> {
    /// The messages that say which day they stand for; of two with one day, the first.
    pub(super) fn messages(&self, changed: Vec<Changed>, losses: &mut Vec<String>) -> Messages {
        let mut messages = Messages::new();
        let mut homeless = 0_usize;
        for (attachment, message) in changed {
            match self.original(&attachment, &*message) {
                Some(day) if !messages.contains_key(&day) => {
                    messages.insert(day, message);
                }
                _ => homeless += 1,
            }
        }
        if homeless > 0 {
            losses.push(format!("{homeless} messages of changed occurrences belong to no occurrence"));
        }
        messages
    }

    /// Adds those of which only a message tells: a blob that was cut off knows less than the messages.
    pub(super) fn complete(&self, exceptions: &mut Vec<Exception>, messages: &Messages, hours: (u32, u32)) {
        let known: HashSet<_> = exceptions.iter().map(|one| one.original.date()).collect();
        let unknown = messages.iter().filter(|(day, _)| !known.contains(day));
        let added =
            unknown.map(|(day, message)| self.by_message(at(*day, hours.0), hours, message.properties()));
        exceptions.extend(added);
    }

    /// All of them, with the zones that they name.
    pub(super) fn all(
        &self,
        exceptions: Vec<Exception>,
        mut messages: Messages,
        losses: &mut Vec<String>,
    ) -> (Vec<Event>, Vec<Zone>) {
        let timed = Clock { all_day: false, ..self.clock.clone() };
        let days = Clock { all_day: true, ..self.clock.clone() };
        let mut zones = self.clock.zones();
        let mut events = Vec::new();
        if let Some(more) = exceptions.len().checked_sub(MOST).filter(|more| *more > 0) {
            losses.push(format!(
                "{more} changed occurrences are more than one series may have: they are left out"
            ));
        }
        let mut repeated = Repeated::of(Entry { html: None, ..self.entry.without_attachments() });
        for exception in exceptions.into_iter().take(MOST) {
            let entry = repeated.next_entry();
            let message = messages.remove(&exception.original.date());
            let clock = if exception.all_day.unwrap_or(self.clock.all_day) { &days } else { &timed };
            if zones.is_empty() {
                zones = clock.zones();
            }
            events.push(self.one(&exception, (entry, clock), message.as_deref(), losses));
        }
        let bare = repeated.bare();
        if bare > 0 {
            losses
                .push(format!("{bare} changed occurrences do not repeat the text and people of the series"));
        }
        (events, zones)
    }

    /// The day that a message stands for ([MS-OXOCAL] §2.2.10.1.7, in UTC).
    fn original(&self, attachment: &Properties, message: &dyn Message) -> Option<NaiveDate> {
        let own = || message.properties().named_time(&name::EXCEPTION_REPLACE_TIME);
        let replaced = attachment.time(name::tag::EXCEPTION_REPLACE_TIME).or_else(own)?;
        Some(self.clock.local(naive(replaced)).date())
    }

    fn by_message(&self, original: NaiveDateTime, hours: (u32, u32), of: &Properties) -> Exception {
        let (start, end) = match whole(of) {
            Some((start, end)) => (self.clock.local(start), self.clock.local(end)),
            None => (original, original + Duration::minutes(i64::from(hours.1 - hours.0))),
        };
        Exception {
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
        }
    }

    fn one(
        &self,
        exception: &Exception,
        (mut entry, clock): (Entry, &Clock),
        message: Option<&dyn Message>,
        losses: &mut Vec<String>,
    ) -> Event {
        if let Some(message) = message {
            self.add_message(message, &mut entry, losses);
        }
        entry.summary = exception.subject.clone().or(entry.summary);
        entry.location = exception.location.clone().or(entry.location);
        self.remind(exception, &mut entry);
        let busy = exception.busy.map(i64::from).or(self.facts.busy);
        let state = exception.meeting.map_or(self.facts.state, i64::from);
        let facts = Facts { busy, state, all_day: clock.all_day, ..self.facts.clone() };
        entry.status = facts.status();
        let written = facts.written(Instance::Exception);
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
            facts: written,
        }
    }

    /// What the message of an occurrence says goes before what the series says.
    fn add_message(&self, message: &dyn Message, entry: &mut Entry, losses: &mut Vec<String>) {
        let own = super::entry(message, losses);
        let properties = message.properties();
        entry.summary = own.summary.or(entry.summary.take());
        entry.location = own.location.or(entry.location.take());
        if own.description.is_some() || own.html.is_some() {
            // A reader that finds no HTML shows the text; the same HTML again in each of them helps nobody.
            let html = own.html.filter(|html| self.entry.html.as_ref() != Some(html));
            (entry.description, entry.html) = (own.description, html);
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
