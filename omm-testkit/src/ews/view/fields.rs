//! The elements of an item: those that were set, and those that follow from others.

use super::{View, body, calendar as of_calendar, contact};
use crate::ews::{
    calendar::shown,
    schema::{Kind, Shape},
    store::Attachment,
    version::Version,
    xml::Element,
};

/// One element of an item; nothing when it has none.
pub(in crate::ews) fn field(view: View<'_>, name: &str, shape: &Shape) -> Option<Element> {
    if let Some(found) = of_every_item(view, name, shape) {
        return found;
    }
    let found = match view.item.kind {
        Kind::CalendarItem => of_calendar::field(view, name),
        Kind::Contact | Kind::DistributionList => contact::field(view, name),
        Kind::Task => of_task(view, name),
        _ => of_mail(view, name),
    };
    found.or_else(|| view.stored(name).cloned())
}

/// The outer nothing: no such element in every item. The inner: this item has none.
fn of_every_item(view: View<'_>, name: &str, shape: &Shape) -> Option<Option<Element>> {
    let item = view.item;
    let text = |text: String| Some(Element::text(name, text));
    let flag = |flag: bool| text(flag.to_string());
    let stored_or = |other: &str| view.stored(name).cloned().or_else(|| text(other.to_owned()));
    Some(match name {
        "ItemId" => Some(Element::new(name).with("Id", view.id()).with("ChangeKey", view.change_key())),
        "ParentFolderId" => {
            let id = view.mailbox.folder_id(item.folder);
            Some(Element::new(name).with("Id", id).with("ChangeKey", "AQAAAA=="))
        }
        "ItemClass" => {
            let class = item.class();
            text(if view.instance.is_some() { "IPM.Appointment.Occurrence".to_owned() } else { class })
        }
        "Sensitivity" | "Importance" => stored_or("Normal"),
        "Body" => body::body(view, &shape.body),
        "TextBody" => body::body(view, "Text").map(|body| Element { name: name.to_owned(), ..body }),
        "UniqueBody" | "NormalizedBody" => {
            body::body(view, &shape.body).map(|body| Element { name: name.to_owned(), ..body })
        }
        "Attachments" => attachments(view),
        "HasAttachments" => flag(view.attachments().iter().any(is_shown)),
        "DateTimeReceived" | "DateTimeCreated" => stored_or(&shown(item.created_at)),
        "DateTimeSent" => stored_or(&shown(item.created_at)),
        "Size" => text(item.size().to_string()),
        "IsDraft" => flag(item.kind.is_mail() && item.text(name) != Some("false")),
        "IsSubmitted" | "IsFromMe" | "IsResend" | "IsUnmodified" | "IsAssociated" => stored_or("false"),
        "InternetMessageHeaders" => headers(view),
        "ResponseObjects" => Some(Element::new(name).holding(Element::new("ForwardItem"))),
        "ReminderIsSet" => stored_or("false"),
        "ReminderMinutesBeforeStart" => stored_or("0"),
        "ReminderDueBy" => view
            .stored(name)
            .or_else(|| view.stored("Start"))
            .cloned()
            .map(|it| Element { name: name.to_owned(), ..it }),
        "DisplayTo" => text(names(view, &["ToRecipients", "RequiredAttendees"])),
        "DisplayCc" => text(names(view, &["CcRecipients", "OptionalAttendees"])),
        "Culture" => stored_or("en-US"),
        "EffectiveRights" => Some(rights()),
        "LastModifiedName" => text(view.mailbox.name.clone()),
        "LastModifiedTime" => text(shown(item.modified_at)),
        "ConversationId" if view.version >= Version::Exchange2010 && item.kind.is_mail() => {
            let topic = topic(view.text("Subject").unwrap_or_default());
            let hash = blake3::hash(topic.as_bytes()).to_hex();
            Some(Element::new(name).with("Id", format!("AAQk{}", &hash[..32])))
        }
        "ConversationId" => None,
        "Flag"
            if view.version >= Version::Exchange2013
                && (item.kind.is_mail() || item.kind == Kind::Contact) =>
        {
            let none = Element::new(name).holding(Element::text("FlagStatus", "NotFlagged"));
            Some(view.stored(name).cloned().unwrap_or(none))
        }
        "Flag" | "StoreEntryId" | "WebClientReadFormQueryString" | "WebClientEditFormQueryString" => None,
        "InstanceKey" if view.version >= Version::Exchange2013 => text("AQAAAAAAAQ8BAAAA".to_owned()),
        "InstanceKey" => None,
        "Preview" => body::body(view, "Text")
            .map(|body| Element::text(name, body.text.chars().take(255).collect::<String>())),
        "ReminderNextTime" | "PolicyTag" | "ArchiveTag" | "RetentionDate" | "DisplayBcc" => {
            view.stored(name).cloned()
        }
        "Categories" | "InReplyTo" => view.stored(name).cloned(),
        _ => return None,
    })
}

