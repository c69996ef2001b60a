//! Elements of a request become an item's.

use crate::ews::{
    calendar::{self, Recurrence},
    call::Outcome,
    mime,
    quirk::Quirk,
    schema::{Kind, Property, mirrored, order},
    soap::Refusal,
    store::{Attached, Attachment, Item, Mailbox},
    world::World,
    xml::{Element, Space},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// What no client may set.
const READ_ONLY: [&str; 64] = [
    "ItemId",
    "ParentFolderId",
    "Size",
    "IsSubmitted",
    "IsDraft",
    "IsFromMe",
    "IsResend",
    "IsUnmodified",
    "InternetMessageHeaders",
    "DateTimeCreated",
    "DateTimeReceived",
    "DateTimeSent",
    "ResponseObjects",
    "DisplayCc",
    "DisplayTo",
    "HasAttachments",
    "EffectiveRights",
    "LastModifiedName",
    "LastModifiedTime",
    "ConversationId",
    "ConversationIndex",
    "ConversationTopic",
    "IsAssociated",
    "UniqueBody",
    "TextBody",
    "Preview",
    "CompleteName",
    "HasPicture",
    "ContactSource",
    "PhoneticFullName",
    "PhoneticFirstName",
    "PhoneticLastName",
    "Alias",
    "Notes",
    "Photo",
    "Organizer",
    "IsMeeting",
    "IsCancelled",
    "MeetingRequestWasSent",
    "CalendarItemType",
    "MyResponseType",
    "Duration",
    "TimeZone",
    "AppointmentState",
    "AppointmentSequenceNumber",
    "AppointmentReplyTime",
    "RecurrenceId",
    "DateTimeStamp",
    "OriginalStart",
    "When",
    "FirstOccurrence",
    "LastOccurrence",
    "ModifiedOccurrences",
    "DeletedOccurrences",
    "ConflictingMeetingCount",
    "AdjacentMeetingCount",
    "IsComplete",
    "IsRecurring",
    "IsTeamTask",
    "IsAssignmentEditable",
    "StatusDescription",
    "ChangeCount",
    "DelegationState",
    "Owner",
];

/// Reads the element of a new item into a blank one.
pub(in crate::ews) fn fill(
    world: &World,
    zone: Option<Tz>,
    item: &mut Item,
    element: &Element,
) -> Outcome<()> {
    if let Some(content) = element.child("MimeContent") {
        take_mime(world, item, &content.text)?;
    }
    let attached = element.child("Attachments").map(|all| all.children.clone()).unwrap_or_default();
    for child in &element.children {
        match child.name.as_str() {
            "MimeContent" | "Attachments" => {}
            "ExtendedProperty" => {
                let property =
                    Property::read(child).ok_or_else(|| Refusal::new("ErrorInvalidExtendedProperty"))?;
                put_extended(item, property, true)?;
            }
            _ => take_field(item, child)?,
        }
    }
    for attachment in &attached {
        let attachment = take_attachment(world, zone, item, attachment)?;
        item.attachments.push(attachment);
    }
    if let Some(known) = &world.settings.zones {
        check_zones(item, known)?;
    }
    settle(zone, item)
}

fn take_mime(world: &World, item: &mut Item, text: &str) -> Outcome<()> {
    let invalid = || Refusal::new("ErrorMimeContentInvalidBase64String");
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| invalid())?;
    if matches!(item.kind, Kind::Contact | Kind::DistributionList | Kind::Task) {
        return Err(Refusal::new("ErrorUnsupportedMimeConversion"));
    }
    mime::take_apart(item, &bytes);
    if world.is_so(Quirk::ForgetsReceived) {
        item.remove("DateTimeReceived");
    }
    item.mime = Some(bytes);
    Ok(())
}

/// Sets one element.
pub(in crate::ews) fn take_field(item: &mut Item, field: &Element) -> Outcome<()> {
    let name = field.name.as_str();
    if READ_ONLY.contains(&name) {
        return Err(Refusal::new("ErrorInvalidPropertySet").about(name));
    }
    if !order(item.kind).any(|own| own == name) {
        return Err(Refusal::new("ErrorInvalidPropertyRequest").about(name));
    }
    item.put(spelt(field));
    Ok(())
}

