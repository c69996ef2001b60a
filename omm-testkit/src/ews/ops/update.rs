//! UpdateItem.

use super::{
    filled::{has_attendees, people, put_extended, settle, take_field},
    identified,
};
use crate::ews::{
    calendar,
    call::{Call, Outcome},
    counters::Sent,
    fault::SoapFault,
    quirk::Quirk,
    schema::{Kind, Path, Property, element_of, mirrored},
    soap::Refusal,
    store::{Exception, Ident, Item},
    view::View,
    xml::Element,
};

pub(super) fn update(call: &mut Call<'_>) -> Result<Element, SoapFault> {
    if call.attribute("ConflictResolution").is_none() {
        return Err(Call::violation("The required attribute 'ConflictResolution' is missing."));
    }
    let changes = call.listed("ItemChanges");
    // NonEmptyArrayOfItemChangeDescriptionsType.
    let is_empty = |change: &Element| change.child("Updates").is_none_or(|it| it.children.is_empty());
    if changes.iter().any(is_empty) {
        return Err(Call::violation("The element 'Updates' has incomplete content."));
    }
    let is_modern = call.version > crate::ews::Version::Exchange2007;
    Ok(call.each(&changes, &["Items"], |call, change| {
        let id = change.children.first().ok_or_else(Refusal::not_found)?.clone();
        let (number, key, original) = call.item(&id)?;
        let item = call.open(number)?.items.get(&key).cloned().ok_or_else(Refusal::not_found)?;
        check(call, &id, &item)?;
        let updates = change.child("Updates").map(|it| it.children.clone()).unwrap_or_default();
        let changed = match original {
            None => changed(call, &item, &updates)?,
            Some(original) => changed_occurrence(call, &item, original, &updates)?,
        };
        announce(call, &item, &changed);
        let is_read_only = updates.iter().all(is_about_reading);
        let mailbox = call.open_mut(number)?;
        mailbox.items.insert(key, changed);
        mailbox.touch(key, is_read_only);
        let kind = item.kind;
        let id = match original {
            None => Ident::Item { mailbox: number, key },
            Some(original) => Ident::Occurrence { mailbox: number, key, original },
        };
        let version = call.version;
        let mailbox = call.open(number)?;
        let item = mailbox.items.get(&key).ok_or_else(Refusal::not_found)?;
        let view = View { mailbox, item, instance: None, version };
        let items = Element::message("Items").holding(identified(kind, id.text(), view.change_key()));
        // Since 2010; recorded of 2013.
        let conflicts = Element::message("ConflictResults").holding(Element::text("Count", "0"));
        let told = (!call.world.is_so(Quirk::TellsNoChangedIds)).then_some(items);
        Ok(told.into_iter().chain(is_modern.then_some(conflicts)).collect())
    }))
}

fn check(call: &Call<'_>, id: &Element, item: &Item) -> Outcome<()> {
    if item.kind == Kind::CalendarItem && call.attribute("SendMeetingInvitationsOrCancellations").is_none() {
        return Err(Refusal::new("ErrorSendMeetingInvitationsOrCancellationsRequired"));
    }
    if item.kind == Kind::Message && call.attribute("MessageDisposition").is_none() {
        return Err(Refusal::new("ErrorMessageDispositionRequired"));
    }
    match call.attribute("ConflictResolution") {
        Some("AlwaysOverwrite") => Ok(()),
        // AutoResolve would merge what does not touch the same; here whoever comes second loses.
        _ if id.attribute("ChangeKey").is_none() && id.name == "ItemId" => {
            Err(Refusal::new("ErrorChangeKeyRequired"))
        }
        _ => call.check_change_key(id, item, "ErrorIrresolvableConflict"),
    }
}

fn is_about_reading(update: &Element) -> bool {
    matches!(Path::in_element(update), Some(Path::Field(uri)) if uri == "message:IsRead" || uri == "postitem:IsRead")
}

