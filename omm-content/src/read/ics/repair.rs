//! A line of iCalendar 2.0 as it should have been: charset, spaces, quotes, quoted-printable, kinds of dates.
//!
//! A line in which nothing is wrong comes back as it is. The first pass asks for the problems, the second for the text.

use crate::read::{
    Reason, charset, fold,
    property::{Head, Param, unquoted},
    quoted,
};
use std::borrow::Cow;

/// How often a repaired line is looked at again. One repair may uncover what another one is for: a charset that hid a
/// date, for instance.
const AGAIN: usize = 4;

/// The line as it is written; nothing if it is left out. What is written would come back as it is.
pub(super) fn line<'a>(line: &'a [u8], says: &mut dyn FnMut(Reason)) -> Option<Cow<'a, str>> {
    let mut text = once(line, says)?;
    for _ in 0..AGAIN {
        let Cow::Owned(repaired) = &text else { break };
        let cleaned = fold::without_control(repaired);
        let again = once(cleaned.as_bytes(), &mut |_| {})?.into_owned();
        if again == *repaired {
            break;
        }
        text = Cow::Owned(again);
    }
    Some(text)
}

fn once<'a>(line: &'a [u8], says: &mut dyn FnMut(Reason)) -> Option<Cow<'a, str>> {
    let head = Head::of(line)?;
    let declared = if head.has_params() { head.param(line, "CHARSET") } else { None };
    let is_quoted = head.has_params() && head.says(line, b"QUOTED-PRINTABLE");
    let date = date_trouble(line, head);
    if date == Some(Trouble::Empty) {
        says(Reason::NoDate);
        return None;
    }
    let (text, reason) = charset::decode(line, declared);
    reason.into_iter().for_each(&mut *says);
    let is_plain = !head.is_spaced(line) && !head.is_odd() && !is_quoted && date.is_none();
    let keeps_charset = reason.is_none() || declared.is_none();
    if is_plain && keeps_charset && (!head.has_params() || head.params(line).all(is_fine)) {
        return Some(text);
    }
    if head.is_spaced(line) {
        says(Reason::Spaces);
    }
    if is_quoted {
        says(Reason::Quoted);
    }
    if date.is_some() {
        says(Reason::DateKind);
    }
    let mut out = name(line, head);
    for param in head.params(line).filter(|param| !drops(param, is_quoted, date)) {
        out.push(';');
        out.push_str(&parameter(param, says));
    }
    if date == Some(Trouble::NotSaid) {
        out.push_str(";VALUE=DATE");
    }
    out.push(':');
    let value = head.value(line);
    if is_quoted {
        let bytes = quoted::decode(value);
        let (text, reason) = charset::decode(&bytes, declared);
        reason.filter(|reason| *reason != Reason::Charset).into_iter().for_each(&mut *says);
        out.push_str(&escaped(&text, is_text(head.name(line))));
    } else {
        out.push_str(dated(&charset::decode(value, declared).0, date));
    }
    Some(Cow::Owned(out))
}

/// Escapes what a TEXT value may not hold (RFC 5545 §3.3.11), where it is not escaped already.
pub(super) fn escaped(text: &str, separators: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                out.push('\\');
                match letters.next_if(|next| matches!(next, ',' | ';' | '\\' | 'n' | 'N')) {
                    Some(next) => out.push(next),
                    None => out.push('\\'),
                }
            }
            '\r' => {
                letters.next_if_eq(&'\n');
                out.push_str("\\n");
            }
            '\n' => out.push_str("\\n"),
            ',' | ';' if separators => out.extend(['\\', letter]),
            _ => out.push(letter),
        }
    }
    out
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// No value at all.
    Empty,
    /// A date, and no VALUE=DATE.
    NotSaid,
    /// VALUE=DATE and midnight: the date is meant.
    Midnight,
    /// VALUE=DATE and a time: the time is meant.
    Timed,
}

/// RFC 5545 §3.2.20: VALUE=DATE goes with a date, and only with one.
fn date_trouble(line: &[u8], head: Head) -> Option<Trouble> {
    const DATES: [&[u8]; 6] = [b"DTSTART", b"DTEND", b"DUE", b"RECURRENCE-ID", b"EXDATE", b"RDATE"];
    let name = head.name(line);
    if !DATES.iter().any(|date| name.eq_ignore_ascii_case(date)) {
        return None;
    }
    let value = head.value(line).trim_ascii();
    if value.is_empty() {
        return Some(Trouble::Empty);
    }
    let kind = head.param(line, "VALUE");
    let is = |value: &[u8]| value.len() == 8 && value.iter().all(u8::is_ascii_digit);
    let all = |test: fn(&[u8]) -> bool| value.split(|byte| *byte == b',').all(|one| test(one.trim_ascii()));
    match kind {
        None if value.split(|byte| *byte == b',').all(is) => Some(Trouble::NotSaid),
        Some(kind) if kind.eq_ignore_ascii_case(b"DATE") => {
            if all(|one| one.get(8..).is_some_and(|time| time == b"T000000" || time == b"T000000Z")) {
                Some(Trouble::Midnight)
            } else {
                all(|one| one.get(8) == Some(&b'T')).then_some(Trouble::Timed)
            }
        }
        _ => None,
    }
}

