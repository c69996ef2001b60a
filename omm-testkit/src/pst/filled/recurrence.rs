//! Recurrences as appointments and tasks have them ([MS-OXOCAL] §2.2.1.44).

use super::super::time::minutes;

const DAY: u32 = 24 * 60;
/// The last day of a recurrence that never ends ([MS-OXOCAL] §2.2.1.44.1).
const NEVER: u32 = 0x5ae9_80df;

/// When the occurrences are. Days of a week are bits: 1 is Sunday, 64 is Saturday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Every so many days.
    Daily(u32),
    /// On every day from Monday to Friday.
    Weekdays,
    /// Every so many weeks on these days.
    Weekly(u32, u8),
    /// Every so many months on a day; 31 is the last day of shorter months, too.
    Monthly(u32, u32),
    /// Every so many months on the n-th (5 is the last) of these days.
    MonthlyNth(u32, u8, u32),
    /// Every so many months on the last day.
    MonthEnd(u32),
    /// Every so many years on a day of the month of the start.
    Yearly(u32, u32),
    /// Every so many years on the n-th of these days, in the month of the start.
    YearlyNth(u32, u8, u32),
}

/// When a recurrence ends. Either way a file says the last day, so it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Never.
    Never,
    /// On a day (minutes since 1601), after so many occurrences.
    Date(u32, u32),
    /// After so many occurrences, the last on a day.
    Count(u32, u32),
}

/// An occurrence that is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// When it was to begin (minutes since 1601, local).
    pub original: u32,
    /// When it begins.
    pub start: u32,
    /// When it ends.
    pub end: u32,
    /// Its own subject.
    pub subject: Option<String>,
    /// Its own place.
    pub location: Option<String>,
    /// Its own busy status.
    pub busy: Option<u32>,
    /// Its own reminder, in minutes before.
    pub reminder: Option<u32>,
    /// Whether it is on the whole day, when the others are not.
    pub all_day: Option<bool>,
}

/// A whole recurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// When the occurrences are.
    pub pattern: Pattern,
    /// Midnight of the first day (minutes since 1601, local).
    pub start: u32,
    /// Minutes from midnight to the start and to the end of an occurrence.
    pub hours: (u32, u32),
    /// When it ends.
    pub end: End,
    /// Days (midnight) without an occurrence.
    pub deleted: Vec<u32>,
    /// Occurrences that are different.
    pub exceptions: Vec<Exception>,
}

impl Recurrence {
    /// One without an end or exceptions, from ten to eleven o'clock, from a day on.
    pub fn new(pattern: Pattern, year: i64, month: i64, day: i64) -> Self {
        let start = minutes(year, month, day, 0, 0);
        Self {
            pattern,
            start,
            hours: (600, 660),
            end: End::Never,
            deleted: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    /// RecurrencePattern ([MS-OXOCAL] §2.2.1.44.1), which is all that a task has.
    pub fn pattern_bytes(&self) -> Vec<u8> {
        let (frequency, kind, period, specific) = self.kind();
        let mut out = Vec::new();
        for word in [0x3004, 0x3004, frequency, kind, 0] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        let mut numbers = vec![self.first(period), period, 0];
        numbers.extend(specific);
        let (end_kind, count, last) = match self.end {
            End::Never => (0x2023, 10, NEVER),
            End::Date(last, count) => (0x2021, count, last),
            End::Count(count, last) => (0x2022, count, last),
        };
        numbers.extend([end_kind, count, 0]); // FirstDOW: Sunday
        // The day of a different occurrence is among the deleted ones, too.
        let day = |time: u32| time / DAY * DAY;
        let mut deleted = self.deleted.clone();
        deleted.extend(self.exceptions.iter().map(|exception| day(exception.original)));
        deleted.sort_unstable();
        let mut modified: Vec<u32> = self.exceptions.iter().map(|exception| day(exception.start)).collect();
        modified.sort_unstable();
        for days in [deleted, modified] {
            numbers.push(days.len() as u32);
            numbers.extend(days);
        }
        numbers.extend([self.start, last]);
        out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        out
    }

    /// AppointmentRecurrencePattern ([MS-OXOCAL] §2.2.1.44.5).
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.pattern_bytes();
        for number in [0x3006, 0x3009, self.hours.0, self.hours.1] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(self.exceptions.len() as u16).to_le_bytes());
        for exception in &self.exceptions {
            out.extend(exception.info());
        }
        out.extend_from_slice(&[0; 4]); // ReservedBlock1Size
        for exception in &self.exceptions {
            out.extend(exception.extended());
        }
        out.extend_from_slice(&[0; 4]); // ReservedBlock2Size
        out
    }

    /// `PidLidRecurrenceType` ([MS-OXOCAL] §2.2.1.45): 1 daily, 2 weekly, 3 monthly, 4 yearly.
    pub fn recurrence_type(&self) -> i32 {
        i32::from(self.kind().0) - 0x2009
    }

