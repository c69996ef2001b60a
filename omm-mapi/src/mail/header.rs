//! The header of a message: as it was on its way, where that is kept, completed by what the properties say.

use super::{
    address::{self, Mailbox},
    encode::one_line,
    entry_id,
    fields::Fields,
    stored::Stored,
};
use crate::property::{Properties, named, tag};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};

/// PidTagMessageFlags ([MS-OXCMSG] §2.2.1.6): not sent yet.
pub(super) const UNSENT: i64 = 0x8;
/// A longer identifier is none (RFC 5322 §2.1.1).
const LONGEST_ID: usize = 900;

/// Makes the header of a message, without what tells the structure of its body.
pub(super) fn header(properties: &Properties, recipients: &[Properties]) -> Stored {
    let text = properties.text(tag::TRANSPORT_MESSAGE_HEADERS).unwrap_or_default();
    let mut stored = Stored::read(&text);
    let was_on_its_way = stored.fields.count() > 0;
    originator(&mut stored, properties);
    addressees(&mut stored, properties, recipients);
    subject_and_date(&mut stored.fields, properties);
    identity(&mut stored, properties);
    let fields = &mut stored.fields;
    if !was_on_its_way {
        thread(fields, properties);
    }
    urgency(fields, properties);
    if !was_on_its_way {
        receipts(fields, properties);
        lists(fields, properties);
        others(&mut stored, properties);
    }
    stored
}

/// The date for a header (RFC 5322 §3.3).
pub(super) fn date(time: DateTime<Utc>) -> String {
    time.to_rfc2822()
}

/// The subject, without the mark that says how long its prefix is ([MS-PST] §2.5.3.1.1.1: U+0001 and a length).
pub(super) fn subject(properties: &Properties) -> Option<String> {
    let subject = properties.text(tag::SUBJECT).or_else(|| {
        let normalized = properties.text(tag::NORMALIZED_SUBJECT)?;
        Some(properties.text(tag::SUBJECT_PREFIX).unwrap_or_default() + &normalized)
    })?;
    Some(match subject.strip_prefix('\u{1}') {
        Some(rest) => rest.chars().skip(1).collect(),
        None => subject,
    })
}

/// Who the message is from: whom it is sent for, else who sent it.
pub(super) fn from(properties: &Properties) -> Option<Mailbox> {
    represented(properties).or_else(|| sender(properties))
}

/// A recipient.
pub(super) fn recipient(properties: &Properties) -> Option<Mailbox> {
    let text = |id| properties.text(id);
    let name = text(tag::DISPLAY_NAME)
        .or_else(|| text(tag::RECIPIENT_DISPLAY_NAME))
        .or_else(|| text(tag::TRANSMITTABLE_DISPLAY_NAME));
    Mailbox::new(name, text(tag::SMTP_ADDRESS), text(tag::ADDRESS_TYPE), text(tag::EMAIL_ADDRESS))
}

fn represented(properties: &Properties) -> Option<Mailbox> {
    let text = |id| properties.text(id);
    Mailbox::new(
        text(tag::SENT_REPRESENTING_NAME),
        text(tag::SENT_REPRESENTING_SMTP_ADDRESS),
        text(tag::SENT_REPRESENTING_ADDRESS_TYPE),
        text(tag::SENT_REPRESENTING_EMAIL_ADDRESS),
    )
}

fn sender(properties: &Properties) -> Option<Mailbox> {
    let text = |id| properties.text(id);
    Mailbox::new(
        text(tag::SENDER_NAME),
        text(tag::SENDER_SMTP_ADDRESS),
        text(tag::SENDER_ADDRESS_TYPE),
        text(tag::SENDER_EMAIL_ADDRESS),
    )
}

/// RFC 5322 §3.6.2. A draft may have no author yet; anything else gets one, as the standard wants it.
fn originator(stored: &mut Stored, properties: &Properties) {
    if stored.fields.has("From") {
        return;
    }
    let named = stored.named("From").into_iter().next();
    let draft = properties.number(tag::MESSAGE_FLAGS).is_some_and(|flags| flags & UNSENT != 0);
    let (from, sender) = (from(properties).or(named), sender(properties));
    stored.losses.extend(from.iter().filter_map(|one| one.loss.clone()));
    let fields = &mut stored.fields;
    match &from {
        Some(from) => fields.words("From", from.words()),
        None if draft => {}
        None => fields.words("From", Mailbox::unknown().words()),
    }
    let other = |sender: &Mailbox| {
        from.as_ref().is_some_and(|from| !from.address.eq_ignore_ascii_case(&sender.address))
    };
    if let Some(sender) = sender.filter(other)
        && !fields.has("Sender")
    {
        fields.words("Sender", sender.words());
    }
    if !fields.has("Reply-To") {
        let entries = properties.binary(tag::REPLY_RECIPIENT_ENTRIES).unwrap_or_default();
        let (answers, is_short) = entry_id::mailboxes(entries, properties.code_page());
        if is_short {
            stored.losses.push("somebody whom answers go to cannot be read and is left out".to_owned());
        }
        let same = matches!((answers.as_slice(), &from), ([one], Some(from)) if one.address == from.address);
        if !same {
            fields.words("Reply-To", address::list(&answers));
        }
    }
}

