//! Every text of every item is in what came out, but for those with a reason.

use crate::{FILES, Pair, pairs, text};
use omm_core::model::ItemKind;
use omm_testkit::pst::{Content, Item, Key, Properties, Value};
use std::collections::BTreeMap;

/// What is not found, and why. Classes by their beginning.
const NOT_THERE: &[(&str, &str, &str)] = &[
    ("IPM.Appointment", "0042", "RFC 5545 §3.8.4.3: who is alone has no organizer"),
    ("IPM.Appointment", "0065", "the same"),
    ("IPM.Appointment", "0c1a", "the same"),
    ("IPM.Appointment", "0c1f", "the same"),
    ("IPM.Appointment", "2002:8232", "the words for the rule, which is there"),
    ("IPM.Appointment", "2002:8234", "the words for the time zone, which is there"),
    ("IPM.", "2002:8238", "the names of the attendees, who are there one by one"),
    ("IPM.", "2002:823b", "the same"),
    ("IPM.Contact", "2004:8080", "what is shown for an address: made of name and address"),
    ("IPM.Contact", "2004:8084", "the same"),
    ("IPM.Contact", "2004:8082", "the type of an address"),
    ("IPM.Contact", "2004:8092", "the same"),
    ("IPM.Contact", "2004:80b2", "the same"),
    ("IPM.Contact", "2004:80c2", "the same"),
    ("IPM.Contact", "2004:80d2", "the same"),
    ("IPM.Contact", "2004:80b3", "the number of a fax as an address; the number is there"),
    ("IPM.Contact", "2004:80c3", "the same"),
    ("IPM.Contact", "2004:80d3", "the same"),
    ("IPM.Contact", "3001", "the name of the photo's file; a card has the photo alone"),
    ("IPM.Contact", "3707", "the same"),
    ("IPM.Note", "0050", "the headers of the way have no Reply-To, and they count"),
    ("IPM.Note", "007d", "headers are kept one by one; those of MIME are made anew"),
    ("IPM.Note", "2008:8530", "words for a follow-up, which is a flag"),
    ("IPM.Note", "Keywords", "keywords are flags, and are looked at there"),
    ("IPM.Note.SMIME", "3001", "the signed content is the message"),
    ("IPM.Note.SMIME", "3707", "the same"),
    ("IPM.Task", "2003:8127", "who changed it last"),
];

/// Properties whose texts say what something is, and are no content.
const WORDS_OF_FORM: [u16; 6] = [0x001a, 0x0c1e, 0x0064, 0x3704, 0x370e, 0x3703];

fn shown(key: &Key) -> String {
    match key {
        Key::Id(id) => format!("{id:04x}"),
        Key::Number(set, lid) => format!("{:02x}{:02x}:{lid:04x}", set.0[1], set.0[0]),
        Key::Word(_, word) => word.clone(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::ManyTexts(texts) => texts.clone(),
        _ => Vec::new(),
    }
}

fn of(properties: &Properties, add: &mut dyn FnMut(&Key, String)) {
    for (key, value) in properties {
        if matches!(key, Key::Id(id) if WORDS_OF_FORM.contains(id)) {
            continue;
        }
        texts(value).into_iter().for_each(|text| add(key, text));
    }
}

/// Texts of an item, its recipients, its attachments and what is inside of them.
fn all(item: &Item, add: &mut dyn FnMut(&Key, String)) {
    of(&item.properties, add);
    for recipient in &item.recipients {
        add(&Key::Id(0x3001), recipient.name.clone());
        // An address in an organisation is none on the Internet; the one that is stands beside it.
        let smtp = recipient.more.iter().find(|(id, _)| *id == 0x39fe).and_then(|(_, value)| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
        add(&Key::Id(0x3003), smtp.unwrap_or_else(|| recipient.address.clone()));
    }
    for attachment in &item.attachments {
        of(&attachment.properties, add);
        match &attachment.content {
            Content::Embedded(inner) => all(inner, add),
            Content::Reference(path) => add(&Key::Id(0x3708), path.clone()),
            Content::Bytes(_) | Content::Ole(_) => {}
        }
    }
}

fn missing(pair: &Pair) -> Vec<(String, String)> {
    let seen = match pair.meta.kind {
        ItemKind::Mail => text::of_mail(&pair.body),
        _ => text::of_lines(&pair.body),
    };
    let mut missing = Vec::new();
    all(&pair.item, &mut |key, text| {
        let mut wanted = text::plain(&text);
        if pair.file.starts_with("Ansi") {
            // What the narrow code page lacks is written as a character reference.
            let narrow = encoding_rs::WINDOWS_1252.encode(&wanted).0.into_owned();
            wanted = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&narrow).0.into_owned();
        }
        if !seen.contains(&wanted) {
            missing.push((shown(key), text));
        }
    });
    missing
}

#[test]
fn every_text_is_found() {
    let (mut new, mut met) = (BTreeMap::<String, Vec<String>>::new(), vec![false; NOT_THERE.len()]);
    let mut counted = 0;
    for (format, crypt) in FILES {
        for pair in pairs(format, crypt, 0) {
            all(&pair.item, &mut |_, _| counted += 1);
            for (key, text) in missing(&pair) {
                let row = NOT_THERE.iter().position(|(class, known, _)| {
                    *known == key && (class.is_empty() || pair.class().starts_with(class))
                });
                match row {
                    Some(row) => met[row] = true,
                    None => {
                        let line = format!("{} {key}: {text:?}", pair.class());
                        new.entry(line).or_default().push(pair.file.clone());
                    }
                }
            }
        }
    }
    println!("{counted} texts");
    let stale: Vec<_> = NOT_THERE.iter().zip(met).filter(|(_, met)| !met).collect();
    let lines: Vec<_> = new.iter().map(|(line, files)| format!("{line} in {files:?}")).collect();
    assert!(lines.is_empty() && stale.is_empty(), "{}\nstale: {stale:?}", lines.join("\n"));
    assert!(counted > FILES.len() * 300);
}
