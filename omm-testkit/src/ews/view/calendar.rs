//! What follows for appointments.

use super::{View, property};
use crate::ews::{
    calendar::{Instance, description, instances, shown, zone_of},
    schema::PropertyName,
    store::Ident,
    version::Version,
    xml::Element,
};
use chrono::{NaiveDate, Offset, TimeZone};

/// One element; nothing when it was set, or is not there.
pub(super) fn field(view: View<'_>, name: &str) -> Option<Element> {
    let text = |text: &str| Some(Element::text(name, text));
    let flag = |flag: bool| Some(Element::text(name, flag.to_string()));
    let stored_or = |other: &str| view.stored(name).cloned().or_else(|| text(other));
    let is_meeting =
        ["RequiredAttendees", "OptionalAttendees", "Resources"].iter().any(|it| view.stored(it).is_some());
    match name {
        "ReminderIsSet" => stored_or("true"),
        "UID" => stored_or(&format!("040000008200E00074C5B7101A82E008{:032X}", view.item.key)),
        "DateTimeStamp" => stored_or(&shown(view.item.created_at)),
        "Start" | "End" => match view.instance {
            Some(instance) => text(&shown(if name == "Start" { instance.start } else { instance.end })),
            None => view.stored(name).cloned(),
        },
        "RecurrenceId" | "OriginalStart" => text(&shown(view.instance?.original)),
        "IsAllDayEvent" => stored_or("false"),
        "LegacyFreeBusyStatus" => stored_or(if view.is("IsAllDayEvent") { "Free" } else { "Busy" }),
        "IsMeeting" => flag(is_meeting),
        "IsCancelled" => flag(number(view, "Appointment", 0x8217).unwrap_or(0) & 4 != 0),
        "IsRecurring" => flag(view.instance.is_some()),
        "MeetingRequestWasSent" => stored_or("false"),
        "IsResponseRequested" => stored_or("true"),
        "CalendarItemType" => text(match view.instance {
            Some(instance) if instance.is_exception => "Exception",
            Some(_) => "Occurrence",
            None if view.item.is_series() => "RecurringMaster",
            None => "Single",
        }),
        "MyResponseType" => text(match number(view, "Appointment", 0x8218) {
            Some(2) => "Tentative",
            Some(3) => "Accept",
            Some(4) => "Decline",
            Some(5) => "NoResponseReceived",
            Some(1) => "Organizer",
            _ if is_meeting => "Organizer",
            _ => "Unknown",
        }),
        "Organizer" => Some(organizer(view)),
        "ConflictingMeetingCount" | "AdjacentMeetingCount" => text("0"),
        "Duration" => duration(view),
        "TimeZone" => text(&description(zone_name(view).as_deref().unwrap_or("UTC"))),
        "AppointmentSequenceNumber" => text(&number(view, "Appointment", 0x8201).unwrap_or(0).to_string()),
        "AppointmentState" => {
            let flags = number(view, "Appointment", 0x8217).unwrap_or(i64::from(is_meeting));
            text(&flags.to_string())
        }
        "Recurrence"
        | "FirstOccurrence"
        | "LastOccurrence"
        | "ModifiedOccurrences"
        | "DeletedOccurrences" => {
            if view.instance.is_some() {
                None
            } else {
                of_series(view, name)
            }
        }
        "StartTimeZone" | "EndTimeZone" if view.version >= Version::Exchange2010 => {
            let stored = view.stored(name);
            // One that a client described itself is kept as it is.
            if let Some(own) = stored.filter(|zone| zone.child("Periods").is_some()) {
                return Some(own.clone());
            }
            let id = stored.and_then(|zone| zone.attribute("Id")).map(str::to_owned);
            let id = id.or_else(|| zone_name(view))?;
            Some(Element::new(name).with("Id", &*id).with("Name", description(&id)))
        }
        "StartTimeZone" | "EndTimeZone" => None,
        "StartTimeZoneId" | "EndTimeZoneId" if view.version >= Version::Exchange2013 => {
            text(&zone_name(view)?)
        }
        "ConferenceType" => stored_or("0"),
        "AllowNewTimeProposal" => stored_or("true"),
        "IsOnlineMeeting" => stored_or("false"),
        _ => None,
    }
}