fn of_mail(view: View<'_>, name: &str) -> Option<Element> {
    let stored = view.stored(name).cloned();
    match name {
        "IsRead" | "IsReadReceiptRequested" | "IsDeliveryReceiptRequested" | "IsResponseRequested" => {
            stored.or_else(|| Some(Element::text(name, "false")))
        }
        "Sender" => stored
            .or_else(|| view.stored("From").cloned().map(|from| Element { name: name.to_owned(), ..from })),
        "From" => stored
            .or_else(|| view.stored("Sender").cloned().map(|from| Element { name: name.to_owned(), ..from })),
        "ConversationTopic" => {
            stored.or_else(|| view.text("Subject").map(|subject| Element::text(name, topic(subject))))
        }
        "ConversationIndex" => {
            stored.or_else(|| Some(Element::text(name, "AQHQoOIyPdqm/E6BKkyMNXFapaAU6A==")))
        }
        "PostedTime" => Some(Element::text(name, shown(view.item.created_at))),
        _ => stored,
    }
}

fn of_task(view: View<'_>, name: &str) -> Option<Element> {
    let stored = view.stored(name).cloned();
    let or = |text: &str| stored.clone().or_else(|| Some(Element::text(name, text)));
    let status = view.text("Status").unwrap_or("NotStarted");
    match name {
        "IsComplete" => Some(Element::text(name, (status == "Completed").to_string())),
        "IsRecurring" => Some(Element::text(name, view.stored("Recurrence").is_some().to_string())),
        "IsTeamTask" | "IsAssignmentEditable" => or(if name == "IsTeamTask" { "false" } else { "0" }),
        "ChangeCount" => or("1"),
        "DelegationState" => or("NoMatch"),
        "Owner" => Some(Element::text(name, view.mailbox.name.clone())),
        "PercentComplete" => or("0"),
        "Status" => or("NotStarted"),
        "StatusDescription" => Some(Element::text(
            name,
            match status {
                "InProgress" => "In Progress",
                "Completed" => "Completed",
                "WaitingOnOthers" => "Waiting on someone else",
                "Deferred" => "Deferred",
                _ => "Not Started",
            },
        )),
        _ => stored,
    }
}

fn attachments(view: View<'_>) -> Option<Element> {
    let of = |attachment: &Attachment| {
        super::attachment_element(view.mailbox, view.item, attachment, view.version, None).ok()
    };
    let list = view.attachments();
    (!list.is_empty()).then(|| Element::new("Attachments").holding_all(list.iter().filter_map(of)))
}

/// Not what is only shown inside a body.
pub(super) fn is_shown(attachment: &Attachment) -> bool {
    attachment.field("IsInline") != Some("true")
}

fn headers(view: View<'_>) -> Option<Element> {
    let headers = crate::ews::mime::headers(view.item.mime.as_deref()?);
    let of = |(name, value): (String, String)| {
        Element::text("InternetMessageHeader", value).with("HeaderName", name)
    };
    (!headers.is_empty())
        .then(|| Element::new("InternetMessageHeaders").holding_all(headers.into_iter().map(of)))
}

fn names(view: View<'_>, lists: &[&str]) -> String {
    let mailboxes = lists.iter().filter_map(|list| view.stored(list)).flat_map(|list| list.below("Mailbox"));
    let name = |mailbox: &Element| {
        let name = mailbox.text_of("Name").filter(|name| !name.is_empty());
        name.or_else(|| mailbox.text_of("EmailAddress")).unwrap_or_default().to_owned()
    };
    mailboxes.map(name).collect::<Vec<_>>().join("; ")
}

/// The subject without what answers and forwards put before it.
fn topic(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((head, tail)) = rest.split_once(':') {
        if head.is_empty() || head.len() > 3 || !head.chars().all(char::is_alphabetic) {
            break;
        }
        rest = tail.trim_start();
    }
    rest.to_owned()
}

pub(super) fn rights() -> Element {
    let names = [
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
    ];
    Element::new("EffectiveRights").holding_all(names.iter().map(|name| Element::text(name, "true")))
}