/// The item with the updates made.
fn changed(call: &Call<'_>, item: &Item, updates: &[Element]) -> Outcome<Item> {
    let mut changed = item.clone();
    for update in updates {
        let path = Path::in_element(update).ok_or_else(|| Refusal::new("ErrorInvalidPropertySet"))?;
        let value = update.children.get(1).and_then(|holder| holder.children.first());
        match (update.name.as_str(), value) {
            ("DeleteItemField", _) => remove(&mut changed, &path)?,
            ("SetItemField", Some(value)) => set(&mut changed, &path, value)?,
            ("AppendToItemField", Some(value)) => append(&mut changed, value)?,
            _ => return Err(Refusal::new("ErrorInvalidPropertySet")),
        }
    }
    complete(&mut changed, updates);
    settle(call.zone, &mut changed)?;
    Ok(changed)
}

/// A task that is no longer done has no day on which it was.
fn complete(item: &mut Item, updates: &[Element]) {
    let set = |uri: &str| updates.iter().any(|it| Path::in_element(it) == Some(Path::Field(uri.to_owned())));
    if item.kind == Kind::Task && set("task:Status") && item.text("Status") != Some("Completed") {
        item.remove("CompleteDate");
        if item.text("PercentComplete") == Some("100") {
            item.put_text("PercentComplete", "0");
        }
    }
    // Another series: what was different of the old one is forgotten.
    if set("calendar:Recurrence") {
        item.exceptions.clear();
        item.deleted.clear();
    }
}

fn set(item: &mut Item, path: &Path, value: &Element) -> Outcome<()> {
    match path {
        Path::Field(uri) if uri == "item:MimeContent" => {
            use base64::Engine as _;
            let bytes = base64::engine::general_purpose::STANDARD.decode(value.text.trim());
            item.mime = Some(bytes.map_err(|_| Refusal::new("ErrorMimeContentInvalidBase64String"))?);
            Ok(())
        }
        Path::Field(uri) if uri == "item:IsDraft" => Err(Refusal::new("ErrorInvalidPropertySet").about(uri)),
        Path::Field(uri) if element_of(uri) != value.name => {
            Err(Refusal::new("ErrorUpdatePropertyMismatch").about(uri))
        }
        Path::Field(_) => {
            item.remove(&value.name);
            take_field(item, value)
        }
        Path::Indexed(uri, index) => {
            set_indexed(item, uri, index, value);
            Ok(())
        }
        Path::Extended(_) => {
            let property =
                Property::read(value).ok_or_else(|| Refusal::new("ErrorInvalidExtendedProperty"))?;
            put_extended(item, property, false)
        }
    }
}

/// One entry of a container; of an address one part of an entry.
fn set_indexed(item: &mut Item, uri: &str, index: &str, value: &Element) {
    let name = element_of(uri);
    let mut container = item.field(name).cloned().unwrap_or_else(|| Element::new(name));
    let Some(entry) = value.children.first() else { return };
    let is_it = |own: &Element| own.attribute("Key") == Some(index);
    match (uri.split(':').nth(2), container.children.iter_mut().find(|own| is_it(own))) {
        (Some(_), Some(own)) => entry.children.iter().for_each(|part| own.put(part.clone())),
        (None, Some(own)) => *own = entry.clone(),
        (_, None) => container.children.push(entry.clone()),
    }
    item.put(container);
}

