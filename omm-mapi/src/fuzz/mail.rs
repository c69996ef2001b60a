//! RTF, and mail made of what strangers wrote.

use crate::{
    Options, StoredAttachment, StoredMessage,
    property::{Properties, Value, tag},
    text::{Rtf, decode, read_rtf, unpack_rtf},
};

/// No RTF makes a reader panic or grow without measure, packed or not.
pub fn rtf(data: &[u8]) {
    // What is shown of a byte: an escape and two tags that open and close.
    const GROWTH: usize = 128;
    // What is shown of addresses, each letter as an escape.
    const LINKS: usize = 6 * (17 << 20);
    let unpacked = unpack_rtf(data).map(|unpacked| unpacked.rtf).unwrap_or_default();
    assert!(unpacked.len() <= data.len() * 18);
    for rtf in [data, &unpacked] {
        let length = match read_rtf(rtf) {
            Rtf::Html(text) | Rtf::Text(text) => text.len(),
            Rtf::Rich { text, html } => text.len() + html.map_or(0, |html| html.len()),
        };
        // A link may be shown for each letter of its text, up to a bound.
        let links = if rtf.windows(7).any(|word| word == b"fldinst") { LINKS } else { 0 };
        assert!(length <= 1024 + rtf.len() * GROWTH + links);
    }
}

/// No body and no header makes a converter panic; what comes out is the same twice and has no bare line ends in its header.
pub fn mail(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let mut properties = Properties::default();
    let text = decode(data, 65001);
    match kind % 6 {
        0 => properties.insert(tag::BODY_HTML, Value::Binary(data.to_vec())),
        1 => properties.insert(tag::TRANSPORT_MESSAGE_HEADERS, Value::String(text.clone())),
        2 => properties.insert(tag::RTF_COMPRESSED, Value::Binary(data.to_vec())),
        3 => {
            for id in [
                tag::SUBJECT,
                tag::SENDER_NAME,
                tag::SENDER_EMAIL_ADDRESS,
                tag::BODY,
                tag::INTERNET_MESSAGE_ID,
            ] {
                properties.insert(id, Value::String(text.clone()));
            }
        }
        4 => properties.insert(tag::REPLY_RECIPIENT_ENTRIES, Value::Binary(data.to_vec())),
        _ => {}
    }
    let mut message = StoredMessage { properties, ..StoredMessage::default() };
    if kind % 6 == 5 {
        let mut attachment = Properties::default();
        for id in [tag::ATTACH_LONG_FILENAME, tag::ATTACH_MIME_TAG, tag::ATTACH_CONTENT_ID] {
            attachment.insert(id, Value::String(text.clone()));
        }
        message.attachments.push(StoredAttachment {
            properties: attachment,
            data: Some(data.to_vec()),
            message: None,
        });
    }
    crate::text::plain_body(&message.properties);
    let written = || crate::convert(&message, &Options::default()).and_then(|it| Ok(it.body.into_bytes()?));
    let (Ok(once), Ok(twice)) = (written(), written()) else { return };
    assert!(once == twice);
    let header = memchr::memmem::find(&once, b"\r\n\r\n").and_then(|end| once.get(..end)).unwrap_or(&once);
    for line in header.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998 && line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')));
    }
}