/// RFC 5322 §3.6.3, by kind of recipient ([MS-OXOMSG] §2.2.3.1).
fn addressees(stored: &mut Stored, properties: &Properties, recipients: &[Properties]) {
    for (name, kind, shown) in
        [("To", 1, tag::DISPLAY_TO), ("Cc", 2, tag::DISPLAY_CC), ("Bcc", 3, tag::DISPLAY_BCC)]
    {
        if stored.fields.has(name) {
            continue;
        }
        // The low bits: the rest says how far delivery came.
        let is = |row: &&Properties| row.number(tag::RECIPIENT_TYPE).map_or(1, |number| number & 0xF) == kind;
        let mut people: Vec<Mailbox> = recipients.iter().filter(is).filter_map(recipient).collect();
        if people.is_empty() && recipients.is_empty() {
            let names = properties.text(shown).unwrap_or_default();
            let names = names.split(';').map(str::trim).filter(|name| !name.is_empty());
            people = names.filter_map(|name| Mailbox::new(Some(name.to_owned()), None, None, None)).collect();
        }
        if people.is_empty() {
            people = stored.named(name);
        }
        stored.losses.extend(people.iter().filter_map(|one| one.loss.clone()));
        stored.fields.words(name, address::list(&people));
    }
}

fn subject_and_date(fields: &mut Fields, properties: &Properties) {
    if !fields.has("Subject")
        && let Some(subject) = subject(properties)
    {
        fields.text("Subject", &subject);
    }
    let dates = [
        tag::CLIENT_SUBMIT_TIME,
        tag::MESSAGE_DELIVERY_TIME,
        tag::CREATION_TIME,
        tag::LAST_MODIFICATION_TIME,
    ];
    if !fields.has("Date")
        && let Some(time) = dates.into_iter().find_map(|id| properties.time(id))
    {
        fields.text("Date", &date(time));
    }
}

/// RFC 5322 §3.6.4.
fn identity(stored: &mut Stored, properties: &Properties) {
    for (name, id) in [
        ("Message-ID", tag::INTERNET_MESSAGE_ID),
        ("In-Reply-To", tag::IN_REPLY_TO_ID),
        ("References", tag::INTERNET_REFERENCES),
    ] {
        if stored.fields.has(name) {
            continue;
        }
        let text = properties.text(id).unwrap_or_default();
        let sound = identifiers(&text);
        // Some have blanks between `<` and `>`: what is left out is told once.
        if sound.is_empty() && !text.trim().is_empty() {
            stored.losses.push(format!("the {name} is none that mail can carry: it is left out"));
        }
        stored.fields.words(name, sound);
    }
}

/// Identifiers, each in its brackets; what can be none is left out.
pub(super) fn identifiers(text: &str) -> Vec<String> {
    let sound = |id: &&str| {
        let whole = !id.starts_with('<') || id.len() > 2 && id.ends_with('>');
        whole && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let bracketed = |id: &str| if id.starts_with('<') { id.to_owned() } else { format!("<{id}>") };
    // RFC 5322 §3.6.4: no blanks stand within an identifier; what is in brackets is one, or none.
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        found.extend(before.split_whitespace());
        let end = from.find('>').map_or(from.len(), |end| end + 1);
        let (id, behind) = from.split_at(end);
        found.push(id);
        rest = behind;
    }
    found.extend(rest.split_whitespace());
    found.into_iter().filter(sound).map(bracketed).collect()
}

fn thread(fields: &mut Fields, properties: &Properties) {
    if let Some(topic) = properties.text(tag::CONVERSATION_TOPIC) {
        fields.text("Thread-Topic", &topic);
    }
    // [MS-OXOMSG] §2.2.1.3: a header of 22 bytes, and five for each answer.
    if let Some(index) =
        properties.binary(tag::CONVERSATION_INDEX).and_then(|index| index.get(..index.len().min(300)))
    {
        fields.words("Thread-Index", [STANDARD.encode(index)]);
    }
}

