//! Addresses of people: names and mail addresses as properties have them, and as RFC 5322 §3.4 has them.

use super::encode::{encoded_words, one_line};
use super::fields::quoted;
use std::fmt::Write;

/// The domain of addresses that are none of the Internet's (RFC 2606 §2: it leads nowhere).
const NOWHERE: &str = "unresolved.invalid";
/// A name that is longer is encoded, so that lines can be folded within it.
const LONGEST_NAME: usize = 60;

/// So many bytes of a foreign address are written: three letters each leave room in a line of 998 (RFC 5322 §2.1.1).
const LONGEST_ADDRESS: usize = 256;

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// The name for people; may be empty.
    pub(crate) name: String,
    /// An addr-spec, in ASCII.
    pub(crate) address: String,
    /// What of the address could not be carried, a line for people.
    pub(crate) loss: Option<String>,
}

impl Mailbox {
    /// From what a message says of somebody: a name, the SMTP address if it is kept, and an address of some type. Nothing without any.
    ///
    /// RFC 5322 wants an addr-spec. Addresses of other systems (`EX`, `FAX`, …) and those that no mail system would take are written in the way
    /// of Exchange ([MS-OXCMAIL] §2.2.3.1.4.2: `IMCEAtype-address@domain`), with a domain that leads nowhere; so they are readable, nothing is
    /// lost, and no reply goes astray. A name alone gets `unknown@unresolved.invalid`.
    pub(crate) fn new(
        name: Option<String>,
        smtp: Option<String>,
        kind: Option<String>,
        address: Option<String>,
    ) -> Option<Self> {
        let smtp = smtp.as_deref().and_then(addr_spec);
        let name = name.map(|name| one_line(&name)).unwrap_or_default();
        let kind = kind.unwrap_or_default();
        let other = address.as_deref().map(str::trim).filter(|address| !address.is_empty());
        let direct = || other.filter(|address| !address.starts_with('/')).and_then(addr_spec);
        let in_name = || addr_spec(name.trim_matches(['\'', '<', '>']));
        let mut loss = None;
        let address = match smtp.or_else(direct) {
            Some(address) => address,
            None => match other {
                Some(other) => {
                    loss = altered(&kind, other);
                    encapsulated(&kind, other)
                }
                None if name.is_empty() => return None,
                // Seen: recipients whose only address is their name.
                None => in_name().unwrap_or_else(|| format!("unknown@{NOWHERE}")),
            },
        };
        Some(Self { name, address, loss })
    }

    /// Nobody that is known.
    pub(super) fn unknown() -> Self {
        Self { name: String::new(), address: format!("unknown@{NOWHERE}"), loss: None }
    }

    /// The words of a mailbox (RFC 5322 §3.4): a line may end between them.
    pub(super) fn words(&self) -> Vec<String> {
        let name = self.name.trim_matches('\'').trim();
        if name.is_empty() || name.eq_ignore_ascii_case(&self.address) {
            return vec![self.address.clone()];
        }
        let mut words = if !name.is_ascii() || name.contains("=?") || name.len() > LONGEST_NAME {
            encoded_words(name)
        } else if name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte))
        {
            name.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        } else {
            vec![quoted(name)]
        };
        words.push(format!("<{}>", self.address));
        words
    }
}

/// The words of an address-list.
pub(super) fn list(mailboxes: &[Mailbox]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for mailbox in mailboxes {
        if let Some(last) = words.last_mut() {
            last.push(',');
        }
        words.extend(mailbox.words());
    }
    words
}

/// An addr-spec (RFC 5322 §3.4.1) of what is meant as one; nothing for what is none.
fn addr_spec(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let text = match text.split_at_checked(5) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("smtp:") => rest,
        _ => text,
    };
    let (local, domain) = text.rsplit_once('@')?;
    let sound = !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 320
        && local.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
    if !sound {
        return None;
    }
    let atom = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    let is_quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    let local = match local {
        _ if local.split('.').all(atom) => local.to_owned(),
        _ if is_quoted => quoted(&local[1..local.len() - 1].replace('\\', "")),
        _ => quoted(local),
    };
    Some(format!("{local}@{domain}"))
}

/// What to tell of an address that is written in another way, where no reader would expect it.
fn altered(kind: &str, address: &str) -> Option<String> {
    let shown: String = address.chars().take(100).collect();
    if address.len() > LONGEST_ADDRESS {
        return Some(format!("an address is longer than {LONGEST_ADDRESS} bytes and is cut: {shown}"));
    }
    kind.eq_ignore_ascii_case("SMTP")
        .then(|| format!("an address is none that mail can carry and is written in another way: {shown}"))
}

/// [MS-OXCMAIL] §2.2.3.1.4.2: letters, digits, `-`, `.` and `=` as they are, `/` as `_`, all others as `+` and two digits.
fn encapsulated(kind: &str, address: &str) -> String {
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let kind = if kind.is_empty() { "UNKNOWN".to_owned() } else { kind.to_ascii_uppercase() };
    let mut local = format!("IMCEA{kind}-");
    for byte in address.bytes().take(LONGEST_ADDRESS) {
        match byte {
            b'/' => local.push('_'),
            b'-' | b'=' => local.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => local.push(char::from(byte)),
            _ => {
                let _ = write!(local, "+{byte:02X}");
            }
        }
    }
    format!("{local}@{NOWHERE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        for (name, smtp, kind, address, expected) in [
            ("Ann", "ann@x.org", "EX", "/o=X/cn=ann", "Ann <ann@x.org>"),
            ("Ann", "", "SMTP", "ann@x.org", "Ann <ann@x.org>"),
            ("ann@x.org", "", "SMTP", "ann@x.org", "ann@x.org"),
            ("'ann@x.org'", "", "", "", "ann@x.org"),
            ("Doe, Ann", "", "SMTP", "SMTP:ann@x.org", "\"Doe, Ann\" <ann@x.org>"),
            ("Änn", "", "SMTP", "<ann@x.org>", "=?utf-8?B?w4Rubg==?= <ann@x.org>"),
            ("Ann", "", "EX", "/o=X Y/cn=ann", "Ann <IMCEAEX-_o=X+20Y_cn=ann@unresolved.invalid>"),
            ("Ann", "", "FAX", "Ann@+49 1", "Ann <IMCEAFAX-Ann+40+2B49+201@unresolved.invalid>"),
            ("Ann", "", "", "", "Ann <unknown@unresolved.invalid>"),
            ("A\r\nBcc: x", "", "SMTP", "a b@x", "\"A  Bcc: x\" <\"a b\"@x>"),
            ("", "", "SMTP", "bü@x.org", "IMCEASMTP-b+C3+BC+40x+2Eorg@unresolved.invalid"),
            ("", "", "", "", ""),
        ] {
            let found = Mailbox::new(some(name), some(smtp), some(kind), some(address));
            let lost = found.as_ref().is_some_and(|mailbox| mailbox.loss.is_some());
            assert_eq!(lost, expected.contains("IMCEASMTP"), "{expected}");
            let shown = found.map(|mailbox| mailbox.words().join(" ")).unwrap_or_default();
            assert_eq!(shown, expected);
        }
    }
}
