//! The fields of an appointment on the way in, but for how it recurs.

use super::{online, people, plan::Writer, status};
use crate::convert::{draft::Draft, entry, moment, node::Node, order::Schema, zone};
use chrono::{Datelike, Duration, NaiveDateTime, NaiveTime};
use omm_content::calendar::{Alarm, Event, Trigger};

impl Writer<'_> {
    /// All fields but how it recurs; `start` is local where it begins.
    pub(super) fn draft(&self, of: &Event, start: NaiveDateTime, number: usize) -> Draft {
        let mut draft = Draft::new(Schema::Calendar);
        let entry = &of.entry;
        let base = if entry.uid.is_empty() { &self.event.entry.uid } else { &entry.uid };
        let uid = if number == 0 || base.is_empty() { base.clone() } else { format!("{base}-omm-{number}") };
        draft.text("calendar:UID", "t:UID", &uid);
        entry::write(entry, of.facts.importance, &mut draft);
        entry::write_properties(entry, &mut draft);
        draft.text("calendar:Location", "t:Location", entry.location.as_deref().unwrap_or_default());
        draft.text(
            "calendar:MeetingWorkspaceUrl",
            "t:MeetingWorkspaceUrl",
            entry.url.as_deref().unwrap_or_default(),
        );
        people::write(entry, &mut draft);
        online::write(&entry.conferences, &mut draft);
        let response = of.facts.response.or(self.event.facts.response);
        status::write(of, response, self.times.mailbox, &mut draft);
        let begins = self.hours(start, of, &mut draft);
        remind(&entry.alarms, begins, &mut draft);
        draft
    }

    /// Sets from when to when it is; gives its start in UTC.
    fn hours(&self, start: NaiveDateTime, of: &Event, draft: &mut Draft) -> NaiveDateTime {
        let zone = self.times.zone(&of.start);
        let length = of.end.as_ref().map(|end| self.times.utc(end) - self.times.utc(&of.start));
        let end_zone = of.end.as_ref().map_or_else(|| zone.clone(), |end| self.times.zone(end));
        // The time as it stands, or as it is said of another day of the series.
        let begins = if start == self.times.local(&of.start, &zone) {
            self.times.utc(&of.start)
        } else {
            zone.utc(start)
        };
        let ends = if of.is_all_day() {
            let days = match &of.end {
                Some(end) => (end.local().date() - of.start.local().date()).num_days().max(1),
                None => 1,
            };
            zone.utc(start.date().and_time(NaiveTime::MIN) + Duration::days(days))
        } else {
            begins + length.unwrap_or_default().max(Duration::zero())
        };
        draft.set("calendar:Start", Node::text("t:Start", &moment::written(begins)));
        draft.set("calendar:End", Node::text("t:End", &moment::written(ends)));
        let all_day = if of.is_all_day() { "true" } else { "false" };
        draft.set("calendar:IsAllDayEvent", Node::text("t:IsAllDayEvent", all_day));
        let year = begins.year();
        let mailbox = self.times.mailbox;
        if mailbox.version < 14 {
            draft.set("calendar:MeetingTimeZone", zone::legacy(&zone));
            if zone::windows_name(&zone).is_none() {
                draft.lose(format!(
                    "its zone, {}: servers before 2010 know no other than those of Windows",
                    zone.id()
                ));
            }
        } else {
            draft.set("calendar:StartTimeZone", zone::written(&zone, "t:StartTimeZone", year, mailbox));
            draft.set("calendar:EndTimeZone", zone::written(&end_zone, "t:EndTimeZone", year, mailbox));
        }
        begins
    }
}

/// Exchange reminds once, before the start.
fn remind(alarms: &[Alarm], start: NaiveDateTime, draft: &mut Draft) {
    let minutes = alarms.iter().map(|alarm| match alarm.trigger {
        Trigger::Before(before) => before.num_minutes(),
        Trigger::At(time) => (start - time).num_minutes(),
    });
    let before: Vec<_> = minutes.filter(|minutes| *minutes >= 0).collect();
    // No server reminds of nothing of its own accord.
    let is_set = if before.is_empty() { "false" } else { "true" };
    draft.set("item:ReminderIsSet", Node::text("t:ReminderIsSet", is_set));
    if let Some(minutes) = before.first() {
        let minutes = minutes.to_string();
        draft.set("item:ReminderMinutesBeforeStart", Node::text("t:ReminderMinutesBeforeStart", &minutes));
    }
    if let Some(more) = alarms.len().checked_sub(1).filter(|more| *more > 0) {
        draft.lose(format!("{more} of its reminders: Exchange has one"));
    } else if before.is_empty() && !alarms.is_empty() {
        draft.lose("a reminder after its start");
    }
}
