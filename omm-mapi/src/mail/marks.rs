//! What people did with a message: flags, keywords, when it came.

use super::header::UNSENT;
use crate::property::{Properties, named, tag};
use base64::{Engine, alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};
use omm_core::model::{Flags, Received, SystemFlag};

/// The properties that marks are made of, beside the categories.
pub(crate) const MADE_OF: &[u16] = &[
    tag::MESSAGE_FLAGS,
    tag::LAST_VERB_EXECUTED,
    tag::ICON_INDEX,
    tag::MESSAGE_STATUS,
    tag::FLAG_STATUS,
    tag::MESSAGE_DELIVERY_TIME,
    tag::CLIENT_SUBMIT_TIME,
    tag::READ_RECEIPT_REQUESTED,
    tag::MESSAGE_CODEPAGE,
];

/// Flags and keywords of a message.
pub(super) fn flags(properties: &Properties) -> Flags {
    // [MS-OXCMSG] §2.2.1.6: mfRead.
    const READ: i64 = 0x1;
    // MSGSTATUS_ANSWERED of PidTagMessageStatus.
    const ANSWERED: i64 = 0x200;
    let mut flags = Flags::none();
    let number = |id| properties.number(id).unwrap_or_default();
    let message = number(tag::MESSAGE_FLAGS);
    if message & READ != 0 {
        flags.insert(SystemFlag::Seen);
        // RFC 3503 §3.1: whoever reads it next shall not ask whether to send a receipt.
        if properties.is(tag::READ_RECEIPT_REQUESTED) {
            flags.insert_keyword("$MDNSent");
        }
    }
    if message & UNSENT != 0 {
        flags.insert(SystemFlag::Draft);
    }
    // [MS-OXOMSG] §2.2.1.4: the last thing that was done; the icon remembers it where nothing else does ([MS-OXOMSG] §2.2.1.10).
    match (number(tag::LAST_VERB_EXECUTED), number(tag::ICON_INDEX)) {
        (102 | 103, _) | (0, 0x105) => flags.insert(SystemFlag::Answered),
        (104, _) | (0, 0x106) => flags.insert_keyword("$Forwarded"),
        _ => {}
    }
    if number(tag::MESSAGE_STATUS) & ANSWERED != 0 {
        flags.insert(SystemFlag::Answered);
    }
    // [MS-OXOFLAG] §2.2.1.1: 2 is to be done; 1 is done, which is no mark any more.
    if number(tag::FLAG_STATUS) == 2 {
        flags.insert(SystemFlag::Flagged);
    }
    for category in properties.texts(properties.named(&named::KEYWORDS)) {
        flags.insert_keyword(&keyword(&category));
    }
    flags
}

/// When a message came: delivered, else sent.
pub(super) fn received(properties: &Properties) -> Option<Received> {
    let time = |id| properties.time(id);
    time(tag::MESSAGE_DELIVERY_TIME).or_else(|| time(tag::CLIENT_SUBMIT_TIME)).map(|time| time.fixed_offset())
}

/// A category as a keyword, which is an atom (RFC 9051 §9): what cannot stand in one becomes an underscore; letters beyond ASCII are written
/// in modified UTF-7 (RFC 3501 §5.1.3), as those of Gmail's labels are.
pub fn keyword(category: &str) -> String {
    const MODIFIED: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);
    let mut keyword = String::new();
    let mut rest = category.trim();
    while let Some(first) = rest.chars().next() {
        let is_odd = |letter: char| !letter.is_ascii() && !letter.is_control();
        let end = rest.find(|letter| is_odd(letter) != is_odd(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        if is_odd(first) {
            let bytes: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            keyword.push('&');
            MODIFIED.encode_string(bytes, &mut keyword);
            keyword.push('-');
        } else {
            for letter in run.chars() {
                match letter {
                    '&' => keyword.push_str("&-"),
                    '!'..='~' if !"(){%*\"\\]".contains(letter) => keyword.push(letter),
                    _ => keyword.push('_'),
                }
            }
        }
        rest = behind;
    }
    keyword
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property::{NameMap, Value};
    use std::sync::Arc;

    #[test]
    fn flags_and_keywords() {
        let number = |id, value| (id, Value::Integer32(value));
        let receipt = (tag::READ_RECEIPT_REQUESTED, Value::Boolean(true));
        for (values, expected) in [
            (vec![], ""),
            (vec![number(tag::MESSAGE_FLAGS, 0x11)], "\\Seen"),
            (vec![number(tag::MESSAGE_FLAGS, 1), receipt.clone()], "\\Seen $MDNSent"),
            (vec![receipt], ""),
            (vec![number(tag::MESSAGE_FLAGS, 8)], "\\Draft"),
            (vec![number(tag::LAST_VERB_EXECUTED, 103)], "\\Answered"),
            (vec![number(tag::LAST_VERB_EXECUTED, 104), number(tag::ICON_INDEX, 0x105)], "$Forwarded"),
            (vec![number(tag::ICON_INDEX, 0x105)], "\\Answered"),
            (vec![number(tag::ICON_INDEX, 0x106)], "$Forwarded"),
            (vec![number(tag::MESSAGE_STATUS, 0x200)], "\\Answered"),
            (vec![number(tag::FLAG_STATUS, 2)], "\\Flagged"),
            (vec![number(tag::FLAG_STATUS, 1)], ""),
            (
                vec![(
                    0x8005,
                    Value::Multiple(vec![
                        Value::String("Blue Category".into()),
                        Value::String("Büro (1)".into()),
                    ]),
                )],
                "B&APw-ro__1_ Blue_Category",
            ),
        ] {
            let mut names = NameMap::new();
            names.insert(named::KEYWORDS, 0x8005);
            let mut properties = Properties::new(Arc::new(names));
            values.into_iter().for_each(|(id, value)| properties.insert(id, value));
            assert_eq!(flags(&properties).to_string().replace("\\\\", "\\"), expected);
        }
    }

    #[test]
    fn keywords_are_atoms() {
        for (category, expected) in [("Q&A", "Q&-A"), ("日本", "&ZeVnLA-"), ("a\tb\u{85}", "a_b"), ("", "")]
        {
            assert_eq!(keyword(category), expected);
        }
    }
}