    /// Frequency, pattern type, period and what is special to the type.
    fn kind(&self) -> (u16, u16, u32, Vec<u32>) {
        match self.pattern {
            Pattern::Daily(days) => (0x200a, 0, days * DAY, vec![]),
            Pattern::Weekdays => (0x200a, 1, 1, vec![0x3e]),
            Pattern::Weekly(weeks, days) => (0x200b, 1, weeks, vec![u32::from(days)]),
            Pattern::Monthly(months, day) => (0x200c, 2, months, vec![day]),
            Pattern::MonthlyNth(months, days, nth) => (0x200c, 3, months, vec![u32::from(days), nth]),
            Pattern::MonthEnd(months) => (0x200c, 4, months, vec![31]),
            Pattern::Yearly(years, day) => (0x200d, 2, 12 * years, vec![day]),
            Pattern::YearlyNth(years, days, nth) => (0x200d, 3, 12 * years, vec![u32::from(days), nth]),
        }
    }

    /// `FirstDateTime`: where the count of periods begins, after 1601 ([MS-OXOCAL] §2.2.1.44.1).
    fn first(&self, period: u32) -> u32 {
        match self.pattern {
            Pattern::Daily(_) => self.start % period,
            Pattern::Weekdays | Pattern::Weekly(..) => {
                // 1601-01-01 was a Monday; weeks begin on Sunday.
                let day = self.start / DAY;
                let sunday = day - (day + 1) % 7;
                sunday * DAY % (period * 7 * DAY)
            }
            _ => {
                let months = self.months_since_1601() % period;
                minutes(1601 + i64::from(months / 12), i64::from(months % 12) + 1, 1, 0, 0)
            }
        }
    }

    fn months_since_1601(&self) -> u32 {
        (0..)
            .take_while(|months| {
                let next = months + 1;
                minutes(1601 + next / 12, next % 12 + 1, 1, 0, 0) <= self.start
            })
            .count() as u32
    }
}

impl Exception {
    /// One that is only moved.
    pub fn moved(original: u32, start: u32, end: u32) -> Self {
        Self {
            original,
            start,
            end,
            subject: None,
            location: None,
            busy: None,
            reminder: None,
            all_day: None,
        }
    }

    /// ExceptionInfo ([MS-OXOCAL] §2.2.1.44.2).
    fn info(&self) -> Vec<u8> {
        let number = |number: Option<u32>| number.map(|number| number.to_le_bytes().to_vec());
        // The values that are there, in the order of their bits.
        let values = [
            (0x01, self.subject.as_deref().map(narrow)),
            (0x04, number(self.reminder)),
            (0x08, number(self.reminder.map(|_| 1))),
            (0x10, self.location.as_deref().map(narrow)),
            (0x20, number(self.busy)),
            (0x80, number(self.all_day.map(u32::from))),
        ];
        let there = || values.iter().filter_map(|(bit, value)| Some((*bit, value.as_ref()?)));
        let flags = there().fold(0_u16, |flags, (bit, _)| flags | bit);
        let mut out = Vec::new();
        for time in [self.start, self.end, self.original] {
            out.extend_from_slice(&time.to_le_bytes());
        }
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend(there().flat_map(|(_, value)| value));
        out
    }

    /// ExtendedException ([MS-OXOCAL] §2.2.1.44.4).
    fn extended(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // ChangeHighlight, then ReservedBlockEE1Size.
        for number in [4_u32, 0, 0] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        if self.subject.is_none() && self.location.is_none() {
            return out;
        }
        for time in [self.start, self.end, self.original] {
            out.extend_from_slice(&time.to_le_bytes());
        }
        for text in [&self.subject, &self.location].into_iter().flatten() {
            let wide: Vec<u16> = text.encode_utf16().collect();
            out.extend_from_slice(&(wide.len() as u16).to_le_bytes());
            out.extend(wide.iter().flat_map(|unit| unit.to_le_bytes()));
        }
        out.extend_from_slice(&[0; 4]); // ReservedBlockEE2Size
        out
    }
}

/// A text with its two lengths, in the code page of the West.
fn narrow(text: &str) -> Vec<u8> {
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0;
    let length = bytes.len() as u16;
    [(length + 1).to_le_bytes(), length.to_le_bytes()]
        .concat()
        .into_iter()
        .chain(bytes.iter().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MS-OXOCAL] §4.1.1.2: weekly on Monday, Thursday and Friday from 2007-03-26 on, 10:00 to 10:30, twelve times.
    #[test]
    fn the_weekly_example_of_the_document() {
        let recurrence = Recurrence {
            hours: (600, 630),
            end: End::Count(12, minutes(2007, 4, 20, 0, 0)),
            ..Recurrence::new(Pattern::Weekly(1, 0x32), 2007, 3, 26)
        };
        let bytes = recurrence.pattern_bytes();
        assert_eq!(bytes[..10], [0x04, 0x30, 0x04, 0x30, 0x0b, 0x20, 0x01, 0, 0, 0]);
        assert_eq!(bytes[10..14], [0xc0, 0x21, 0, 0], "FirstDateTime");
        assert_eq!(bytes[22..26], [0x32, 0, 0, 0]);
    }

    #[test]
    fn months_are_counted_from_1601() {
        let first = |pattern, year, month| {
            let recurrence = Recurrence::new(pattern, year, month, 15);
            recurrence.first(recurrence.kind().2)
        };
        assert_eq!(first(Pattern::Monthly(1, 15), 2024, 5), 0);
        assert_eq!(first(Pattern::Monthly(2, 15), 2024, 2), 31 * DAY);
        assert_eq!(first(Pattern::Yearly(1, 15), 2024, 3), (31 + 28) * DAY);
    }
}
