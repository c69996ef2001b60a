//! All that a reader of an item sees, as one text.

use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};

/// Of mail: headers, bodies, names of attachments, and the same of messages inside.
pub(crate) fn of_mail(body: &[u8]) -> String {
    let mut text = String::new();
    add(&MessageParser::new().parse(body).expect("a message"), &mut text);
    plain(&text)
}

/// Of a vCard or an iCalendar object: lines unfolded, escapes undone (RFC 6350 §3.2, §3.4; RFC 5545 §3.1, §3.3.11).
pub(crate) fn of_lines(body: &[u8]) -> String {
    let text = String::from_utf8(body.to_vec()).expect("UTF-8").replace("\r\n ", "");
    let mut plain_text = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain_text.push('\n'),
                other => plain_text.extend(other),
            },
            other => plain_text.push(other),
        }
    }
    // RFC 6868 §3: how a line end stands in a parameter.
    plain(&plain_text.replace("^n", "\n"))
}

/// Without differences in white space, and without the marks around ids that parsers take away.
pub(crate) fn plain(text: &str) -> String {
    text.replace(['<', '>'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn add(message: &Message<'_>, text: &mut String) {
    for part in &message.parts {
        for header in &part.headers {
            text.push_str(&format!("\n{}: ", header.name.as_str()));
            value(&header.value, text);
        }
        text.extend(part.attachment_name().map(|name| format!("\n{name}\n")));
        match &part.body {
            PartType::Text(body) | PartType::Html(body) => text.push_str(body),
            PartType::Message(inner) => add(inner, text),
            _ => {}
        }
    }
}

fn value(value: &HeaderValue<'_>, text: &mut String) {
    match value {
        HeaderValue::Address(Address::List(all)) => {
            for one in all {
                let parts = [one.name.as_deref(), one.address.as_deref()];
                parts.into_iter().flatten().for_each(|part| text.push_str(&format!("{part}, ")));
            }
        }
        HeaderValue::Text(one) => text.push_str(one),
        HeaderValue::TextList(all) => all.iter().for_each(|one| text.push_str(&format!("{one} "))),
        HeaderValue::DateTime(date) => text.push_str(&date.to_rfc3339()),
        other => text.push_str(&format!("{other:?}")),
    }
}
