//! Subject, text, categories, dates: what every item has.

use super::name::{
    BILLING, COMPANIES, CONTACTS, MILEAGE, PRIVATE, REMINDER_DELTA, REMINDER_SET, REMINDER_SIGNAL_TIME,
    REMINDER_TIME, tag as id,
};
use crate::{
    property::{Properties, named::KEYWORDS, tag},
    text,
};
use chrono::Duration;
use omm_content::calendar::{Alarm, Class, Entry, Trigger, zone::naive};

/// What the properties of an item say of it, its people and files left out.
pub(crate) fn words(properties: &Properties) -> Entry {
    Entry {
        uid: super::uid(properties),
        modified: properties.time(tag::LAST_MODIFICATION_TIME).map(naive),
        created: properties.time(tag::CREATION_TIME).map(naive),
        summary: properties.text(tag::SUBJECT).or_else(|| properties.text(id::NORMALIZED_SUBJECT)),
        description: text::plain_body(properties),
        // HTML as it was written, or as RTF kept it.
        html: text::html_body(properties).and_then(|html| html.for_readers()),
        class: class(properties),
        priority: properties.number(tag::IMPORTANCE).map(priority),
        categories: properties.texts(properties.named(&KEYWORDS)),
        contacts: properties.texts(properties.named(&CONTACTS)),
        companies: properties.texts(properties.named(&COMPANIES)),
        mileage: properties.named_text(&MILEAGE),
        billing: properties.named_text(&BILLING),
        ..Entry::default()
    }
}

/// [MS-OXCICAL] §2.1.3.1.1.20.4.
fn class(properties: &Properties) -> Option<Class> {
    let hidden = properties.is_named(&PRIVATE).then_some(Class::Private);
    match properties.number(tag::SENSITIVITY) {
        Some(1) => Some(Class::Personal),
        Some(2) => Some(Class::Private),
        Some(3) => Some(Class::Confidential),
        Some(_) => hidden.or(Some(Class::Public)),
        None => hidden,
    }
}

/// [MS-OXCICAL] §2.1.3.1.1.20.17.
fn priority(importance: i64) -> u32 {
    match importance {
        0 => 9,
        2 => 1,
        _ => 5,
    }
}

/// [MS-OXORMDR] §2.2.1.3: so many minutes before stand for what the user's options say, 15 unless changed.
const AS_USUAL: i64 = 0x5AE9_80E1;

/// The reminder of an item: so long before its start, or for a task, which may have none, at its own time.
pub(crate) fn alarm(properties: &Properties, at_time: bool) -> Option<Alarm> {
    if !properties.is_named(&REMINDER_SET) {
        return None;
    }
    let time = properties.named_time(&REMINDER_TIME).or_else(|| properties.named_time(&REMINDER_SIGNAL_TIME));
    if let Some(time) = time.filter(|_| at_time) {
        return Some(Alarm { trigger: Trigger::At(naive(time)) });
    }
    let minutes = properties.named_number(&REMINDER_DELTA).unwrap_or(AS_USUAL);
    Some(before(minutes))
}

/// A reminder so many minutes before the start.
pub(crate) fn before(minutes: i64) -> Alarm {
    let minutes = if minutes == AS_USUAL { 15 } else { minutes.clamp(-5_256_000, 5_256_000) };
    Alarm { trigger: Trigger::Before(Duration::minutes(minutes)) }
}