fn dated(value: &str, date: Option<Trouble>) -> &str {
    match date {
        // Several are seldom: they stay as they are, and are read as what they are.
        Some(Trouble::Midnight) if !value.contains(',') => value.trim().get(..8).unwrap_or(value),
        Some(_) => value.trim(),
        None => value,
    }
}

fn drops(param: &Param<'_>, is_quoted: bool, date: Option<Trouble>) -> bool {
    let named = |name: &[u8]| param.name.eq_ignore_ascii_case(name);
    let is_encoding =
        (named(b"ENCODING") || named(b"")) && unquoted(param.value).eq_ignore_ascii_case(b"QUOTED-PRINTABLE");
    named(b"CHARSET")
        || (is_quoted && is_encoding)
        || (named(b"VALUE") && date == Some(Trouble::Timed))
        || (named(b"TZID") && matches!(date, Some(Trouble::NotSaid | Trouble::Midnight)))
}

/// Whether a parameter may stand as it is.
fn is_fine(param: Param<'_>) -> bool {
    if param.name.is_empty() {
        return false;
    }
    let is_quoted = param.value.first() == Some(&b'"');
    is_quoted
        || !param.name.eq_ignore_ascii_case(b"TZID")
        || !param.value.iter().any(|byte| matches!(byte, b':' | b','))
}

/// RFC 5545 §3.2: `name=value`, quoted if it has letters that part parameters.
fn parameter(param: Param<'_>, says: &mut dyn FnMut(Reason)) -> String {
    let value = charset::decode(param.value, None).0;
    if !param.name.is_empty() {
        let name = String::from_utf8_lossy(param.name);
        if is_fine(param) {
            return format!("{name}={value}");
        }
        says(Reason::UnquotedZone);
        return format!("{name}=\"{}\"", value.replace('"', "'"));
    }
    says(Reason::BareParameter);
    let upper = value.to_ascii_uppercase();
    match upper.as_str() {
        "BASE64" | "8BIT" => format!("ENCODING={upper}"),
        "DATE" | "DATE-TIME" | "BINARY" | "URI" | "TEXT" => format!("VALUE={upper}"),
        _ => format!("X-OMM-BARE=\"{}\"", value.replace('"', "'")),
    }
}

fn name(line: &[u8], head: Head) -> String {
    let group = String::from_utf8_lossy(head.group(line));
    let name = head.legal_name(line);
    if group.is_empty() { name.into_owned() } else { format!("{group}.{name}") }
}

fn is_text(name: &[u8]) -> bool {
    const TEXTS: [&[u8]; 6] =
        [b"SUMMARY", b"DESCRIPTION", b"COMMENT", b"LOCATION", b"CONTACT", b"X-ALT-DESC"];
    TEXTS.iter().any(|text| name.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_put_right_and_said() {
        use Reason::*;
        for (from, to, reasons) in [
            ("SUMMARY:x", "SUMMARY:x", &[][..]),
            ("ATTENDEE;CN=\"a:b\";X=1:mailto:x", "ATTENDEE;CN=\"a:b\";X=1:mailto:x", &[]),
            ("DTSTART;VALUE=DATE:20260102", "DTSTART;VALUE=DATE:20260102", &[]),
            ("DTSTART:20260102", "DTSTART;VALUE=DATE:20260102", &[DateKind]),
            (
                "EXDATE;TZID=Europe/Paris:20260102,20260103",
                "EXDATE;VALUE=DATE:20260102,20260103",
                &[DateKind],
            ),
            ("DTSTART;VALUE=DATE:20260102T000000", "DTSTART;VALUE=DATE:20260102", &[DateKind]),
            ("DTSTART;VALUE=DATE;TZID=X:20260102T100000", "DTSTART;TZID=X:20260102T100000", &[DateKind]),
            (
                "DTSTART;TZID=(UTC+01:00) A, B:20260102T100000",
                "DTSTART;TZID=\"(UTC+01:00) A, B\":20260102T100000",
                &[UnquotedZone],
            ),
            ("X-MY OWN;A=b:c", "X-MY-OWN;A=b:c", &[]),
            ("Summary : x", "Summary: x", &[Spaces]),
            (
                "DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:a=FC, b=0D=0Ac",
                "DESCRIPTION:aü\\, b\\nc",
                &[Quoted],
            ),
            ("ATTACH;BASE64;VALUE=BINARY:eHh4", "ATTACH;ENCODING=BASE64;VALUE=BINARY:eHh4", &[BareParameter]),
        ] {
            let mut said = Vec::new();
            let text = line(from.as_bytes(), &mut |reason| said.push(reason));
            assert_eq!(text.as_deref(), Some(to), "{from}");
            assert_eq!(said, reasons, "{from}");
            assert_eq!(line(to.as_bytes(), &mut |reason| panic!("{to}: {reason}")).as_deref(), Some(to));
        }
        assert_eq!(line(b"DTSTART:", &mut |_| {}), None);
        assert_eq!(line(b"SUMMARY;CHARSET=ISO-8859-1:\xFC", &mut |_| {}).as_deref(), Some("SUMMARY:ü"));
        assert_eq!(line(b"SUMMARY:\x80", &mut |_| {}).as_deref(), Some("SUMMARY:€"));
    }
}
