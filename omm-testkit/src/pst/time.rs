//! Times of items: 100-nanosecond steps since 1601 in UTC.

/// 2024-01-02 03:04:05, when nothing else is said.
pub(super) const EPOCH: i64 = filetime(2024, 1, 2, 3, 4, 5);

const SECOND: i64 = 10_000_000;

/// A date and time in UTC as PtypTime has it. The date is one of the Gregorian calendar, after 1601.
pub const fn filetime(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    // Days since 1601-03-01, in years that begin in March, so that the leap day is the last.
    let (year, month) = if month < 3 { (year - 1601, month + 9) } else { (year - 1600, month - 3) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    // 1600-03-01 is day 0 of this count; 1601-01-01 is 306 days later.
    ((days - 306) * 86_400 + hour * 3600 + minute * 60 + second) * SECOND
}

/// Minutes since 1601 of a local date and time, as recurrences have it ([MS-OXOCAL] §2.2.1.44.1).
pub const fn minutes(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> u32 {
    (filetime(year, month, day, hour, minute, 0) / SECOND / 60) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (time, expected) in [
            (filetime(1601, 1, 1, 0, 0, 0), 0),
            (filetime(1970, 1, 1, 0, 0, 0), 116_444_736_000_000_000),
            (filetime(2000, 2, 29, 0, 0, 0), 125_962_560_000_000_000),
        ] {
            assert_eq!(time, expected);
        }
        assert_eq!(minutes(1601, 1, 2, 1, 1), 1501);
    }
}
