//! What files say, by a reader that is not ours (calcard): component by component, as sets.

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty};
use omm_content::read::meaning;
use std::collections::BTreeSet;

/// What the file says and the items do not, and the other way round; nothing if the file is not text.
pub(crate) fn of_calendars(file: &[u8], items: &[Vec<u8>]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(file).ok()?;
    let before: BTreeSet<String> = meaning::calendars(text).iter().flat_map(components).collect();
    let of_item = |item: &Vec<u8>| meaning::calendars(std::str::from_utf8(item).expect("items are UTF-8"));
    let after: BTreeSet<String> = items.iter().flat_map(of_item).flat_map(|one| components(&one)).collect();
    Some(differences(&before, &after))
}

/// The time zones that the file defines and uses, and that no item has as they are there.
pub(crate) fn of_zones(file: &[u8], items: &[Vec<u8>]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(file).ok()?;
    let before: BTreeSet<String> = meaning::calendars(text).iter().flat_map(zones).collect();
    let of_item = |item: &Vec<u8>| meaning::calendars(std::str::from_utf8(item).expect("items are UTF-8"));
    let after: BTreeSet<String> = items.iter().flat_map(of_item).flat_map(|one| zones(&one)).collect();
    Some(before.difference(&after).cloned().collect())
}

/// Likewise, of cards.
pub(crate) fn of_cards(file: &[u8], items: &[Vec<u8>]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(file).ok()?;
    let of = |text: &str| meaning::cards(text).into_iter().map(|card| format!("{:?}", card.entries));
    let before: BTreeSet<String> = of(text).collect();
    let after: BTreeSet<String> =
        items.iter().flat_map(|item| of(std::str::from_utf8(item).expect("items are UTF-8"))).collect();
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
            let inner = inner(calendar, one);
            // A UID that was made is new.
            let own = one.entries.iter().filter(|entry| !format!("{entry:?}").contains("Text(\"omm-"));
            format!("{:?} {:?} {}", one.component_type, own.collect::<Vec<_>>(), inner.join(" "))
        })
        .collect()
}

/// What is in a component, below its own lines.
fn inner(calendar: &ICalendar, component: &ICalendarComponent) -> Vec<String> {
    let inner = component.component_ids.iter().filter_map(|at| calendar.components.get(*at as usize));
    inner.map(|one| format!("{:?} {:?}", one.component_type, one.entries)).collect()
}

/// Definitions of the time zones that a calendar uses.
fn zones(calendar: &ICalendar) -> Vec<String> {
    // Nothing is kept of what the calendar itself uses them for.
    let own = |one: &&ICalendarComponent| one.component_type != ICalendarComponentType::VCalendar;
    let entries = calendar.components.iter().filter(own).flat_map(|one| &one.entries);
    let used: BTreeSet<&str> = entries.filter_map(|entry| entry.tz_id()).collect();
    let is_used = |zone: &&ICalendarComponent| {
        let id = zone.property(&ICalendarProperty::Tzid).and_then(|id| id.values.first()?.as_text());
        zone.component_type == ICalendarComponentType::VTimezone && id.is_some_and(|id| used.contains(id))
    };
    let said = |zone: &ICalendarComponent| format!("{:?} {}", zone.entries, inner(calendar, zone).join(" "));
    calendar.components.iter().filter(is_used).map(said).collect()
}

/// The first line that is another one.
pub(crate) fn difference(item: &[u8], again: &[Vec<u8>]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(second) = again.first() else { return "nothing".to_owned() };
    let (first, second) = (text(item), text(second));
    let pair = first.lines().zip(second.lines()).find(|(a, b)| a != b);
    format!("{} items, {pair:?}", again.len())
}
