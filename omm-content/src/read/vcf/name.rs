//! FN where a card has none: RFC 2426 §3.1.1 and RFC 6350 §6.2.1 want one.

use crate::read::{lists, property::Head};

/// Gives a card its FN, below VERSION; an empty one if nobody can say what it is called, for it must have one.
pub(super) fn complete(lines: &mut Vec<String>) {
    let is_named = |line: &String| {
        let head = Head::of(line.as_bytes()).filter(|_| is(line, "FN"));
        head.is_some_and(|head| !head.value(line.as_bytes()).trim_ascii().is_empty())
    };
    if lines.iter().any(is_named) {
        return;
    }
    let name = of_lines(lines);
    if name.is_some() {
        lines.retain(|line| !is(line, "FN"));
    } else if lines.iter().any(|line| is(line, "FN")) {
        return;
    }
    let below = if lines.get(1).is_some_and(|line| is(line, "VERSION")) { 2 } else { 1 };
    lines.insert(below.min(lines.len()), name.unwrap_or_else(|| "FN:".to_owned()));
}

/// Whether a line is such a property.
pub(super) fn is(line: &str, name: &str) -> bool {
    let head = Head::of(line.as_bytes());
    head.is_some_and(|head| head.name(line.as_bytes()).eq_ignore_ascii_case(name.as_bytes()))
}

/// FN made of N, else of the first other thing that people call one another by. Escaped as the lines are.
fn of_lines(lines: &[String]) -> Option<String> {
    let value = |name: &str| {
        let found = lines.iter().find_map(|line| {
            let head = Head::of(line.as_bytes())?;
            let is = head.name(line.as_bytes()).eq_ignore_ascii_case(name.as_bytes());
            is.then(|| String::from_utf8_lossy(head.value(line.as_bytes())).into_owned())
        })?;
        Some(found).filter(|value| !value.trim_matches([';', ' ', ',']).is_empty())
    };
    let text = match value("N") {
        Some(name) => of_parts(&lists::fields(&name)),
        None => ["NICKNAME", "ORG", "EMAIL", "TEL", "IMPP", "UID"].into_iter().find_map(|name| {
            let value = value(name)?;
            Some(
                lists::fields(&value)
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        })?,
    };
    if text.trim().is_empty() {
        return None;
    }
    Some(crate::line::Line::new("FN").text(&lists::text(&text)).unfolded().to_owned())
}

/// RFC 6350 §6.2.2: family, given, additional, prefixes, suffixes.
pub(super) fn of_parts(parts: &[String]) -> String {
    let part = |at: usize| parts.get(at).map(|part| part.trim()).unwrap_or_default();
    let words = [part(3), part(1), part(2), part(0), part(4)];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