/// 1 and 0 are booleans too; the server says true and false.
fn spelt(field: &Element) -> Element {
    let name = field.name.as_str();
    let is_boolean = (name.starts_with("Is") && name != "IsAssignmentEditable")
        || matches!(name, "ReminderIsSet" | "AllowNewTimeProposal");
    match field.text.trim() {
        "1" if is_boolean => Element { text: "true".to_owned(), ..field.clone() },
        "0" if is_boolean => Element { text: "false".to_owned(), ..field.clone() },
        _ => field.clone(),
    }
}

fn spelt_truth(value: &str) -> &'static str {
    if matches!(value, "true" | "1") { "true" } else { "false" }
}

/// Sets an extended property, and the element that shows the same. What PidTagMessageFlags says of drafts is only heard
/// when an item is new.
pub(in crate::ews) fn put_extended(item: &mut Item, property: Property, is_new: bool) -> Outcome<()> {
    let value = property.values.first().cloned().unwrap_or_default();
    check_value(&property)?;
    match property.name.tag {
        Some(0x0E07) => {
            let flags: u32 = value.parse().map_err(|_| Refusal::new("ErrorInvalidExtendedPropertyValue"))?;
            if is_new {
                item.put_text("IsDraft", (flags & 0x08 != 0).to_string());
                item.put_text("IsUnmodified", (flags & 0x02 != 0).to_string());
                item.put_text("IsFromMe", (flags & 0x20 != 0).to_string());
                item.put_text("IsAssociated", (flags & 0x40 != 0).to_string());
            }
            item.put_text("IsRead", (flags & 0x01 != 0).to_string());
        }
        Some(0x0029) => item.put_text("IsReadReceiptRequested", spelt_truth(&value)),
        Some(0x1090) => {
            let status = match value.as_str() {
                "2" => "Flagged",
                "1" => "Complete",
                _ => "NotFlagged",
            };
            item.put(Element::new("Flag").holding(Element::text("FlagStatus", status)));
        }
        Some(tag) => match mirrored(tag) {
            Some("Importance") => item.put_text("Importance", choice(&value, &["Low", "Normal", "High"])),
            Some("Sensitivity") => {
                item.put_text(
                    "Sensitivity",
                    choice(&value, &["Normal", "Personal", "Private", "Confidential"]),
                );
            }
            Some(name) => item.put_text(name, normal_time(&value).unwrap_or(value)),
            None => item.put_property(property),
        },
        None => item.put_property(property),
    }
    Ok(())
}

fn check_value(property: &Property) -> Outcome<()> {
    let is_good = |value: &String| match property.name.kind.trim_end_matches("Array") {
        "Integer" => value.parse::<i32>().is_ok(),
        "Long" => value.parse::<i64>().is_ok(),
        "Short" => value.parse::<i16>().is_ok(),
        "Boolean" => matches!(value.as_str(), "true" | "false" | "1" | "0"),
        "Binary" => STANDARD.decode(value).is_ok(),
        "SystemTime" | "ApplicationTime" => calendar::moment(value, Tz::UTC).is_some(),
        "Double" | "Float" | "Currency" => value.parse::<f64>().is_ok(),
        "CLSID" => value.len() >= 36,
        "String" => true,
        _ => false,
    };
    let is_good = property.values.iter().all(is_good);
    if is_good { Ok(()) } else { Err(Refusal::new("ErrorInvalidExtendedPropertyValue")) }
}

fn choice(value: &str, names: &[&str]) -> String {
    let place: usize = value.parse().unwrap_or(0);
    names.get(place).unwrap_or(&names[0]).to_string()
}

fn normal_time(text: &str) -> Option<String> {
    let looks = text.len() >= 19 && text.as_bytes()[10] == b'T';
    if looks { calendar::moment(text, Tz::UTC).map(calendar::shown) } else { None }
}

