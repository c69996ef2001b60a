//! What VEVENT and VTODO have in common.

use crate::{
    calendar::{
        Alarm, Attachment, Attendee, Class, Entry, Part, Person, Recurrence, Role, Status, Time, Trigger,
        item::CONTENT_ID, time::utc,
    },
    line::Line,
    pieces::{Layout, Pieces},
};
use chrono::Duration;

/// A component: these lines of its own, these facts, and what an entry has.
pub(super) fn component(name: &str, mut entry: Entry, own: Vec<Line>, facts: Vec<Line>) -> Pieces {
    let alarms = std::mem::take(&mut entry.alarms);
    let attachments = std::mem::take(&mut entry.attachments);
    let mut text = String::new();
    Line::new("BEGIN").plain(name).write(&mut text);
    identity(&entry).iter().chain(&own).chain(&words(&entry)).for_each(|line| line.write(&mut text));
    let facts = super::facts::of_entry(&entry).into_iter().chain(facts);
    people(&entry).into_iter().chain(facts).for_each(|line| line.write(&mut text));
    entry.extra.iter().for_each(|line| line.write(&mut text));
    let mut body = Pieces::new();
    body.text(text);
    attachments.into_iter().for_each(|one| attach(one, &mut body));
    let mut text = String::new();
    alarms.iter().for_each(|one| alarm(one, &entry, &mut text));
    Line::new("END").plain(name).write(&mut text);
    body.text(text);
    body
}

/// RRULE, RDATE and EXDATE.
pub(super) fn recurrence(recurrence: &Recurrence) -> Vec<Line> {
    let rule = recurrence.rule.iter().map(|rule| Line::new("RRULE").plain(&rule.value()));
    rule.chain(lists("RDATE", &recurrence.also)).chain(lists("EXDATE", &recurrence.except)).collect()
}

/// Neighbours of one kind and zone share a line.
fn lists(name: &str, times: &[Time]) -> Vec<Line> {
    times.chunk_by(Time::is_like).filter_map(|group| Time::list(name, group)).collect()
}

fn identity(entry: &Entry) -> Vec<Line> {
    let mut lines = vec![
        Line::new("UID").text(&entry.uid),
        // RFC 5545 §3.8.7.2: without METHOD this is the time of the last change.
        Line::new("DTSTAMP").plain(&utc(entry.modified.or(entry.created).unwrap_or_default())),
    ];
    lines.extend(entry.created.map(|time| Line::new("CREATED").plain(&utc(time))));
    lines.extend(entry.modified.map(|time| Line::new("LAST-MODIFIED").plain(&utc(time))));
    lines.extend(entry.sequence.map(|count| Line::new("SEQUENCE").plain(&count.to_string())));
    lines
}

fn words(entry: &Entry) -> Vec<Line> {
    let text = |name: &str, value: &Option<String>| value.as_deref().map(|value| Line::new(name).text(value));
    let mut lines = Vec::new();
    lines.extend(text("SUMMARY", &entry.summary));
    lines.extend(text("DESCRIPTION", &entry.description));
    let html = |value: &str| Line::new("X-ALT-DESC").param("FMTTYPE", "text/html").text(value);
    lines.extend(entry.html.as_deref().map(html));
    lines.extend(text("LOCATION", &entry.location));
    lines.extend(entry.url.as_deref().map(|url| Line::new("URL").plain(url)));
    lines.extend(entry.class.map(|class| Line::new("CLASS").plain(class_word(class))));
    lines.extend(entry.priority.map(|priority| Line::new("PRIORITY").plain(&priority.min(9).to_string())));
    lines.extend(entry.status.map(|status| Line::new("STATUS").plain(status_word(status))));
    if !entry.categories.is_empty() {
        let line = entry.categories.iter().fold(Line::new("CATEGORIES"), |line, one| line.text(one));
        lines.push(line);
    }
    lines.extend(entry.contacts.iter().map(|one| Line::new("CONTACT").text(one)));
    lines
}

fn people(entry: &Entry) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(entry.organizer.as_ref().map(|person| address(Line::new("ORGANIZER"), person)));
    lines.extend(entry.attendees.iter().map(attendee));
    // RFC 7986 §5.11.
    lines.extend(entry.conferences.iter().map(|one| {
        let line = Line::new("CONFERENCE").param("VALUE", "URI").param("FEATURE", "VIDEO");
        line.param("LABEL", &one.label).plain(&one.uri)
    }));
    lines
}

