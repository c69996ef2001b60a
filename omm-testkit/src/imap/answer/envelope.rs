//! ENVELOPE (RFC 9051 §7.5.2).

use super::{mime::Part, text::nstring};

pub(crate) fn envelope(part: &Part<'_>) -> Vec<u8> {
    let text = |name: &str| nstring(part.value(name).as_deref().map(str::as_bytes));
    let from = part.value("from");
    // RFC 9051 §7.5.2: what is absent or empty of these two is From.
    let or_from =
        |name: &str| addresses(part.value(name).filter(|value| !value.is_empty()).or_else(|| from.clone()));
    let own = |name: &str| addresses(part.value(name));
    let words = [
        text("date"),
        text("subject"),
        addresses(from.clone()),
        or_from("sender"),
        or_from("reply-to"),
        own("to"),
        own("cc"),
        own("bcc"),
        text("in-reply-to"),
        text("message-id"),
    ];
    [b"(", words.join(&b' ').as_slice(), b")"].concat()
}

fn addresses(field: Option<String>) -> Vec<u8> {
    let Some(field) = field.filter(|field| !field.trim().is_empty()) else { return b"NIL".to_vec() };
    let list: Vec<Vec<u8>> = divided(&field).iter().map(|one| address(one)).collect();
    [b"(", list.concat().as_slice(), b")"].concat()
}

/// At commas outside quotes and angle brackets.
fn divided(field: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for letter in field.chars() {
        match letter {
            ',' if !quoted => parts.push(String::new()),
            _ => {
                quoted ^= letter == '"';
                if let Some(part) = parts.last_mut() {
                    part.push(letter);
                }
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn address(one: &str) -> Vec<u8> {
    let (name, mail) = match one.rsplit_once('<') {
        Some((name, mail)) => (name.trim().trim_matches('"'), mail.trim().trim_end_matches('>')),
        None => ("", one.trim()),
    };
    let (local, host) = mail.rsplit_once('@').unwrap_or((mail, ""));
    let name = nstring((!name.is_empty()).then_some(name.as_bytes()));
    let words = [name, b"NIL".to_vec(), nstring(Some(local.as_bytes())), nstring(Some(host.as_bytes()))];
    [b"(", words.join(&b' ').as_slice(), b")"].concat()
}
