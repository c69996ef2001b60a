//! What a server takes from MIME.

use crate::ews::{
    calendar::shown,
    store::{Attached, Attachment, Item},
    xml::Element,
};
use chrono::DateTime;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};

/// Sets an item's elements as the message has them.
pub(in crate::ews) fn take_apart(item: &mut Item, bytes: &[u8]) {
    let Some(message) = MessageParser::default().parse(bytes) else { return };
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            item.put_text(name, value);
        }
    };
    put("Subject", message.subject().map(str::to_owned));
    put("InternetMessageId", message.message_id().map(|id| format!("<{id}>")));
    put("InReplyTo", ids(message.in_reply_to()));
    put("References", ids(message.references()));
    let sent = message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    put("DateTimeSent", sent.map(shown));
    put("DateTimeReceived", sent.map(shown));
    put("Importance", importance(&message));
    for (name, address, is_list) in [
        ("From", message.from(), false),
        ("Sender", message.sender(), false),
        ("ToRecipients", message.to(), true),
        ("CcRecipients", message.cc(), true),
        ("BccRecipients", message.bcc(), true),
        ("ReplyTo", message.reply_to(), true),
    ] {
        let people = mailboxes(address);
        if !people.is_empty() {
            let most = if is_list { usize::MAX } else { 1 };
            item.put(Element::new(name).holding_all(people.into_iter().take(most)));
        }
    }
    if message.header("Disposition-Notification-To").is_some() {
        item.put_text("IsReadReceiptRequested", "true");
    }
    bodies(item, &message);
    attach(item, &message);
}

/// The headers in order; folded ones in one line.
pub(in crate::ews) fn headers(bytes: &[u8]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in header_block(bytes).split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    found
}

/// Everything before the first empty line.
pub(in crate::ews) fn header_block(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let end = text.find("\n\n").map_or(text.len(), |at| at + 1);
    text[..end].replace('\n', "\r\n")
}

fn ids(value: &HeaderValue<'_>) -> Option<String> {
    let list = value.as_text_list()?;
    Some(list.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" "))
}

fn importance(message: &Message<'_>) -> Option<String> {
    let text = |name: &'static str| message.header(name).and_then(HeaderValue::as_text).unwrap_or_default();
    let (word, number) = (text("Importance").to_ascii_lowercase(), text("X-Priority").trim().to_owned());
    match (word.trim(), number.get(..1)) {
        ("high", _) | (_, Some("1" | "2")) => Some("High".to_owned()),
        ("low", _) | (_, Some("4" | "5")) => Some("Low".to_owned()),
        _ => None,
    }
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Element> {
    let all = address.into_iter().flat_map(Address::iter);
    let of = |person: &mail_parser::Addr<'_>| {
        let address = person.address()?.to_owned();
        let name = person.name().unwrap_or(&address).to_owned();
        Some(
            Element::new("Mailbox")
                .holding(Element::text("Name", name))
                .holding(Element::text("EmailAddress", address))
                .holding(Element::text("RoutingType", "SMTP")),
        )
    };
    all.filter_map(of).collect()
}

fn bodies(item: &mut Item, message: &Message<'_>) {
    let first = |parts: &[u32]| parts.first().and_then(|part| message.parts.get(*part as usize));
    let html = first(&message.html_body).and_then(|part| match &part.body {
        PartType::Html(text) => Some(text.to_string()),
        _ => None,
    });
    let text = || message.body_text(0).map(|text| text.into_owned());
    let body = match html {
        Some(html) => Some(Element::text("Body", html).with("BodyType", "HTML")),
        None => text().map(|text| Element::text("Body", text).with("BodyType", "Text")),
    };
    item.fields.extend(body);
}

fn attach(item: &mut Item, message: &Message<'_>) {
    for (number, part) in message.attachments().enumerate() {
        let is_message = matches!(part.body, PartType::Message(_));
        let name =
            part.attachment_name().unwrap_or(if is_message { "message" } else { "attachment" }).to_owned();
        let kind = part.content_type().map(|kind| match &kind.c_subtype {
            Some(subtype) => format!("{}/{subtype}", kind.c_type),
            None => kind.c_type.to_string(),
        });
        let id = part.content_id().map(|id| Element::text("ContentId", id));
        let is_inline = part.content_disposition().is_some_and(|it| it.is_inline()) && id.is_some();
        let mut fields = vec![Element::text("Name", name)];
        fields.extend(kind.map(|kind| Element::text("ContentType", kind)));
        fields.extend(id);
        fields.push(Element::text("IsInline", is_inline.to_string()));
        let content = Attached::File(part.contents().to_vec());
        item.attachments.push(Attachment { number: number as u64 + 1, fields, content });
    }
}