/// An attachment of a request.
pub(in crate::ews) fn take_attachment(
    world: &World,
    zone: Option<Tz>,
    item: &Item,
    element: &Element,
) -> Outcome<Attachment> {
    const KEPT: [&str; 6] =
        ["Name", "ContentType", "ContentId", "ContentLocation", "IsInline", "IsContactPhoto"];
    let fields: Vec<Element> =
        element.children.iter().filter(|child| KEPT.contains(&child.name.as_str())).map(spelt).collect();
    if element.text_of("Name").is_none_or(str::is_empty) {
        return Err(Refusal::new("ErrorRequiredPropertyMissing").about("attachment:Name"));
    }
    let content = match element.text_of("Content") {
        Some(text) if element.name == "FileAttachment" => {
            let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            Attached::File(STANDARD.decode(compact).map_err(|_| Refusal::new("ErrorCorruptData"))?)
        }
        _ if element.name == "FileAttachment" => Attached::File(Vec::new()),
        _ => {
            let of = |child: &Element| Kind::of_element(&child.name).map(|kind| (kind, child.clone()));
            let (kind, inner) =
                element.children.iter().find_map(of).ok_or_else(|| Refusal::new("ErrorCorruptData"))?;
            let mut blank =
                Item { kind, fields: Vec::new(), properties: Vec::new(), mime: None, ..item.clone() };
            (blank.attachments, blank.exceptions, blank.deleted) = Default::default();
            fill(world, zone, &mut blank, &inner)?;
            Attached::Item(Box::new(blank))
        }
    };
    let all = item.attachments.iter().chain(item.exceptions.values().flat_map(|it| &it.attachments));
    let number = all.map(|own| own.number).max().unwrap_or(0) + 1;
    Ok(Attachment { number, fields, content })
}

/// Zones that are not described must be known by their names.
fn check_zones(item: &Item, known: &BTreeSet<String>) -> Outcome<()> {
    let named = ["StartTimeZone", "EndTimeZone"].iter().filter_map(|name| Some((name, item.field(name)?)));
    for (name, zone) in named.filter(|(_, zone)| zone.child("Periods").is_none()) {
        if zone.attribute("Id").is_some_and(|id| !known.contains(id)) {
            return Err(Refusal::new("ErrorInvalidTimeZone").about(&format!("calendar:{name}")));
        }
    }
    Ok(())
}

/// Makes what was set agree with itself, as the server does when it saves.
pub(in crate::ews) fn settle(zone: Option<Tz>, item: &mut Item) -> Outcome<()> {
    for name in [
        "DateTimeSent",
        "DateTimeReceived",
        "ReminderDueBy",
        "Birthday",
        "WeddingAnniversary",
        "CompleteDate",
    ] {
        if let Some(time) = item.text(name).and_then(|text| calendar::moment(text, zone.unwrap_or(Tz::UTC))) {
            item.put_text(name, calendar::shown(time));
        }
    }
    let class = item.class();
    // The class decides what it is, whatever element it came in; an appointment stays one.
    if item.kind == Kind::Message {
        item.kind = Kind::of_class(&class);
    }
    item.put_text("ItemClass", class);
    match item.kind {
        Kind::CalendarItem => settle_appointment(zone, item),
        Kind::Task => settle_task(item),
        _ => Ok(()),
    }
}

fn settle_appointment(zone: Option<Tz>, item: &mut Item) -> Outcome<()> {
    for name in ["StartTimeZone", "EndTimeZone"] {
        if let Some(id) = item.field(name).and_then(|field| field.attribute("Id"))
            && calendar::named(id).is_none()
            && item.field(name).and_then(|field| field.child("Periods")).is_none()
        {
            return Err(Refusal::new("ErrorInvalidTimeZone").about(&format!("calendar:{name}")));
        }
    }
    let known = item.field("StartTimeZone").is_some() || item.field("MeetingTimeZone").is_some();
    let own = if known { calendar::zone_of(item) } else { zone.unwrap_or(Tz::UTC) };
    let time = |item: &Item, name: &str| item.text(name).and_then(|text| calendar::moment(text, own));
    let start = time(item, "Start").unwrap_or(item.created_at);
    let end = time(item, "End").unwrap_or(start + TimeDelta::minutes(30));
    if end < start {
        return Err(Refusal::new("ErrorCalendarEndDateIsEarlierThanStartDate"));
    }
    let (start, end) = if item.is("IsAllDayEvent") { whole_days(start, end, own) } else { (start, end) };
    item.put_text("Start", calendar::shown(start));
    item.put_text("End", calendar::shown(end));
    if let Some(recurrence) = item.field("Recurrence") {
        let invalid = |why: &str| Refusal::new("ErrorInvalidRecurrence").saying(why);
        let recurrence = Recurrence::read(recurrence).map_err(invalid)?;
        if recurrence.days().next().is_none() {
            return Err(Refusal::new("ErrorRecurrenceHasNoOccurrence"));
        }
    }
    Ok(())
}