/// [MS-OXCMAIL] §2.1.3.2: Importance, X-Priority, Sensitivity, Expires. Rules and people set them after a message has
/// come, too: they are told where the header on its way did not.
fn urgency(fields: &mut Fields, properties: &Properties) {
    let says = |names: &[&str]| names.iter().any(|name| fields.has(name));
    let has_importance = says(&["Importance", "X-Priority", "Priority", "X-MSMail-Priority"]);
    let (has_sensitivity, has_expiry) = (says(&["Sensitivity"]), says(&["Expires", "Expiry-Date"]));
    let (importance, priority) = match properties.number(tag::IMPORTANCE).filter(|_| !has_importance) {
        Some(0) => ("Low", "5"),
        Some(2) => ("High", "1"),
        _ => ("", ""),
    };
    fields.text("Importance", importance);
    fields.text("X-Priority", priority);
    let sensitivity = match properties.number(tag::SENSITIVITY).filter(|_| !has_sensitivity) {
        Some(1) => "Personal",
        Some(2) => "Private",
        Some(3) => "Company-Confidential",
        _ => "",
    };
    fields.text("Sensitivity", sensitivity);
    if let Some(time) = properties.time(tag::EXPIRY_TIME).filter(|_| !has_expiry) {
        fields.text("Expires", &date(time));
    }
}

/// RFC 8098 §2.1.
fn receipts(fields: &mut Fields, properties: &Properties) {
    let Some(from) = from(properties) else { return };
    if properties.is(tag::READ_RECEIPT_REQUESTED) {
        fields.words("Disposition-Notification-To", from.words());
    }
    if properties.is(tag::ORIGINATOR_DELIVERY_REPORT_REQUESTED) {
        fields.words("Return-Receipt-To", from.words());
    }
}

/// RFC 2369.
fn lists(fields: &mut Fields, properties: &Properties) {
    for (name, id) in [
        ("List-Help", tag::LIST_HELP),
        ("List-Subscribe", tag::LIST_SUBSCRIBE),
        ("List-Unsubscribe", tag::LIST_UNSUBSCRIBE),
    ] {
        fields.text(name, &properties.text(id).unwrap_or_default());
    }
}

