//! A line of vCard 3.0 or 4.0 as it should have been. A line in which nothing is wrong comes back as it is.

use crate::read::{
    Reason, charset, fold,
    property::{Head, Param, unquoted},
    quoted,
};
use std::borrow::Cow;

/// How often a repaired line is looked at again, because one repair may uncover what another one is for.
const AGAIN: usize = 4;
/// Letters; a longer name of a component is cut, so that a frame is never folded.
const LONGEST_FRAME: usize = 15;

/// The line as it is written, which would come back as it is; the caller has seen that it is a property.
pub(super) fn line<'a>(line: &'a [u8], says: &mut dyn FnMut(Reason)) -> Cow<'a, str> {
    let mut text = once(line, says);
    for _ in 0..AGAIN {
        let Cow::Owned(repaired) = &text else { break };
        let cleaned = fold::without_control(repaired);
        let again = once(cleaned.as_bytes(), &mut |_| {}).into_owned();
        if again == *repaired {
            break;
        }
        text = Cow::Owned(again);
    }
    text
}

/// The value of BEGIN, END and VERSION as it is written, by which they are known as well: what is cut and trimmed must
/// not become the frame of a card.
pub(super) fn frame(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    let letters = value.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control());
    letters.take(LONGEST_FRAME).map(|letter| letter.to_ascii_uppercase()).collect()
}

fn once<'a>(line: &'a [u8], says: &mut dyn FnMut(Reason)) -> Cow<'a, str> {
    let Some(head) = Head::of(line) else { return charset::decode(line, None).0 };
    let declared = if head.has_params() { head.param(line, "CHARSET") } else { None };
    let is_quoted = head.has_params() && head.says(line, b"QUOTED-PRINTABLE");
    let (text, reason) = charset::decode(line, declared);
    reason.into_iter().for_each(&mut *says);
    let name = head.name(line);
    let is_frame = [&b"BEGIN"[..], b"END", b"VERSION"].iter().any(|frame| name.eq_ignore_ascii_case(frame));
    if is_frame {
        let name = String::from_utf8_lossy(name).to_ascii_uppercase();
        return Cow::Owned(format!("{name}:{}", frame(head.value(line))));
    }
    let has_bare = head.params(line).any(|param| param.name.is_empty());
    if head.is_spaced(line) {
        says(Reason::Spaces);
    } else if !head.is_odd() && !is_quoted && !has_bare && declared.is_none() {
        return text;
    }
    if has_bare {
        says(Reason::BareParameter);
    }
    let group = String::from_utf8_lossy(head.group(line));
    let mut out = if group.is_empty() { String::new() } else { format!("{group}.") };
    out.push_str(&head.legal_name(line));
    for param in head.params(line).filter(|param| !drops(param)) {
        out.push(';');
        out.push_str(&parameter(param));
    }
    out.push(':');
    if is_quoted {
        says(Reason::Quoted);
        let bytes = quoted::decode(head.value(line));
        let (text, reason) = charset::decode(&bytes, declared);
        reason.filter(|reason| *reason != Reason::Charset).into_iter().for_each(&mut *says);
        out.push_str(&text.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n"));
    } else {
        out.push_str(&charset::decode(head.value(line), declared).0);
    }
    Cow::Owned(out)
}

/// What says how the bytes were written, and is no longer true.
fn drops(param: &Param<'_>) -> bool {
    let is_encoding = param.name.is_empty() || param.name.eq_ignore_ascii_case(b"ENCODING");
    param.name.eq_ignore_ascii_case(b"CHARSET")
        || (is_encoding && unquoted(param.value).eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
}

fn parameter(param: Param<'_>) -> String {
    let value = charset::decode(param.value, None).0;
    if !param.name.is_empty() {
        return format!("{}={value}", String::from_utf8_lossy(param.name));
    }
    match value.to_ascii_uppercase().as_str() {
        "BASE64" | "B" => "ENCODING=b".to_owned(),
        "8BIT" | "7BIT" => "ENCODING=8bit".to_owned(),
        "URI" | "URL" => "VALUE=uri".to_owned(),
        // A quote that does not close, or words in quotes without a name.
        _ => format!("TYPE={}", value.replace('"', "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_put_right_and_said() {
        use Reason::*;
        for (from, to, reasons) in [
            ("FN:x", "FN:x", &[][..]),
            ("item1.X-ABLabel:_$!<HomePage>!$_", "item1.X-ABLabel:_$!<HomePage>!$_", &[]),
            ("item1.TEL;HOME;type=pref:1", "item1.TEL;TYPE=HOME;type=pref:1", &[BareParameter]),
            ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=BC=0D=0Ab", "NOTE:ü\\nb", &[Quoted]),
            ("begin:vcard ", "BEGIN:VCARD", &[]),
            ("END:VCARD            NET", "END:VCARDNET", &[]),
            ("X-GOOGLE TALK;TYPE=WORK:a", "X-GOOGLE-TALK;TYPE=WORK:a", &[]),
            ("a.X-messaging/irc-All:b", "a.X-messaging-irc-All:b", &[]),
        ] {
            let mut said = Vec::new();
            assert_eq!(line(from.as_bytes(), &mut |reason| said.push(reason)), to);
            assert_eq!(said, reasons, "{from}");
            assert_eq!(line(to.as_bytes(), &mut |reason| panic!("{to}: {reason}")), to);
        }
    }
}
