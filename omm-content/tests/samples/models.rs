//! Real files through the models: read and written, they say the same to a reader that is not ours (calcard), but for
//! what was told as lost.

use crate::world::{files, ics_items, vcf_items};
use calcard::{
    icalendar::{ICalendar, ICalendarEntry},
    vcard::{VCardEntry, VCardValue},
};
use chrono::{NaiveDate, NaiveDateTime};
use omm_content::{
    calendar::{self, read::Item},
    card::{self, Version, read::Card},
    loss::Loss,
    read::meaning,
};
use std::collections::{BTreeMap, BTreeSet};

/// Figures of one form.
#[derive(Default)]
struct Figures {
    items: usize,
    refused: usize,
    with_losses: usize,
    losses: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Figures {
    fn note(&mut self, losses: &[Loss]) {
        self.items += 1;
        self.with_losses += usize::from(!losses.is_empty());
        for loss in losses {
            *self.losses.entry(format!("{}: {}", loss.property, loss.reason)).or_default() += 1;
        }
    }

    fn end(self, form: &str) {
        let Self { items, refused, with_losses, losses, failures } = self;
        println!("{form}: {items} items read, {with_losses} of them with losses; {refused} refused");
        losses.iter().for_each(|(loss, count)| println!("  {count:6} {loss}"));
        assert!(failures.is_empty(), "{}\n{}", failures.len(), failures.join("\n"));
    }
}

#[test]
fn every_ics_comes_through_the_models() {
    let Some(files) = files("ics") else { return };
    let mut figures = Figures::default();
    for (path, bytes) in files {
        for item in ics_items(&bytes) {
            let read = match calendar::read(item.clone()) {
                Ok(read) => read,
                Err(problem) => {
                    figures.refused += 1;
                    if has_start(&item) {
                        let text = String::from_utf8_lossy(&item);
                        figures.failures.push(format!("{path}: {problem}\n{text}"));
                    }
                    continue;
                }
            };
            figures.note(&read.losses);
            let written = written(&read);
            let again = calendar::read(written.clone()).unwrap();
            let shown =
                || format!("{}\n---\n{}", String::from_utf8_lossy(&item), String::from_utf8_lossy(&written));
            if again.item != read.item {
                figures.failures.push(format!("{path}: it reads back as another one\n{}", shown()));
            }
            let excused: BTreeSet<_> = read.losses.iter().map(|loss| loss.property.as_str()).collect();
            let differences = calendar_differences(&item, &written, &excused);
            if !differences.is_empty() {
                figures.failures.push(format!("{path}: {}", differences.join("\n    ")));
            }
        }
    }
    figures.end("ics");
}

#[test]
fn every_vcf_comes_through_the_records() {
    let Some(files) = files("vcf") else { return };
    let mut figures = Figures::default();
    for (path, bytes) in files {
        for item in [false, true].into_iter().flat_map(|vcard_3| vcf_items(&bytes, vcard_3)) {
            let read = card::read(item.clone()).unwrap_or_else(|problem| panic!("{path}: {problem}"));
            figures.note(&read.losses);
            let is_3 = String::from_utf8_lossy(&item).contains("\nVERSION:3.0");
            let version = if is_3 { Version::V3 } else { Version::V4 };
            let written = written_card(&read, version);
            // In 4.0, which has a place for all that the record has.
            let again = card::read(written_card(&read, Version::V4)).unwrap();
            if (as_written(&again.card), &again.photo) != (as_written(&read.card), &read.photo) {
                figures.failures.push(format!(
                    "{path}: it reads back as another one\n{}\n---\n{}\n---\n{:?}\n{:?}",
                    String::from_utf8_lossy(&item),
                    String::from_utf8_lossy(&written),
                    read.card,
                    again.card,
                ));
            }
            let excused: BTreeSet<_> = read.losses.iter().map(|loss| loss.property.as_str()).collect();
            let differences = card_differences(&item, &written, &excused);
            if !differences.is_empty() {
                figures.failures.push(format!("{path}: {}", differences.join("\n    ")));
            }
        }
    }
    figures.end("vcf");
}

/// Whether an event has a start that every reader reads.
fn has_start(item: &[u8]) -> bool {
    let text = String::from_utf8_lossy(item);
    let (_, event) = text.split_once("BEGIN:VEVENT").unwrap_or_default();
    let (event, _) = event.split_once("END:VEVENT").unwrap_or((event, ""));
    let (event, _) = event.split_once("BEGIN:VALARM").unwrap_or((event, ""));
    let values =
        event.lines().filter(|line| line.starts_with("DTSTART")).filter_map(|line| line.rsplit(':').next());
    let mut values = values.map(|value| value.strip_suffix('Z').unwrap_or(value));
    values.any(|value| {
        NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").is_ok() && value.len() == 15
            || NaiveDate::parse_from_str(value, "%Y%m%d").is_ok() && value.len() == 8
    })
}

fn written(read: &calendar::read::Read) -> Vec<u8> {
    let pieces = match &read.item {
        Item::Event(event) => read.document.event((**event).clone()),
        Item::Task(task) => read.document.task((**task).clone()),
        Item::Note(note) => note.write(),
    };
    pieces.into_bytes().expect("bytes in memory")
}

fn written_card(read: &card::read::Read, version: Version) -> Vec<u8> {
    match &read.card {
        Card::Contact(contact) => {
            let photo = read.photo.as_ref().map(card::read::File::inline);
            let files = read.files.iter().map(card::read::File::inline).collect();
            contact.write(version, photo, files).into_bytes().expect("bytes in memory")
        }
        Card::Group(group) => group.write(version).into_bytes(),
    }
}

/// What each property says, value by value.
type Said = BTreeMap<String, BTreeSet<String>>;

/// The name that is shown stands for one that is missing, and for what it is filed under.
fn as_written(card: &Card) -> Card {
    let mut card = card.clone();
    if let Card::Contact(contact) = &mut card {
        contact.display_name = contact.shown_name();
        if contact.file_as == contact.display_name {
            contact.file_as.clear();
        }
    }
    card
}

fn calendar_differences(item: &[u8], written: &[u8], excused: &BTreeSet<&str>) -> Vec<String> {
    let of = |text: &[u8]| {
        // A rule whose semicolons are escaped is text to calcard, and a rule to us.
        let text = String::from_utf8_lossy(text).replace("FREQ=DAILY\\;", "FREQ=DAILY;");
        let mut said = Said::new();
        for calendar in meaning::calendars(&text) {
            entries(&calendar).for_each(|entry| say(entry, &mut said));
        }
        said
    };
    let (before, after) = (of(item), of(written));
    // Said otherwise, or anew: the stamp of an export; an end by its length; HTML; what is said where nothing is.
    let otherwise = [
        "DTSTAMP",
        "DURATION",
        "DTEND",
        "LAST-MODIFIED",
        "TRIGGER",
        "DESCRIPTION",
        "X-ALT-DESC",
        "TRANSP",
        "UID",
        "COMPLETED",
        "COMPLETED",
    ];
    // A component that was left out takes all its lines with it.
    if ["VEVENT", "VTODO", "VJOURNAL"].iter().any(|name| excused.contains(name)) {
        return Vec::new();
    }
    differences(&before, &after, |name| excused.contains(name) || otherwise.contains(&name))
}

/// Lines of events, tasks and notes; those of alarms are told apart by the models alone.
fn entries(calendar: &ICalendar) -> impl Iterator<Item = &ICalendarEntry> {
    use calcard::icalendar::ICalendarComponentType::{VEvent, VJournal, VTodo};
    let items =
        calendar.components.iter().filter(|one| matches!(one.component_type, VEvent | VTodo | VJournal));
    items.flat_map(|one| &one.entries)
}

fn say(entry: &ICalendarEntry, said: &mut Said) {
    let name = entry.name.as_str().to_ascii_uppercase();
    let into = said.entry(name.clone()).or_default();
    // Zones go by other names.
    const SAID: [&str; 12] = [
        "TZID",
        "VALUE",
        "ENCODING",
        "FILENAME",
        "X-FILENAME",
        "X-LABEL",
        "X-APPLE-FILENAME",
        "X-ORACLE-FILENAME",
        "RSVP",
        "CHARSET",
        "SIZE",
        "EMAIL",
    ];
    const DEFAULTS: [&str; 5] =
        ["REQ-PARTICIPANT", "NON-PARTICIPANT", "NEEDS-ACTION", "INDIVIDUAL", "UNKNOWN"];
    let params =
        entry.params.iter().filter(|one| !SAID.contains(&one.name.as_str().to_ascii_uppercase().as_str()));
    let params = params.filter(|one| {
        let word = one.value.as_text().unwrap_or_default().to_ascii_uppercase();
        let is_empty = one.value.as_text().is_some_and(str::is_empty);
        let is_video = name == "CONFERENCE" && one.name.as_str().eq_ignore_ascii_case("FEATURE");
        !is_empty && !is_video && !DEFAULTS.contains(&word.as_str())
    });
    let mut params: Vec<_> = params.map(|one| format!("{one:?}")).collect();
    params.sort();
    // Of a value in a zone that is UTC, and of moments that are in UTC whatever is said.
    let no_zone =
        entry.tz_id().is_some() || ["CREATED", "COMPLETED", "LAST-MODIFIED"].contains(&name.as_str());
    for value in &entry.values {
        let text = value.as_text().map(str::to_owned);
        let value = text.unwrap_or_else(|| format!("{value:?}")).to_lowercase().replace("mailto:", "");
        let value = value
            .replace("interval: some(1)", "interval: none")
            .replace("%3c", "<")
            .replace("%3e", ">")
            .replace("\\r", "")
            .replace(['"', '\\', '\r'], "");
        let value = value.replace("%20", " ").replace("uri(location(", "").replace("))", "");
        let value = if no_zone || name.starts_with("DT") || name == "RECURRENCE-ID" {
            value.split("tz_hour").next().unwrap_or_default().to_owned()
        } else {
            value
        };
        let is_default = name == "CLASS" && value.contains("public");
        if !value.is_empty() && !is_default {
            into.insert(format!("{params:?} {value}"));
        }
    }
}

fn card_differences(item: &[u8], written: &[u8], excused: &BTreeSet<&str>) -> Vec<String> {
    let of = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        let mut said = Said::new();
        meaning::cards(&text)
            .iter()
            .flat_map(|card| &card.entries)
            .for_each(|entry| say_card(entry, &mut said));
        said
    };
    let (before, after) = (of(item), of(written));
    // Said by another property.
    let otherwise = |name: &str| {
        name.starts_with("X-AB")
            || name.starts_with("X-EVOLUTION-")
            || name.starts_with("X-KADDRESSBOOK-")
            || SERVICES.contains(&name)
            || OTHERWISE.contains(&name)
    };
    differences(&before, &after, |name| excused.contains(name) || otherwise(name))
}