/// Fields that were kept each for itself ([MS-OXCMAIL] §2.2.3.2.26).
fn others(stored: &mut Stored, properties: &Properties) {
    const MOST: usize = 500;
    let all = properties.words(named::PS_INTERNET_HEADERS);
    if all.len() > MOST {
        stored.losses.push(format!("it has more than {MOST} fields of its own: the rest is left out"));
    }
    let fields = &mut stored.fields;
    for (name, value) in all.into_iter().take(MOST) {
        let sound = !name.is_empty()
            && name.len() <= 76
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let lower = name.to_ascii_lowercase();
        if !sound || fields.has(&lower) || lower == "mime-version" || lower.starts_with("content-") {
            continue;
        }
        for text in properties.texts(Some(value)) {
            fields.text(name, &one_line(&text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::{NameMap, Named, Value};
    use std::sync::Arc;

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    fn bag(values: Vec<(u16, Value)>) -> Properties {
        let mut names = NameMap::new();
        names.insert(Named::Text(named::PS_INTERNET_HEADERS, "X-Mailer".into()), 0x8001);
        names.insert(Named::Text(named::PS_INTERNET_HEADERS, "content-type".into()), 0x8002);
        let mut properties = Properties::new(Arc::new(names));
        values.into_iter().for_each(|(id, value)| properties.insert(id, value));
        properties
    }

    fn row(kind: i32, name: &str, address: &str) -> Properties {
        bag(vec![
            (tag::RECIPIENT_TYPE, Value::Integer32(kind)),
            (tag::DISPLAY_NAME, text(name)),
            (tag::SMTP_ADDRESS, text(address)),
        ])
    }

    #[test]
    fn a_header_is_made_of_properties() {
        let properties = bag(vec![
            (tag::SENT_REPRESENTING_NAME, text("Boss")),
            (tag::SENT_REPRESENTING_SMTP_ADDRESS, text("boss@x.org")),
            (tag::SENDER_NAME, text("Secretary")),
            (tag::SENDER_ADDRESS_TYPE, text("SMTP")),
            (tag::SENDER_EMAIL_ADDRESS, text("sec@x.org")),
            (tag::SUBJECT, text("\u{1}\u{5}RE: Grüße")),
            (tag::CLIENT_SUBMIT_TIME, Value::Time(133_537_614_720_000_000)),
            (tag::INTERNET_MESSAGE_ID, text("1@x")),
            (tag::INTERNET_REFERENCES, text("<a@x>\r\n <b@x>")),
            (tag::IMPORTANCE, Value::Integer32(2)),
            (tag::SENSITIVITY, Value::Integer32(2)),
            (tag::READ_RECEIPT_REQUESTED, Value::Boolean(true)),
            (tag::CONVERSATION_TOPIC, text("Grusse")),
            (tag::CONVERSATION_INDEX, Value::Binary(vec![1; 22])),
            (tag::LIST_UNSUBSCRIBE, text("<mailto:u@x>")),
            (0x8001, text("A\nB: C")),
            (0x8002, text("no")),
        ]);
        let recipients = [
            row(1, "Ann", "ann@x.org"),
            row(2, "Bob", "bob@x.org"),
            row(0x1000_0003, "Eve", "eve@x.org"),
            row(1, "", ""),
        ];
        let expected = "From: Boss <boss@x.org>\r\nSender: Secretary <sec@x.org>\r\nTo: Ann <ann@x.org>\r\n\
            Cc: Bob <bob@x.org>\r\nBcc: Eve <eve@x.org>\r\nSubject: =?utf-8?B?UkU6IEdyw7zDn2U=?=\r\n\
            Date: Fri, 1 Mar 2024 10:11:12 +0000\r\nMessage-ID: <1@x>\r\nReferences: <a@x> <b@x>\r\n\
            Thread-Topic: Grusse\r\nThread-Index: AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ==\r\nImportance: High\r\n\
            X-Priority: 1\r\nSensitivity: Private\r\nDisposition-Notification-To: Boss <boss@x.org>\r\n\
            List-Unsubscribe: <mailto:u@x>\r\nX-Mailer: A B: C\r\n";
        assert_eq!(header(&properties, &recipients).fields.as_str(), expected);
    }

    #[test]
    fn identifiers_are_in_brackets() {
        for (text, expected) in [
            ("<a@x>\r\n b@x", "<a@x> <b@x>"),
            ("<a@x><b@x>", "<a@x> <b@x>"),
            ("<a b@x> <c@x>", "<c@x>"),
            ("<ä@x>", ""),
            ("<", ""),
            ("", ""),
        ] {
            assert_eq!(identifiers(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_stored_header_goes_first() {
        let properties = bag(vec![
            (tag::TRANSPORT_MESSAGE_HEADERS, text("Received: x\r\nFrom: a@x\r\nSubject: one\r\n\r\n")),
            (tag::SUBJECT, text("two")),
            (tag::IMPORTANCE, Value::Integer32(2)),
            (tag::INTERNET_MESSAGE_ID, text("<1@x>")),
        ]);
        let header = header(&properties, &[row(3, "Eve", "eve@x.org")]);
        assert_eq!(
            header.fields.as_str(),
            "Received: x\r\nFrom: a@x\r\nSubject: one\r\nBcc: Eve <eve@x.org>\r\nMessage-ID: <1@x>\r\n\
             Importance: High\r\nX-Priority: 1\r\n"
        );
    }

    #[test]
    fn names_without_addresses_are_completed() {
        let stored = "From: \"Ann A\"\r\nTo: Bob\r\nCc: undisclosed:;\r\nSubject: x\r\n";
        let bare = bag(vec![(tag::TRANSPORT_MESSAGE_HEADERS, text(stored))]);
        assert_eq!(
            header(&bare, &[]).fields.as_str(),
            "Cc: undisclosed:;\r\nSubject: x\r\nFrom: Ann A <unknown@unresolved.invalid>\r\n\
             To: Bob <unknown@unresolved.invalid>\r\n"
        );
        let known = header(&bare, &[row(1, "Bob", "bob@x.org")]);
        assert!(known.fields.as_str().contains("To: Bob <bob@x.org>\r\n"));
    }

    #[test]
    fn what_is_missing_is_said_or_left_out() {
        let empty = bag(vec![]);
        assert_eq!(header(&empty, &[]).fields.as_str(), "From: unknown@unresolved.invalid\r\n");
        let draft = bag(vec![(tag::MESSAGE_FLAGS, Value::Integer32(8)), (tag::DISPLAY_TO, text("Ann; Bob"))]);
        assert_eq!(
            header(&draft, &[]).fields.as_str(),
            "To: Ann <unknown@unresolved.invalid>, Bob <unknown@unresolved.invalid>\r\n"
        );
    }
}
