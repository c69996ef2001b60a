//! An item's element in a shape.

use super::{fields, property};
use crate::ews::{
    calendar::{self, Instance},
    call::Outcome,
    quirk::Quirk,
    schema::{Kind, Path, Shape, is_in_finds, order},
    soap::Refusal,
    store::{Attached, Attachment, Exception, Ident, Item, Mailbox},
    version::Version,
    world::World,
    xml::Element,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What an answer is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ews) enum Purpose {
    Get,
    /// FindItem and SyncFolderItems.
    Find,
}

/// An item, or one of a series, in its mailbox.
#[derive(Clone, Copy)]
pub(in crate::ews) struct View<'a> {
    pub(in crate::ews) mailbox: &'a Mailbox,
    pub(in crate::ews) item: &'a Item,
    pub(in crate::ews) instance: Option<&'a Instance>,
    pub(in crate::ews) version: Version,
}

impl<'a> View<'a> {
    pub(in crate::ews) fn exception(&self) -> Option<&'a Exception> {
        self.item.exceptions.get(&self.instance?.original.timestamp())
    }

    /// What was set.
    pub(in crate::ews) fn stored(&self, name: &str) -> Option<&'a Element> {
        if self.instance.is_some() && name == "Recurrence" {
            return None;
        }
        if let Some(exception) = self.exception() {
            if exception.removed.contains(name) {
                return None;
            }
            if let Some(field) = exception.fields.iter().find(|field| field.name == name) {
                return Some(field);
            }
        }
        self.item.field(name)
    }

    pub(in crate::ews) fn text(&self, name: &str) -> Option<&'a str> {
        self.stored(name).map(|field| field.text.as_str())
    }

    pub(in crate::ews) fn is(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1"))
    }

    pub(in crate::ews) fn attachments(&self) -> &'a [Attachment] {
        match self.exception() {
            Some(exception) => &exception.attachments,
            None => &self.item.attachments,
        }
    }

    pub(in crate::ews) fn id(&self) -> String {
        let (mailbox, key) = (self.mailbox.number, self.item.key);
        match self.instance {
            None => self.mailbox.item_id(key),
            Some(instance) => {
                Ident::Occurrence { mailbox, key, original: instance.original.timestamp() }.text()
            }
        }
    }

    pub(in crate::ews) fn change_key(&self) -> String {
        let sort = match self.item.kind {
            Kind::CalendarItem => 0x0F,
            Kind::Contact | Kind::DistributionList | Kind::Task => 0x11,
            _ => 0x09,
        };
        crate::ews::store::change_key(sort, self.item.changed)
    }
}

/// The element of an item in a shape.
pub(in crate::ews) fn item_element(
    world: &World,
    view: View<'_>,
    shape: &Shape,
    purpose: Purpose,
) -> Outcome<Element> {
    let kind = view.item.kind;
    let mut element = Element::new(kind.element());
    for name in order(kind) {
        if name == "ExtendedProperty" {
            element.children.extend(extended(view, shape));
            continue;
        }
        let is_wanted = shape.wants(kind, name) && (purpose == Purpose::Get || is_in_finds(name));
        if name == "MimeContent" {
            if is_wanted {
                element.children.extend(mime(world, view, shape)?);
            }
            continue;
        }
        let indices = shape.indices(name);
        if !is_wanted && indices.is_empty() {
            continue;
        }
        if let Some(mut field) = fields::field(view, name, shape) {
            if !is_wanted {
                narrow(&mut field, &indices);
            }
            element.children.push(field);
        }
    }
    if world.is_so(Quirk::UnknownElements) {
        element.children.push(Element::new("FutureProperty").holding(Element::text("Depth", "1")));
    }
    dress(world, &mut element);
    Ok(element)
}

fn extended(view: View<'_>, shape: &Shape) -> Vec<Element> {
    let of = |path: &Path| match path {
        Path::Extended(name) => property::value_of(view, name).map(|property| property.element()),
        _ => None,
    };
    shape.additional.iter().filter_map(of).collect()
}

/// Leaves only what was asked for by index.
fn narrow(field: &mut Element, indices: &[(&str, &str)]) {
    field.children.retain(|entry| {
        let key = entry.attribute("Key").or_else(|| entry.attribute("HeaderName")).unwrap_or_default();
        indices.iter().any(|(_, index)| index.eq_ignore_ascii_case(key))
    });
    for entry in &mut field.children {
        let key = entry.attribute("Key").unwrap_or_default().to_owned();
        let parts: Vec<&str> = indices
            .iter()
            .filter(|(_, index)| index.eq_ignore_ascii_case(&key))
            .filter_map(|(uri, _)| uri.split(':').nth(2))
            .collect();
        if !parts.is_empty() {
            entry.children.retain(|part| parts.contains(&part.name.as_str()));
        }
    }
}

