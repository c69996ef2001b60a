//! Names of migrations: short, and easy to read out on the phone.

use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};

/// Crockford's base 32: no i, l, o and u, so nothing is mistaken for 1 or 0 and nothing is rude.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const GROUP: usize = 3;

/// A random id, like `k7m-3qx`. The caller sees to it that it is free.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; 2 * GROUP];
    getrandom::fill(&mut bytes).map_err(|cause| {
        Error::new(ErrorKind::Local, Side::Host, "name the migration", "the system gives no random numbers")
            .caused_by(cause)
    })?;
    let digits = bytes.map(|byte| char::from(DIGITS[usize::from(byte) % DIGITS.len()]));
    Ok(with_dash(digits.into_iter()))
}

/// An id as it is stored, from what somebody typed or heard. Nothing if it cannot be one.
pub(crate) fn normalised(text: &str) -> Option<String> {
    let digits =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        });
    let digits: Vec<char> = digits.collect();
    let known = |c: &char| u8::try_from(*c).is_ok_and(|c| DIGITS.contains(&c));
    (digits.len() == 2 * GROUP && digits.iter().all(known)).then(|| with_dash(digits.into_iter()))
}

fn with_dash(digits: impl Iterator<Item = char>) -> String {
    let mut id = String::with_capacity(2 * GROUP + 1);
    for (at, digit) in digits.enumerate() {
        if at == GROUP {
            id.push('-');
        }
        id.push(digit);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_heard_as_they_are_meant() {
        for (typed, id) in [
            ("k7m-3qx", Some("k7m-3qx")),
            ("K7M3QX", Some("k7m-3qx")),
            (" k7m 3qx ", Some("k7m-3qx")),
            ("kOm-3lI", Some("k0m-311")),
            ("k7m-3q", None),
            ("k7m-3qu", None),
            // Ids become file names: nothing that leads elsewhere may pass.
            ("../../", None),
            ("", None),
        ] {
            assert_eq!(normalised(typed).as_deref(), id, "{typed:?}");
        }
    }

    #[test]
    fn random_ids_are_ids() {
        for _ in 0..100 {
            let id = random().unwrap();
            assert_eq!(normalised(&id).as_deref(), Some(id.as_str()));
        }
    }
}
