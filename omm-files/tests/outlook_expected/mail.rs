//! Messages: MIME as mail-parser reads it, as lines.

use crate::{
    expected::{BCC, CC, FROM, TO},
    words::{self, mailbox, plain},
};
use mail_parser::{
    Address, Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType,
    decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
};
use omm_core::model::{Flags, Received};

type Lines = Vec<(&'static str, String)>;

/// The subject of a message, its lines, and the subjects of the messages in it.
pub(crate) fn read(bytes: &[u8], flags: &Flags, received: Option<Received>) -> (String, Lines, Vec<String>) {
    let message = MessageParser::new().parse(bytes).expect("a message");
    let mut lines = vec![("mail", String::new())];
    for (kinds, field) in
        [(FROM, message.from()), (TO, message.to()), (CC, message.cc()), (BCC, message.bcc())]
    {
        let people = people(field);
        if kinds == FROM && people.is_empty() {
            lines.push((FROM.0, String::new()));
        }
        for (name, address) in people {
            lines.push((kinds.0, address));
            lines.push((kinds.1, name));
        }
    }
    let time = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).expect("a time");
    let shown = |seconds: i64| time(seconds).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    lines.extend(message.date().map(|date| ("date", shown(date.to_timestamp()))));
    lines.extend(received.map(|time| ("received", shown(time.timestamp()))));
    for flag in flags.to_string().split(' ').filter(|flag| !flag.is_empty()) {
        // Of these libpff says nothing.
        if !["\\Answered", "$Forwarded"].contains(&flag) {
            lines.push(("flag", flag.to_owned()));
        }
    }
    lines.extend(importance(&message).map(|importance| ("importance", importance.to_owned())));
    let id = message.header_raw(HeaderName::MessageId).map(plain).unwrap_or_default();
    lines.extend((!id.is_empty()).then_some(("message id", id)));
    let mut inside = Vec::new();
    bodies(&message, &mut lines, &mut inside);
    (plain(message.subject().unwrap_or_default()), lines, inside)
}

fn people(field: Option<&Address<'_>>) -> Vec<(String, String)> {
    let people = field.into_iter().flat_map(Address::iter);
    people
        .map(|person| {
            mailbox(person.name.as_deref().unwrap_or_default(), person.address.as_deref().unwrap_or_default())
        })
        .collect()
}

fn importance(message: &Message<'_>) -> Option<&'static str> {
    let value = |name: &'static str| message.header_raw(name).map(|value| plain(value).to_lowercase());
    match (value("Importance").as_deref(), value("X-Priority").as_deref()) {
        (Some("low"), _) => Some("low"),
        (Some("high"), _) => Some("high"),
        (None, Some(priority)) if priority.starts_with(['4', '5']) => Some("low"),
        (None, Some(priority)) if priority.starts_with(['1', '2']) => Some("high"),
        _ => None,
    }
}

/// Text, HTML and attachments. A part is an attachment if it is called one or has a name; of others, the first of a kind is the body.
fn bodies(message: &Message<'_>, lines: &mut Lines, inside: &mut Vec<String>) {
    let (mut has_text, mut has_html) = (false, false);
    for part in &message.parts {
        let is_file = part.content_disposition().is_some()
            || part.attachment_name().is_some()
            || part.content_id().is_some();
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(of) => {
                let name = plain(part.attachment_name().unwrap_or_default());
                let name = name.strip_suffix(".eml").unwrap_or(&name);
                lines.push(("attachment", format!("{name} | message")));
                messages(of, inside);
            }
            PartType::Text(text) if !is_file && !has_text => {
                has_text = true;
                lines.extend(words::text(text).map(|text| ("text", text)));
            }
            PartType::Html(_) if !is_file && !has_html => {
                has_html = true;
                lines.push(("html", String::new()));
            }
            // The invitation, and what programs read of a report.
            _ if !is_file => {}
            _ => {
                let bytes = decoded(message, part);
                let name = plain(part.attachment_name().unwrap_or_default());
                lines.push(("attachment", format!("{name} | {} {}", bytes.len(), words::sha256(&bytes))));
            }
        }
    }
}

/// The subjects of a message inside another and of those in it.
fn messages(message: &Message<'_>, inside: &mut Vec<String>) {
    inside.push(plain(message.subject().unwrap_or_default()));
    for part in &message.parts {
        if let PartType::Message(of) = &part.body {
            messages(of, inside);
        }
    }
}

/// The bytes of a part: what mail-parser makes of texts is in UTF-8.
fn decoded(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let raw = &message.raw_message[part.offset_body as usize..part.offset_end as usize];
    match part.encoding {
        Encoding::None => raw.to_vec(),
        Encoding::Base64 => base64_decode(raw).unwrap_or_default(),
        Encoding::QuotedPrintable => quoted_printable_decode(raw).unwrap_or_default(),
    }
}