fn attendee(attendee: &Attendee) -> Line {
    let (kind, role) = match attendee.role {
        Role::Chair => ("", "CHAIR"),
        Role::Required => ("", "REQ-PARTICIPANT"),
        Role::Optional => ("", "OPT-PARTICIPANT"),
        Role::Resource => ("RESOURCE", "NON-PARTICIPANT"),
    };
    let part = match attendee.part {
        Part::NeedsAction => "NEEDS-ACTION",
        Part::Accepted => "ACCEPTED",
        Part::Tentative => "TENTATIVE",
        Part::Declined => "DECLINED",
    };
    let line = Line::new("ATTENDEE").param("CUTYPE", kind).param("ROLE", role).param("PARTSTAT", part);
    let line = if attendee.rsvp { line.param("RSVP", "TRUE") } else { line };
    address(line, &attendee.person)
}

/// RFC 5545 §3.3.3. Exchange writes `invalid:nomail` for somebody without an address ([MS-OXCICAL] §2.1.3.1.1.20.2).
fn address(line: Line, person: &Person) -> Line {
    let line = line.param("CN", person.name.as_deref().unwrap_or_default());
    match person.address.as_deref() {
        Some(address) => line.plain(&format!("mailto:{}", uri_part(address))),
        None => line.plain("invalid:nomail"),
    }
}

/// RFC 6068 §2: what may not stand in a mailto URI is written with `%`.
fn uri_part(address: &str) -> String {
    let mut text = String::with_capacity(address.len());
    for letter in address.chars() {
        match letter {
            ' ' | '"' | '<' | '>' | '%' | '?' | '#' | '&' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                text.push_str(&format!("%{:02X}", u32::from(letter)));
            }
            _ if letter.is_control() => {}
            _ => text.push(letter),
        }
    }
    text
}

/// RFC 5545 §3.8.1.1. The name goes in both ways that programs read: RFC 8607 §4.1 FILENAME, and X-FILENAME.
fn attach(attachment: Attachment, into: &mut Pieces) {
    let name = attachment.name.as_deref().unwrap_or_default();
    let line = Line::new("ATTACH").param("FMTTYPE", attachment.media_type.as_deref().unwrap_or_default());
    let line = line.param("FILENAME", name).param("X-FILENAME", name);
    let line = line.param(CONTENT_ID, attachment.content_id.as_deref().unwrap_or_default());
    let mut text = String::new();
    if let Some(uri) = attachment.uri {
        line.plain(&uri).write(&mut text);
        into.text(text);
        return;
    }
    line.param("ENCODING", "BASE64").param("VALUE", "BINARY").plain("").write(&mut text);
    // The value is folded onto the lines that follow.
    into.text(text.trim_end_matches("\r\n"));
    into.base64(attachment.data.reader(), Layout::Folded);
    into.text("\r\n");
}

/// RFC 5545 §3.6.6: a message on the screen needs its text.
fn alarm(alarm: &Alarm, entry: &Entry, text: &mut String) {
    let trigger = match alarm.trigger {
        Trigger::Before(time) => Line::new("TRIGGER").plain(&before(time)),
        Trigger::At(time) => Line::new("TRIGGER").param("VALUE", "DATE-TIME").plain(&utc(time)),
    };
    let said = entry.summary.as_deref().unwrap_or("Reminder");
    for line in [
        Line::new("BEGIN").plain("VALARM"),
        Line::new("ACTION").plain("DISPLAY"),
        Line::new("DESCRIPTION").text(said),
        trigger,
        Line::new("END").plain("VALARM"),
    ] {
        line.write(text);
    }
}

/// RFC 5545 §3.3.6, in the largest unit that says it whole.
fn before(time: Duration) -> String {
    let minutes = time.num_minutes();
    let sign = if time >= Duration::zero() { "-" } else { "" };
    if Duration::minutes(minutes) != time {
        return format!("{sign}PT{}S", time.num_seconds().unsigned_abs());
    }
    match minutes.unsigned_abs() {
        minutes if minutes > 0 && minutes % 1440 == 0 => format!("{sign}P{}D", minutes / 1440),
        minutes if minutes > 0 && minutes % 60 == 0 => format!("{sign}PT{}H", minutes / 60),
        minutes => format!("{sign}PT{minutes}M"),
    }
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Public => "PUBLIC",
        // [MS-OXCICAL] §2.1.3.1.1.20.4.
        Class::Personal => "X-PERSONAL",
        Class::Private => "PRIVATE",
        Class::Confidential => "CONFIDENTIAL",
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Tentative => "TENTATIVE",
        Status::Confirmed => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
        Status::NeedsAction => "NEEDS-ACTION",
        Status::Completed => "COMPLETED",
        Status::InProcess => "IN-PROCESS",
    }
}
