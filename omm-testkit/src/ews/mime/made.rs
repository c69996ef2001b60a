//! MIME of an item that was created by properties.

use crate::ews::{
    schema::Kind,
    store::Attached,
    view::{View, as_text},
    xml::Element,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt::Write as _;

/// A message, or what else the kind of item is in MIME.
pub(in crate::ews) fn made(view: View<'_>) -> Vec<u8> {
    match view.item.kind {
        Kind::Contact => card(view),
        Kind::CalendarItem => calendar(view),
        _ => message(view),
    }
}

fn message(view: View<'_>) -> Vec<u8> {
    let mut out = String::new();
    for (header, name) in [
        ("From", "From"),
        ("Sender", "Sender"),
        ("To", "ToRecipients"),
        ("CC", "CcRecipients"),
        ("Reply-To", "ReplyTo"),
    ] {
        let people: Vec<String> =
            view.stored(name).map(|list| list.below("Mailbox")).into_iter().flatten().map(person).collect();
        if !people.is_empty() {
            let _ = write!(out, "{header}: {}\r\n", people.join(",\r\n\t"));
        }
    }
    let _ = write!(out, "Subject: {}\r\n", encoded(view.text("Subject").unwrap_or_default()));
    for (header, name) in
        [("Message-ID", "InternetMessageId"), ("In-Reply-To", "InReplyTo"), ("References", "References")]
    {
        if let Some(value) = view.text(name) {
            let _ = write!(out, "{header}: {value}\r\n");
        }
    }
    let sent =
        view.text("DateTimeSent").and_then(|text| crate::ews::calendar::moment(text, chrono_tz::Tz::UTC));
    let _ = write!(out, "Date: {}\r\n", sent.unwrap_or(view.item.created_at).to_rfc2822());
    match view.text("Importance") {
        Some("High") => out.push_str("Importance: high\r\nX-Priority: 1\r\n"),
        Some("Low") => out.push_str("Importance: low\r\nX-Priority: 5\r\n"),
        _ => {}
    }
    out.push_str("MIME-Version: 1.0\r\n");
    let body = body(view);
    if view.attachments().is_empty() {
        out.push_str(&body);
        return out.into_bytes();
    }
    let border = format!("_000_{:016x}", view.item.key);
    let _ =
        write!(out, "Content-Type: multipart/mixed; boundary=\"{border}\"\r\n\r\n--{border}\r\n{body}\r\n");
    for attachment in view.attachments() {
        let name = attachment.field("Name").unwrap_or("attachment").to_owned();
        let (kind, bytes) = match &attachment.content {
            Attached::File(bytes) => (
                attachment.field("ContentType").unwrap_or("application/octet-stream").to_owned(),
                bytes.clone(),
            ),
            Attached::Item(item) => ("message/rfc822".to_owned(), item.mime.clone().unwrap_or_default()),
        };
        let _ = write!(
            out,
            "--{border}\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            encoded(&name),
            lines(&bytes)
        );
    }
    let _ = write!(out, "--{border}--\r\n");
    out.into_bytes()
}

fn body(view: View<'_>) -> String {
    let stored = view.stored("Body");
    let is_html = stored.is_some_and(|body| body.attribute("BodyType") == Some("HTML"));
    let text = stored.map(|body| body.text.as_str()).unwrap_or_default();
    let kind = if is_html { "html" } else { "plain" };
    let bytes = lines(text.as_bytes());
    format!(
        "Content-Type: text/{kind}; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{bytes}\r\n"
    )
}

fn person(mailbox: &Element) -> String {
    let text = |name: &str| mailbox.text_of(name).unwrap_or_default();
    match (text("Name"), text("EmailAddress")) {
        ("", address) => address.to_owned(),
        (name, address) if name == address => address.to_owned(),
        (name, address) if name.is_ascii() => format!("\"{}\" <{address}>", name.replace('"', "'")),
        (name, address) => format!("{} <{address}>", encoded(name)),
    }
}

/// RFC 2047 §2 where it must be.
fn encoded(text: &str) -> String {
    let is_plain = text.is_ascii() && !text.contains(['\r', '\n']);
    if is_plain { text.to_owned() } else { format!("=?utf-8?B?{}?=", STANDARD.encode(text)) }
}

fn lines(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        text.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    lines.join("\r\n")
}

fn card(view: View<'_>) -> Vec<u8> {
    let text = |name: &str| view.text(name).unwrap_or_default();
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nN:{};{};{};;\r\nEND:VCARD\r\n",
        text("DisplayName"),
        text("Surname"),
        text("GivenName"),
        text("MiddleName")
    )
    .into_bytes()
}

/// Little of it: Microsoft says that meetings cannot be carried so.
fn calendar(view: View<'_>) -> Vec<u8> {
    let time = |name: &str| view.text(name).unwrap_or_default().replace(['-', ':'], "");
    let subject = view.text("Subject").unwrap_or_default();
    let body = view.stored("Body").map(|body| as_text(&body.text)).unwrap_or_default();
    format!(
        "Subject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; charset=\"utf-8\"; method=PUBLISH\r\n\r\n\
         BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n\
         SUMMARY:{subject}\r\nDTSTART:{}\r\nDTEND:{}\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        encoded(subject),
        time("Start"),
        time("End"),
        body.replace('\n', "\\n").replace('\r', "")
    )
    .into_bytes()
}
