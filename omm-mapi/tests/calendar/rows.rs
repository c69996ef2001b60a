//! Series of every kind.

use crate::blob::{Change, Region};
use chrono::NaiveDate;

pub(crate) enum Kind {
    Day,
    Week(u32),
    Month(u32),
    MonthEnd,
    MonthNth(u32, u32),
}

pub(crate) enum Ending {
    Never,
    Count(u32),
    Until(&'static str),
}

/// A series as its blob says it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) frequency: u16,
    pub(crate) kind: Kind,
    pub(crate) period: u32,
    pub(crate) ending: Ending,
    /// 0 is Sunday.
    pub(crate) first_day: u32,
    pub(crate) start: &'static str,
    pub(crate) minutes: (u32, u32),
    /// How Windows keeps the zone, and a zone of IANA's with the same times in those years.
    pub(crate) zone: (Region, &'static str),
    pub(crate) all_day: bool,
    pub(crate) deleted: &'static [&'static str],
    /// The day, when it begins now, and for how many minutes.
    pub(crate) moved: &'static [(&'static str, &'static str, u32)],
}

impl Row {
    pub(crate) fn start(&self) -> NaiveDate {
        self.start.parse().unwrap()
    }
}

const fn region(key: &'static str, bias: i32, changes: Option<(Change, Change)>) -> Region {
    Region { key, bias, changes }
}

const BERLIN: (Region, &str) =
    (region("W. Europe Standard Time", -60, Some(((10, 0, 5, 3), (3, 0, 5, 2)))), "Europe/Berlin");
const PACIFIC: (Region, &str) =
    (region("Pacific Standard Time", 480, Some(((11, 0, 1, 2), (3, 0, 2, 2)))), "America/Los_Angeles");
const INDIA: (Region, &str) = (region("India Standard Time", -330, None), "Asia/Kolkata");
/// A name that nobody knows, with the rules of Sydney: summer at New Year.
const SOUTH: (Region, &str) =
    (region("Nowhere Time", -600, Some(((4, 0, 1, 3), (10, 0, 1, 2)))), "Australia/Sydney");
/// A known name with other rules, those of Mexico until 2022.
const CHANGED: (Region, &str) =
    (region("Pacific Standard Time", 360, Some(((10, 0, 5, 2), (4, 0, 1, 2)))), "America/Mexico_City");
const UTC: (Region, &str) = (region("UTC", 0, None), "UTC");

const DAILY: u16 = 0x200A;
const WEEKLY: u16 = 0x200B;
const MONTHLY: u16 = 0x200C;
const YEARLY: u16 = 0x200D;

const NINE: (u32, u32) = (540, 570);
const WEEKDAYS: u32 = 0x3E;

const BASE: Row = Row {
    name: "",
    frequency: DAILY,
    kind: Kind::Day,
    period: 1440,
    ending: Ending::Never,
    first_day: 0,
    start: "2024-01-31",
    minutes: NINE,
    zone: BERLIN,
    all_day: false,
    deleted: &[],
    moved: &[],
};

pub(crate) fn rows() -> Vec<Row> {
    let mut all = days_and_weeks();
    all.extend(months());
    all
}