/// Said by another property, in another form, or by none because it is what is meant without it; LOGO and TZ are kept as
/// their lines, which calcard reads otherwise before it has seen a VERSION.
const OTHERWISE: [&str; 17] = [
    "CLASS",
    "X-CLASS",
    "PRODID",
    "VERSION",
    "REV",
    "KIND",
    "X-BDAY",
    "BDAY",
    "X-ANNIVERSARY",
    "LABEL",
    "GENDER",
    "X-GENDER",
    "RELATED",
    "GEO",
    "IMPP",
    "LOGO",
    "TZ",
];

const SERVICES: [&str; 12] = [
    "X-QQ",
    "X-AIM",
    "X-GOOGLE-TALK",
    "X-ICQ",
    "X-JABBER",
    "X-MSN",
    "X-YAHOO",
    "X-SKYPE",
    "X-SKYPE-USERNAME",
    "X-GTALK",
    "X-GROUPWISE",
    "X-GADUGADU",
];

fn say_card(entry: &VCardEntry, said: &mut Said) {
    let name = entry.name.as_str().to_ascii_uppercase();
    let into = said.entry(name.clone()).or_default();
    let values: Vec<_> = entry.values.iter().map(plain).collect();
    let is_list = ["NICKNAME", "CATEGORIES"].contains(&name.as_str());
    let parts = if is_list { values } else { vec![values.join("|").trim_end_matches('|').to_owned()] };
    into.extend(parts.into_iter().filter(|value| !value.is_empty() && value != "PUBLIC"));
}

/// A value without what says how it was written.
fn plain(value: &VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text.trim().trim_start_matches("tel:").replace(", ", " "),
        VCardValue::Binary(data) => format!("{:?}", data.data),
        VCardValue::Component(parts) => {
            parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}

/// What is said before and not after.
fn differences(before: &Said, after: &Said, is_excused: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (name, values) in before.iter().filter(|(name, _)| !is_excused(name)) {
        let kept = after.get(name);
        for value in values.iter().filter(|value| kept.is_none_or(|kept| !kept.contains(*value))) {
            let value: String = value.chars().take(300).collect();
            let kept: String = format!("{kept:?}").chars().take(600).collect();
            found.push(format!("{name} lost {value}\n        has {kept}"));
        }
    }
    found
}
