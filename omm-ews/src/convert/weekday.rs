//! Words for days, months and which of several ([MS-OXWSCDATA] DayOfWeekType, MonthNamesType, DayOfWeekIndexType).

use chrono::Weekday;

const DAYS: [(&str, Weekday); 7] = [
    ("Sunday", Weekday::Sun),
    ("Monday", Weekday::Mon),
    ("Tuesday", Weekday::Tue),
    ("Wednesday", Weekday::Wed),
    ("Thursday", Weekday::Thu),
    ("Friday", Weekday::Fri),
    ("Saturday", Weekday::Sat),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const INDEXES: [(&str, i32); 5] = [("First", 1), ("Second", 2), ("Third", 3), ("Fourth", 4), ("Last", -1)];

/// Days that stand for several.
pub(crate) const WORKING: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
pub(crate) const WEEKEND: [Weekday; 2] = [Weekday::Sun, Weekday::Sat];
pub(crate) const ALL: [Weekday; 7] =
    [Weekday::Sun, Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat];

/// A day of the week as a word.
pub(crate) fn word(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("Sunday", |(word, _)| word)
}

/// The day that a word is.
pub(crate) fn of_word(word: &str) -> Option<Weekday> {
    DAYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim())).map(|(_, day)| *day)
}

/// The days of a list, Sunday first.
pub(crate) fn of_words(words: &str) -> Vec<Weekday> {
    let named = |word: &str| match word {
        "Day" => ALL.to_vec(),
        "Weekday" => WORKING.to_vec(),
        "WeekendDay" => WEEKEND.to_vec(),
        word => of_word(word).into_iter().collect(),
    };
    let days: Vec<_> = words.split_ascii_whitespace().take(16).flat_map(named).collect();
    ALL.into_iter().filter(|day| days.contains(day)).collect()
}

/// The days as the schema has them where several are a list.
pub(crate) fn words(days: &[Weekday]) -> String {
    let words: Vec<_> = ALL.iter().filter(|day| days.contains(day)).map(|day| word(*day)).collect();
    words.join(" ")
}

/// The days as the one word that the schema has where a list may not stand; nothing if it has none.
pub(crate) fn one_word(days: &[Weekday]) -> Option<&'static str> {
    let is = |known: &[Weekday]| ALL.iter().all(|day| days.contains(day) == known.contains(day));
    match days {
        [day] => Some(word(*day)),
        _ if is(&ALL) => Some("Day"),
        _ if is(&WORKING) => Some("Weekday"),
        _ if is(&WEEKEND) => Some("WeekendDay"),
        _ => None,
    }
}

/// A month as a word.
pub(crate) fn month(month: u32) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?).copied()
}

/// The month that a word is.
pub(crate) fn month_of_word(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(word.trim()))?;
    u32::try_from(at + 1).ok()
}

/// Which of several as a word; nothing for what has none.
pub(crate) fn index(nth: i32) -> Option<&'static str> {
    INDEXES.iter().find(|(_, known)| *known == nth).map(|(word, _)| *word)
}

/// Which of several a word means; -1 for the last.
pub(crate) fn index_of_word(word: &str) -> Option<i32> {
    INDEXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word.trim())).map(|(_, nth)| *nth)
}
