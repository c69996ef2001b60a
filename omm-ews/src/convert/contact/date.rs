//! Birthday and anniversary ([MS-OXOCNTC] §2.2.1.5).

use super::names;
use crate::{
    convert::{draft::Draft, moment, node::Node, words},
    ops::ExtendedPath,
    xml::Element,
};
use chrono::{Datelike, NaiveDate};
use omm_content::card::{CardDate, Contact};

/// The year that stands for none: address books of Apple and Microsoft's own write it.
const NO_YEAR: i32 = 1604;

pub(super) fn read(item: &Element, contact: &mut Contact) {
    contact.birthday = date(item, names::BIRTHDAY_LOCAL, "Birthday");
    contact.anniversary = date(item, names::ANNIVERSARY_LOCAL, "WeddingAnniversary");
}

/// The day as it is local, which is kept at midnight as if that were UTC; else the day of which the instant is the midnight.
fn date(item: &Element, local: ExtendedPath, element: &str) -> Option<CardDate> {
    let local = local.text(item).and_then(|text| moment::day(&text));
    let nearest = || words::time(item, element).map(|time| omm_mapi::midnight::day(time.naive_utc()));
    let day = local.or_else(nearest)?;
    Some(match day.year() {
        NO_YEAR => CardDate::Yearless { month: day.month(), day: day.day() },
        _ => CardDate::Day(day),
    })
}

pub(super) fn write(contact: &Contact, draft: &mut Draft) {
    let all = [
        (&contact.birthday, names::BIRTHDAY_LOCAL, ("contacts:Birthday", "t:Birthday")),
        (
            &contact.anniversary,
            names::ANNIVERSARY_LOCAL,
            ("contacts:WeddingAnniversary", "t:WeddingAnniversary"),
        ),
    ];
    for (date, local, (uri, element)) in all {
        let day = match date {
            None => continue,
            Some(CardDate::Day(day)) => Some(*day),
            Some(CardDate::Yearless { month, day }) => NaiveDate::from_ymd_opt(NO_YEAR, *month, *day),
            Some(CardDate::Text(_)) => None,
        };
        let Some(day) = day else {
            draft.lose(format!("the date {date:?} of {element}").replace("Some(", "").replace(")", ""));
            continue;
        };
        // [MS-OXOCNTC] §2.2.1.5.1: 11:59 UTC is that day nearly everywhere.
        draft.set(uri, Node::text(element, &format!("{day}T11:59:00Z")));
        draft.property(local, &format!("{day}T00:00:00Z"));
    }
}