fn of_series(view: View<'_>, name: &str) -> Option<Element> {
    let item = view.item;
    if !item.is_series() {
        return None;
    }
    let living = || instances(item).filter(|instance| !instance.is_deleted);
    match name {
        "Recurrence" => Some(recurrence(view)),
        "FirstOccurrence" => living().next().map(|instance| occurrence(view, name, &instance)),
        "LastOccurrence" => {
            let is_endless = item.field("Recurrence").is_some_and(|it| it.child("NoEndRecurrence").is_some());
            if is_endless { None } else { living().last().map(|instance| occurrence(view, name, &instance)) }
        }
        "ModifiedOccurrences" => {
            let changed = living().filter(|instance| instance.is_exception);
            some(name, changed.map(|instance| occurrence(view, "Occurrence", &instance)).collect())
        }
        _ => {
            let of = |instance: Instance| {
                Element::new("DeletedOccurrence").holding(Element::text("Start", shown(instance.original)))
            };
            some(name, instances(item).filter(|instance| instance.is_deleted).map(of).collect())
        }
    }
}

fn some(name: &str, children: Vec<Element>) -> Option<Element> {
    (!children.is_empty()).then(|| Element::new(name).holding_all(children))
}

fn occurrence(view: View<'_>, name: &str, instance: &Instance) -> Element {
    let original = instance.original.timestamp();
    let id = Ident::Occurrence { mailbox: view.mailbox.number, key: view.item.key, original };
    Element::new(name)
        .holding(Element::new("ItemId").with("Id", id.text()).with("ChangeKey", view.change_key()))
        .holding(Element::text("Start", shown(instance.start)))
        .holding(Element::text("End", shown(instance.end)))
        .holding(Element::text("OriginalStart", shown(instance.original)))
}

/// As it was set, with the zone's offset behind its dates: so Exchange writes them (recorded from 2010 SP3).
fn recurrence(view: View<'_>) -> Element {
    let mut element = view.item.field("Recurrence").cloned().unwrap_or_default();
    for range in &mut element.children {
        for field in &mut range.children {
            if matches!(field.name.as_str(), "StartDate" | "EndDate")
                && let Some(day) = crate::ews::calendar::day(&field.text)
            {
                field.text = format!("{day}{}", offset(view, day));
            }
        }
    }
    element
}

fn offset(view: View<'_>, day: NaiveDate) -> String {
    let zone = zone_of(view.item);
    let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
    let seconds = zone.offset_from_utc_datetime(&noon).fix().local_minus_utc();
    if seconds == 0 {
        return "Z".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn zone_name(view: View<'_>) -> Option<String> {
    let modern = view.stored("StartTimeZone").and_then(|zone| zone.attribute("Id"));
    let old = view.stored("MeetingTimeZone").and_then(|zone| zone.attribute("TimeZoneName"));
    modern.or(old).map(str::to_owned)
}

/// Whom its properties name, or else whose mailbox it is: nobody can set it otherwise.
fn organizer(view: View<'_>) -> Element {
    let property = |tag: u16| {
        let found = property::value_of(view, &PropertyName::tagged(tag, "String"));
        found.and_then(|property| property.values.into_iter().next()).filter(|text| !text.is_empty())
    };
    let address = property(0x5D02).or_else(|| property(0x0065));
    let name = property(0x0042).or_else(|| address.clone()).unwrap_or_else(|| view.mailbox.name.clone());
    let address = address.unwrap_or_else(|| view.mailbox.address.clone());
    let kind = if address.starts_with('/') { "EX" } else { "SMTP" };
    let mailbox = Element::new("Mailbox")
        .holding(Element::text("Name", name))
        .holding(Element::text("EmailAddress", address))
        .holding(Element::text("RoutingType", kind));
    Element::new("Organizer").holding(mailbox)
}

fn number(view: View<'_>, set: &str, id: i64) -> Option<i64> {
    let property = property::value_of(view, &PropertyName::numbered(set, id, "Integer"))?;
    property.values.first()?.parse().ok()
}

fn duration(view: View<'_>) -> Option<Element> {
    let time = |name: &str| crate::ews::calendar::moment(&field(view, name)?.text, chrono_tz::Tz::UTC);
    let minutes = (time("End")? - time("Start")?).num_minutes();
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let part = |count: i64, unit: char| if count == 0 { String::new() } else { format!("{count}{unit}") };
    let clock = format!("{}{}", part(hours, 'H'), part(rest, 'M'));
    let clock = if clock.is_empty() { clock } else { format!("T{clock}") };
    let text = format!("P{}{clock}", part(days, 'D'));
    Some(Element::text("Duration", if text == "P" { "PT0S".to_owned() } else { text }))
}
