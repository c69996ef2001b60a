//! Items by lot: whatever is in them, no reader and no writer panics, and what is planned is never nothing.

use crate::{
    convert::{Mailbox, Occurrence, event, plans, read_as_every_kind},
    xml::Element,
};
use chrono_tz::Tz;
use omm_content::calendar::Zone;

/// Elements that readers look for.
const NAMES: [&str; 54] = [
    "Start",
    "End",
    "OriginalStart",
    "IsAllDayEvent",
    "Recurrence",
    "DailyRecurrence",
    "WeeklyRecurrence",
    "AbsoluteMonthlyRecurrence",
    "RelativeMonthlyRecurrence",
    "AbsoluteYearlyRecurrence",
    "RelativeYearlyRecurrence",
    "DailyRegeneration",
    "NoEndRecurrence",
    "EndDateRecurrence",
    "NumberedRecurrence",
    "StartDate",
    "EndDate",
    "NumberOfOccurrences",
    "Interval",
    "DaysOfWeek",
    "DayOfWeekIndex",
    "DayOfMonth",
    "Month",
    "FirstDayOfWeek",
    "ModifiedOccurrences",
    "Occurrence",
    "DeletedOccurrences",
    "DeletedOccurrence",
    "StartTimeZone",
    "EndTimeZone",
    "MeetingTimeZone",
    "Periods",
    "Period",
    "TransitionsGroups",
    "TransitionsGroup",
    "Transitions",
    "Transition",
    "AbsoluteDateTransition",
    "RecurringDayTransition",
    "To",
    "TimeOffset",
    "DateTime",
    "BaseOffset",
    "Standard",
    "Daylight",
    "ReminderIsSet",
    "ReminderMinutesBeforeStart",
    "ReminderDueBy",
    "DueDate",
    "Birthday",
    "Body",
    "ExtendedProperty",
    "Value",
    "Entry",
];

/// What they may say.
const TEXTS: [&str; 34] = [
    "2024-01-31T09:30:00Z",
    "1601-01-01T00:00:00Z",
    "4501-12-31T23:59:59Z",
    "2024-02-29",
    "2024-03-31T02:30:00+14:00",
    "",
    "true",
    "false",
    "0",
    "1",
    "2",
    "31",
    "99",
    "999",
    "12000",
    "4294967295",
    "-1",
    "Sunday",
    "Monday Friday",
    "Day",
    "Weekday",
    "Last",
    "First",
    "February",
    "January",
    "PT2H",
    "-PT14H",
    "PT99999H",
    "P1D",
    "g",
    "p",
    "W. Europe Standard Time",
    "ä\u{2028}b",
    "/9j/4A==",
];

const ATTRIBUTES: [&str; 8] =
    ["Id", "Key", "Bias", "Name", "TimeZoneName", "PropertyTag", "BodyType", "omm-stream"];

struct Lot(u64);

impl Lot {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.next(of.len())]
    }

    fn element(&mut self, name: &str, depth: usize) -> Element {
        let mut element = Element::default();
        name.clone_into(&mut element.name);
        self.one(&TEXTS).clone_into(&mut element.raw_text);
        for _ in 0..self.next(3) {
            let (name, value) = (self.one(&ATTRIBUTES), self.one(&TEXTS));
            element.attributes.push((name.to_owned(), value.to_owned()));
        }
        if depth > 0 {
            for _ in 0..self.next(7) {
                let name = self.one(&NAMES);
                let child = self.element(name, depth - 1);
                element.children.push(child);
            }
        }
        element
    }

    /// An appointment that has a start, and a pattern and a range most of the time.
    fn series(&mut self) -> Element {
        let mut item = self.element("CalendarItem", 2);
        let text = |name: &str, text: &str| {
            let mut element = Element::default();
            (element.name, element.raw_text) = (name.to_owned(), text.to_owned());
            element
        };
        item.children.insert(0, text("Start", self.one(&TEXTS[..5])));
        let pattern = self.one(&NAMES[5..12]);
        let mut pattern = text(pattern, "");
        for name in ["Interval", "DaysOfWeek", "DayOfWeekIndex", "DayOfMonth", "Month", "FirstDayOfWeek"] {
            pattern.children.push(text(name, self.one(&TEXTS[8..25])));
        }
        let mut range = text(self.one(&NAMES[12..15]), "");
        for (name, texts) in
            [("StartDate", &TEXTS[..5]), ("EndDate", &TEXTS[..5]), ("NumberOfOccurrences", &TEXTS[8..16])]
        {
            range.children.push(text(name, self.one(texts)));
        }
        let mut recurrence = text("Recurrence", "");
        recurrence.children = vec![pattern, range];
        item.children.insert(1, recurrence);
        item
    }
}

#[test]
fn nothing_panics() {
    let mut lot = Lot(0x9E37_79B9_7F4A_7C15);
    for _ in 0..100 {
        let element = lot.element("CalendarItem", 4);
        read_as_every_kind(&element);
    }
}

#[test]
fn every_series_is_planned() {
    let mut lot = Lot(0x2545_F491_4F6C_DD1D);
    let mailbox = Mailbox::new(15).in_zone(Zone::Iana(Tz::America__New_York));
    for _ in 0..100 {
        let item = lot.series();
        let occurrence = Occurrence { item: lot.element("CalendarItem", 2), attachments: Vec::new() };
        let Ok(found) = event(&item, &[occurrence], &mailbox) else { continue };
        let written = plans(&found.event, &found.zones, &mailbox);
        assert!(!written.plans.is_empty(), "{item:?}");
    }
}
