//! FN where a card has none: RFC 2426 §3.1.1 and RFC 6350 §6.2.1 want one.

use crate::read::{lists, property::Head};

/// FN made of N, else of the first other thing that people call one another by. Escaped as the lines are.
pub(super) fn of_lines(lines: &[String]) -> Option<String> {
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