/// From midnight to midnight, where the appointment is.
fn whole_days(start: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    let midnight = |day: chrono::NaiveDate| calendar::moment(&day.to_string(), zone);
    let first = start.with_timezone(&zone).date_naive();
    let from = midnight(first).unwrap_or(start);
    let last = end.with_timezone(&zone).date_naive();
    let to = midnight(last).unwrap_or(end);
    let to = if to < end || to <= from { midnight(last + TimeDelta::days(1)).unwrap_or(end) } else { to };
    (from, to)
}

fn settle_task(item: &mut Item) -> Outcome<()> {
    for name in ["StartDate", "DueDate"] {
        // Tasks have days; the time of day is cut off.
        if let Some(day) = item.text(name).and_then(calendar::day) {
            item.put_text(name, format!("{day}T00:00:00Z"));
        }
    }
    let is_done = item.text("Status") == Some("Completed") || item.text("PercentComplete") == Some("100");
    if is_done || item.field("CompleteDate").is_some() {
        item.put_text("Status", "Completed");
        item.put_text("PercentComplete", "100");
        if item.field("CompleteDate").is_none() {
            item.put_text("CompleteDate", format!("{}T00:00:00Z", item.modified_at.date_naive()));
        }
    }
    Ok(())
}

/// The elements of a request's item must be in the schema's order.
pub(super) fn check_order(element: &Element) -> Result<(), String> {
    let Some(kind) = Kind::of_element(&element.name) else {
        return Err(format!("The element '{}' is not expected.", element.name));
    };
    check_space(element)?;
    let mut rest = order(kind).peekable();
    for child in &element.children {
        while rest.peek().is_some_and(|name| *name != child.name) {
            rest.next();
        }
        if rest.peek().is_none() {
            return Err(format!(
                "The element '{}' has invalid child element '{}'.",
                element.name, child.name
            ));
        }
        // Body of Text and HTML and the like come once; these may come again.
        if child.name != "ExtendedProperty" {
            rest.next();
        }
    }
    Ok(())
}

fn check_space(element: &Element) -> Result<(), String> {
    match element.children.iter().find(|child| child.space != Space::Types) {
        Some(child) => {
            Err(format!("The element '{}' has invalid child element '{}'.", element.name, child.name))
        }
        None => element.children.iter().try_for_each(check_space),
    }
}

/// Everybody that an item goes to.
pub(super) fn people(item: &Item) -> Vec<String> {
    const LISTS: [&str; 6] = [
        "ToRecipients",
        "CcRecipients",
        "BccRecipients",
        "RequiredAttendees",
        "OptionalAttendees",
        "Resources",
    ];
    let lists = LISTS.iter().filter_map(|name| item.field(name));
    let addresses = lists.flat_map(|list| list.below("EmailAddress"));
    addresses.map(|address| address.text.clone()).collect()
}

/// Whether it is a meeting with others.
pub(super) fn has_attendees(item: &Item) -> bool {
    ["RequiredAttendees", "OptionalAttendees", "Resources"].iter().any(|name| item.field(name).is_some())
}

/// Where recoverable items go; an archive's into the archive's.
pub(super) fn dumpster(mailbox: &Mailbox, folder: u64) -> Option<u64> {
    let mut root = folder;
    while let Some(parent) = mailbox.folders.get(&root).and_then(|folder| folder.parent) {
        root = parent;
    }
    let is_archive =
        mailbox.folders.get(&root).and_then(|folder| folder.distinguished) == Some("archiveroot");
    mailbox.distinguished(if is_archive {
        "archiverecoverableitemsdeletions"
    } else {
        "recoverableitemsdeletions"
    })
}