fn append(item: &mut Item, value: &Element) -> Outcome<()> {
    const APPENDABLE: [&str; 8] = [
        "Body",
        "ToRecipients",
        "CcRecipients",
        "BccRecipients",
        "ReplyTo",
        "RequiredAttendees",
        "OptionalAttendees",
        "Resources",
    ];
    if !APPENDABLE.contains(&value.name.as_str()) {
        return Err(Refusal::new("ErrorInvalidPropertyAppend").about(&value.name));
    }
    let mut field = item.field(&value.name).cloned().unwrap_or_else(|| Element {
        children: Vec::new(),
        text: String::new(),
        ..value.clone()
    });
    field.text.push_str(&value.text);
    field.children.extend(value.children.iter().cloned());
    item.put(field);
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Outcome<()> {
    match path {
        Path::Field(uri)
            if matches!(
                uri.as_str(),
                "item:ItemClass" | "calendar:Start" | "calendar:End" | "message:IsRead"
            ) =>
        {
            Err(Refusal::new("ErrorInvalidPropertyDelete").about(uri))
        }
        Path::Field(uri) => {
            item.remove(element_of(uri));
            if uri == "calendar:Recurrence" {
                item.exceptions.clear();
                item.deleted.clear();
            }
            Ok(())
        }
        Path::Indexed(uri, index) => {
            let name = element_of(uri);
            if let Some(mut container) = item.field(name).cloned() {
                match uri.split(':').nth(2) {
                    Some(part) => {
                        let entries = container.children.iter_mut();
                        entries
                            .filter(|own| own.attribute("Key") == Some(index))
                            .for_each(|own| own.remove(part));
                    }
                    None => container.children.retain(|own| own.attribute("Key") != Some(index)),
                }
                item.put(container);
            }
            Ok(())
        }
        Path::Extended(name) => {
            item.properties.retain(|own| own.name != *name);
            if let Some(field) = name.tag.and_then(mirrored) {
                item.remove(field);
            }
            Ok(())
        }
    }
}

/// The series with one of it changed.
fn changed_occurrence(call: &Call<'_>, item: &Item, original: i64, updates: &[Element]) -> Outcome<Item> {
    let instance = calendar::instance(item, original).ok_or_else(Refusal::not_found)?;
    // Changed as if it were an item of its own; what differs then is the exception.
    let mut single = item.clone();
    single.remove("Recurrence");
    (single.exceptions, single.deleted) = Default::default();
    let earlier = item.exceptions.get(&original).cloned().unwrap_or_default();
    earlier.fields.iter().for_each(|field| single.put(field.clone()));
    earlier.removed.iter().for_each(|name| single.remove(name));
    earlier.properties.iter().for_each(|property| single.put_property(property.clone()));
    single.put_text("Start", calendar::shown(instance.start));
    single.put_text("End", calendar::shown(instance.end));
    let single = changed(call, &single, updates)?;
    let at = |name: &str| single.field(name).cloned();
    let is_other = |field: &&Element| {
        !matches!(field.name.as_str(), "Start" | "End" | "ItemClass")
            && item.field(&field.name) != Some(*field)
    };
    let mut exception = Exception {
        fields: single.fields.iter().filter(is_other).cloned().collect(),
        removed: item
            .fields
            .iter()
            .map(|field| field.name.clone())
            .filter(|name| name != "Recurrence" && single.field(name).is_none())
            .collect(),
        properties: single
            .properties
            .iter()
            .filter(|own| item.property(&own.name) != Some(*own))
            .cloned()
            .collect(),
        attachments: item
            .exceptions
            .get(&original)
            .map_or_else(|| item.inherited(), |it| it.attachments.clone()),
    };
    exception.fields.extend(at("Start").into_iter().chain(at("End")));
    let mut series = item.clone();
    series.exceptions.insert(original, exception);
    Ok(series)
}

/// What a real server would send now is noted.
fn announce(call: &mut Call<'_>, before: &Item, after: &Item) {
    let invites =
        call.attribute("SendMeetingInvitationsOrCancellations").unwrap_or("SendToNone") != "SendToNone";
    let is_quiet = call.attribute("SuppressReadReceipts") == Some("true");
    let disposition = call.attribute("MessageDisposition").unwrap_or("SaveOnly") != "SaveOnly";
    let was_read = !before.is("IsRead") && after.is("IsRead");
    let what = match after.kind {
        Kind::CalendarItem if invites && has_attendees(after) => "update",
        Kind::Message if disposition => "message",
        Kind::Message if was_read && after.is("IsReadReceiptRequested") && !is_quiet => "read receipt",
        _ => return,
    };
    let subject = after.text("Subject").unwrap_or_default().to_owned();
    let sent = Sent { operation: call.operation.clone(), what, subject, to: people(after) };
    call.world.outbox.push(sent);
}