/// Asked for by IncludeMimeContent of an item that has none it is an error, by its name it is left out.
fn mime(world: &World, view: View<'_>, shape: &Shape) -> Outcome<Option<Element>> {
    let is_hard = !view.item.kind.is_mail() && view.item.kind != Kind::CalendarItem;
    let is_refused = world.is_so(Quirk::NoMimeForContacts) || world.settings.version < Version::Exchange2013;
    if is_hard && is_refused {
        let refusal = Refusal::new("ErrorUnsupportedMimeConversion");
        return if shape.mime { Err(refusal) } else { Ok(None) };
    }
    let kept = view.item.mime.as_ref().filter(|_| !world.is_so(Quirk::MakesMimeAnew));
    let bytes = kept.cloned().unwrap_or_else(|| crate::ews::mime::made(view));
    Ok(Some(Element::text("MimeContent", STANDARD.encode(bytes)).with("CharacterSet", "UTF-8")))
}

/// The habits that change how values are written.
fn dress(world: &World, element: &mut Element) {
    const DATES: [&str; 3] = ["Birthday", "DueDate", "StartDate"];
    let (fractions, dates) = (world.is_so(Quirk::FractionalSeconds), world.is_so(Quirk::DatesForTimes));
    let sparse = world.is_so(Quirk::LeavesOptionalOut);
    if !(fractions || dates || sparse) {
        return;
    }
    for child in &mut element.children {
        dress(world, child);
        let is_time =
            child.text.len() == 20 && child.text.ends_with('Z') && child.text.as_bytes()[10] == b'T';
        if dates && is_time && DATES.contains(&child.name.as_str()) {
            child.text.truncate(10);
            child.text.push('Z');
        } else if fractions && is_time {
            child.text.insert_str(19, ".1230000");
        }
    }
    if sparse {
        let is_empty = |child: &Element| {
            child.text.is_empty() && child.children.is_empty() && child.attributes.is_empty()
        };
        element.children.retain(|child| !is_empty(child));
    }
}

/// An attachment's element; with what is in it when `content`.
pub(in crate::ews) fn attachment_element(
    mailbox: &Mailbox,
    owner: &Item,
    attachment: &Attachment,
    version: Version,
    content: Option<(&World, &Shape)>,
) -> Outcome<Element> {
    let id = Ident::Attachment { mailbox: mailbox.number, key: owner.key, number: attachment.number };
    let name = match attachment.content {
        Attached::File(_) => "FileAttachment",
        Attached::Item(_) => "ItemAttachment",
    };
    let mut element = Element::new(name).holding(Element::new("AttachmentId").with("Id", id.text()));
    for name in ["Name", "ContentType", "ContentId", "ContentLocation"] {
        element.children.extend(attachment.fields.iter().find(|field| field.name == name).cloned());
    }
    if version >= Version::Exchange2010 {
        let own = attachment.field("LastModifiedTime").map(str::to_owned);
        let modified = own.unwrap_or_else(|| calendar::shown(owner.created_at));
        let is_inline = attachment.field("IsInline").unwrap_or("false").to_owned();
        element = element
            .holding(Element::text("Size", attachment.size().to_string()))
            .holding(Element::text("LastModifiedTime", modified))
            .holding(Element::text("IsInline", is_inline));
    }
    match (&attachment.content, content) {
        (Attached::File(bytes), content) => {
            if version >= Version::Exchange2010 {
                let photo = attachment.field("IsContactPhoto").unwrap_or("false").to_owned();
                element = element.holding(Element::text("IsContactPhoto", photo));
            }
            if content.is_some() {
                element = element.holding(Element::text("Content", STANDARD.encode(bytes)));
            }
        }
        (Attached::Item(item), Some((world, shape))) => {
            let view = View { mailbox, item, instance: None, version };
            let mut inner = item_element(world, view, shape, Purpose::Get)?;
            // What is attached has no id of its own that anything could be done with.
            inner.remove("ParentFolderId");
            element = element.holding(inner);
        }
        (Attached::Item(_), None) => {}
    }
    Ok(element)
}
