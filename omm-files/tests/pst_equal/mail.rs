//! Mail: who, when, what, which marks, and the bytes of each attachment.

use crate::{FILES, Pair, pairs};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use omm_core::model::ItemKind;
use omm_testkit::pst::{Content, Item};

const LARGE: usize = 3 << 20;

fn parsed(pair: &Pair) -> Message<'_> {
    MessageParser::new().parse(&pair.body).expect("a message")
}

/// The bytes of attachments, those of messages inside behind them.
fn put_in(item: &Item, all: &mut Vec<Vec<u8>>) {
    for attachment in &item.attachments {
        match &attachment.content {
            Content::Bytes(bytes) | Content::Ole(bytes) => all.push(bytes.clone()),
            Content::Embedded(inner) => put_in(inner, all),
            Content::Reference(_) => {}
        }
    }
}

fn came_out(message: &Message<'_>, all: &mut Vec<Vec<u8>>) {
    for part in &message.parts {
        match &part.body {
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => all.push(bytes.to_vec()),
            PartType::Text(text) if part.attachment_name().is_some() => all.push(text.as_bytes().to_vec()),
            PartType::Message(inner) => came_out(inner, all),
            _ => {}
        }
    }
}

#[test]
fn attachments_are_the_same_bytes() {
    for (format, crypt) in FILES {
        let mut counted = 0;
        for pair in pairs(format, crypt, LARGE) {
            // Signed mail is its attachment.
            if pair.meta.kind != ItemKind::Mail || pair.class().contains("SMIME") {
                continue;
            }
            let (mut wanted, mut found) = (Vec::new(), Vec::new());
            put_in(&pair.item, &mut wanted);
            came_out(&parsed(&pair), &mut found);
            for bytes in wanted {
                let at = found.iter().position(|found| *found == bytes);
                let at =
                    at.unwrap_or_else(|| panic!("{} {}: {} bytes", pair.file, pair.subject(), bytes.len()));
                found.remove(at);
                counted += 1;
            }
        }
        assert_eq!(counted, 6, "{format:?}");
    }
}

#[test]
fn signed_mail_is_what_was_signed() {
    for (format, crypt) in FILES {
        for pair in pairs(format, crypt, 0).iter().filter(|pair| pair.class().contains("SMIME")) {
            let Content::Bytes(content) = &pair.item.attachments[0].content else { panic!("bytes") };
            let text = String::from_utf8_lossy(content);
            let signed = text.split_once("\r\n\r\n").unwrap().1;
            let body = String::from_utf8_lossy(&pair.body);
            assert!(body.ends_with(signed), "{}: {body}", pair.file);
        }
    }
}

/// A mail by its subject: flags, and when it came.
const MARKS: [(&str, &str, &str); 9] = [
    (
        "RE: Everything in one mail – naïve €",
        "\\Seen $MDNSent Gr&APYA3w-e Red_Category",
        "2023-02-03T09:16:00+00:00",
    ),
    ("Plain", "\\Seen", "2023-02-03T09:16:00+00:00"),
    ("Unread", "", "2023-02-03T09:16:00+00:00"),
    ("Done", "\\Seen", "2023-02-03T09:16:00+00:00"),
    ("Rich text only", "\\Seen", "2023-02-03T09:16:00+00:00"),
    ("Signed", "\\Seen", "2023-02-03T09:16:00+00:00"),
    ("Undeliverable: To nobody", "\\Seen", "2023-02-05T11:00:00+00:00"),
    ("Not finished", "\\Draft", ""),
    ("Posted here", "\\Seen", "2023-07-01T07:00:00+00:00"),
];

#[test]
fn flags_and_dates_are_those_of_the_properties() {
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        for (subject, flags, received) in MARKS {
            let pair = pairs.iter().find(|pair| pair.subject() == subject).expect(subject);
            let found = pair.meta.received.map(|time| time.to_rfc3339()).unwrap_or_default();
            assert_eq!(found, received, "{subject}");
            assert_eq!(pair.meta.flags.to_string(), flags, "{subject}");
        }
        let marks = |subject: &str| -> Vec<String> {
            let found = pairs.iter().filter(|pair| pair.subject() == subject);
            found.map(|pair| pair.meta.flags.to_string()).collect()
        };
        let mut answered = marks("AW: Answered");
        answered.sort();
        assert_eq!(answered, ["\\Seen \\Answered", "\\Seen \\Answered", "\\Seen \\Flagged $Forwarded"]);
    }
}

#[test]
fn headers_say_who_wrote_to_whom() {
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        let pair = pairs.iter().find(|pair| pair.subject().starts_with("RE: Everything")).unwrap();
        let message = parsed(pair);
        let people = |list: Option<&mail_parser::Address<'_>>| -> Vec<(String, String)> {
            let one = |one: &mail_parser::Addr<'_>| {
                (one.name().unwrap_or_default().to_owned(), one.address().unwrap_or_default().to_owned())
            };
            list.map(|list| list.iter().map(one).collect()).unwrap_or_default()
        };
        let person = |name: &str, address: &str| (name.to_owned(), address.to_owned());
        assert_eq!(people(message.from()), [person("Ana Sample", "ana@example.org")]);
        assert_eq!(people(message.to()), [person("Bruno Example", "bruno@example.com")]);
        let copies = [person("Carla Copy", "carla@example.net"), person("Eva Exchange", "eva@example.com")];
        assert_eq!(people(message.cc()), copies);
        assert_eq!(people(message.bcc()), [person("Secret Reader", "secret@example.net")]);
        assert_eq!(message.message_id(), Some("full@example.org"));
        assert_eq!(message.subject(), Some("RE: Everything in one mail – naïve €"));
        assert_eq!(message.date().map(|date| date.to_timestamp()), Some(1_675_415_700));
        let text =
            |id: &'static str| message.header(id).map(|header| format!("{header:?}")).unwrap_or_default();
        assert!(text("References").contains("first@example.org") && text("References").contains("second@"));
        assert!(text("In-Reply-To").contains("second@example.org"));
        assert!(message.body_html(0).unwrap().contains("cid:logo@example.org"));
        let image = message.parts.iter().find(|part| part.content_id() == Some("logo@example.org"));
        assert_eq!(image.unwrap().attachment_name(), Some("logo.png"));
    }
}

#[test]
fn narrow_texts_are_in_their_code_page() {
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        let narrow: Vec<_> = pairs
            .iter()
            .filter(|pair| pair.item.get(0x66c3).is_some())
            .map(|pair| {
                let message = parsed(pair);
                let body = message.body_text(0).unwrap().trim().to_owned();
                (message.subject().unwrap_or_default().to_owned(), body)
            })
            .collect();
        let expected = [("日本語", "日本語"), ("Русский", "Текст")];
        assert_eq!(narrow, expected.map(|(one, two)| (one.to_owned(), two.to_owned())), "{format:?}");
    }
}