fn days_and_weeks() -> Vec<Row> {
    vec![
        Row { name: "each day, over both changes of clocks", ..BASE },
        Row {
            name: "every third day to a day, three deleted, one moved past midnight",
            period: 4320,
            ending: Ending::Until("2024-11-06"),
            deleted: &["2024-02-03", "2024-02-06", "2024-10-27"],
            moved: &[("2024-03-31", "2024-04-01T23:30:00", 90)],
            start: "2024-01-31",
            ..BASE
        },
        Row {
            name: "at the hour that is not there and the one that is there twice",
            minutes: (150, 210),
            ending: Ending::Count(300),
            deleted: &["2024-03-31", "2024-10-27"],
            ..BASE
        },
        Row {
            name: "every weekday, twenty times, one of them deleted",
            kind: Kind::Week(WEEKDAYS),
            period: 1,
            ending: Ending::Count(20),
            deleted: &["2024-02-05"],
            zone: PACIFIC,
            minutes: (1410, 1500),
            ..BASE
        },
        Row {
            name: "every second week on Sunday and Monday, weeks from Sunday",
            frequency: WEEKLY,
            kind: Kind::Week(0b11),
            period: 2,
            start: "2024-02-04",
            ending: Ending::Count(31),
            ..BASE
        },
        Row {
            name: "every second week on Sunday and Monday, weeks from Monday",
            frequency: WEEKLY,
            kind: Kind::Week(0b11),
            period: 2,
            first_day: 1,
            start: "2024-02-04",
            zone: INDIA,
            ..BASE
        },
        Row {
            name: "every third week from a day that is none of its days",
            frequency: WEEKLY,
            kind: Kind::Week(0b1_0000),
            period: 3,
            start: "2024-02-05",
            zone: SOUTH,
            moved: &[("2024-02-29", "2024-03-02T08:00:00", 60), ("2024-10-17", "2024-10-17T12:15:00", 15)],
            ..BASE
        },
        Row {
            name: "weekly in a zone whose rules are its own",
            frequency: WEEKLY,
            kind: Kind::Week(1 << 3),
            period: 1,
            start: "2015-01-07",
            zone: CHANGED,
            ending: Ending::Until("2017-12-27"),
            deleted: &["2016-04-06"],
            ..BASE
        },
        Row {
            name: "daily in UTC",
            zone: UTC,
            ending: Ending::Until("2024-03-15"),
            deleted: &["2024-02-29"],
            ..BASE
        },
        Row {
            name: "whole days",
            all_day: true,
            minutes: (0, 1440),
            period: 2880,
            ending: Ending::Until("2024-04-30"),
            deleted: &["2024-02-04"],
            moved: &[("2024-02-06", "2024-02-07T00:00:00", 2880)],
            ..BASE
        },
    ]
}

fn months() -> Vec<Row> {
    let monthly = |name, kind, period| Row { name, frequency: MONTHLY, kind, period, ..BASE };
    vec![
        Row { start: "2024-01-15", ..monthly("on the 15th", Kind::Month(15), 1) },
        Row { start: "2024-01-29", ..monthly("on the 29th or the last day", Kind::Month(29), 1) },
        Row { start: "2023-01-30", ..monthly("on the 30th or the last day", Kind::Month(30), 1) },
        Row { start: "2024-01-31", ending: Ending::Count(14), ..monthly("on the 31st", Kind::Month(31), 1) },
        Row { deleted: &["2024-02-29"], ..monthly("at the end of the month", Kind::MonthEnd, 1) },
        Row {
            start: "2024-08-30",
            zone: PACIFIC,
            moved: &[("2024-10-30", "2024-11-04T09:00:00", 30)],
            ..monthly("every second month on the 30th", Kind::Month(30), 2)
        },
        Row { start: "2024-02-20", ..monthly("from a day after its first", Kind::Month(15), 3) },
        Row {
            start: "2024-01-09",
            zone: PACIFIC,
            ..monthly("on the second Tuesday", Kind::MonthNth(1 << 2, 2), 1)
        },
        Row { start: "2024-01-26", ..monthly("on the last Friday", Kind::MonthNth(1 << 5, 5), 1) },
        Row { start: "2024-01-31", ..monthly("on the last weekday", Kind::MonthNth(WEEKDAYS, 5), 1) },
        Row { start: "2024-01-06", ..monthly("on the first weekend day", Kind::MonthNth(0x41, 1), 2) },
        Row { start: "2024-01-04", ..monthly("on the fourth day of any kind", Kind::MonthNth(0x7F, 4), 1) },
        Row {
            frequency: YEARLY,
            start: "2021-08-13",
            zone: PACIFIC,
            minutes: (600, 630),
            ..monthly("every year", Kind::Month(13), 12)
        },
        Row { frequency: YEARLY, start: "2024-02-29", ..monthly("on leap days", Kind::Month(29), 12) },
        Row {
            frequency: YEARLY,
            start: "2023-11-23",
            zone: PACIFIC,
            ..monthly("on the fourth Thursday of November", Kind::MonthNth(1 << 4, 4), 12)
        },
        Row {
            frequency: YEARLY,
            start: "2022-05-30",
            ending: Ending::Count(3),
            ..monthly("on the last Monday of May, every second year", Kind::MonthNth(1 << 1, 5), 24)
        },
    ]
}
