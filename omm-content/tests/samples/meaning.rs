//! What files say, by a reader that is not ours (calcard): component by component, as sets.

use calcard::icalendar::{ICalendar, ICalendarComponentType};
use omm_content::read::meaning;
use std::collections::BTreeSet;

/// What the file says and the items do not, and the other way round; nothing if the file is not text.
pub(crate) fn of_calendars(file: &[u8], items: &[Vec<u8>]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(file).ok()?;
    let before: BTreeSet<String> = meaning::calendars(text).iter().flat_map(components).collect();
    let of_item = |item: &Vec<u8>| meaning::calendars(std::str::from_utf8(item).unwrap());
    let after: BTreeSet<String> = items.iter().flat_map(of_item).flat_map(|one| components(&one)).collect();
    Some(differences(&before, &after))
}

/// Likewise, of cards; those of 2.1 only by what both versions have.
pub(crate) fn of_cards(file: &[u8], items: &[Vec<u8>]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(file).ok()?;
    let legacy = text.to_ascii_uppercase().contains("VERSION:2.1");
    if legacy {
        return None;
    }
    let of = |text: &str| meaning::cards(text).into_iter().map(|card| format!("{:?}", card.entries));
    let before: BTreeSet<String> = of(text).collect();
    let after: BTreeSet<String> =
        items.iter().flat_map(|item| of(std::str::from_utf8(item).unwrap())).collect();
    Some(differences(&before, &after))
}

fn differences(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let short = |text: &String| text.chars().take(4000).collect::<String>();
    let lost = before.difference(after).map(|one| format!("lost {}", short(one)));
    lost.chain(after.difference(before).map(|one| format!("new {}", short(one)))).collect()
}

/// Events, tasks and notes of a calendar, with what is in them.
fn components(calendar: &ICalendar) -> Vec<String> {
    use ICalendarComponentType::{VEvent, VJournal, VTodo};
    let items =
        calendar.components.iter().filter(|one| matches!(one.component_type, VEvent | VTodo | VJournal));
    items
        .map(|one| {
            let inner = one.component_ids.iter().filter_map(|at| calendar.components.get(*at as usize));
            let inner: Vec<String> =
                inner.map(|one| format!("{:?} {:?}", one.component_type, one.entries)).collect();
            format!("{:?} {:?} {}", one.component_type, one.entries, inner.join(" "))
        })
        .collect()
}
