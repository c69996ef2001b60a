//! What a catalogue keeps of a migration, whatever the catalogue is made of: its name, its accounts, its options.

use crate::{options::Options, seam::AccountSpec};
use chrono::{DateTime, Utc};
use std::fmt;

/// A migration: one account pair in one state store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationRow {
    /// Its name, short and easy to read out: `k7m-3qx`.
    pub id: String,
    /// What is read.
    pub source: AccountSpec,
    /// What is written.
    pub destination: AccountSpec,
    /// What was chosen when it began, or since.
    pub options: Options,
    /// When it was begun.
    pub created: DateTime<Utc>,
}

impl MigrationRow {
    /// A migration of this name.
    pub fn new(
        id: MigrationId,
        source: AccountSpec,
        destination: AccountSpec,
        options: Options,
        created: DateTime<Utc>,
    ) -> Self {
        Self { id: id.0, source, destination, options, created }
    }
}

/// What makes two pairs of accounts the same one. How they are reached (TLS, credentials, options) is not in it.
pub fn pair_key(source: &AccountSpec, destination: &AccountSpec) -> String {
    [source, destination].map(account_key).join("\n")
}

/// What makes two accounts, reached by the same person, the same one.
pub fn account_key(account: &AccountSpec) -> String {
    // Host names compare without case (RFC 4343 §2), paths do not; whoever has no login is a path. Logins are left
    // as they are: taking two users for one would be worse than taking one for two.
    let server = match account.login.is_empty() {
        true => account.server.clone(),
        false => account.server.to_lowercase(),
    };
    let parts = (account.server_type.to_lowercase(), server, &account.login, &account.delegate);
    // Debug quotes every part, so that no text can look like two parts.
    format!("{parts:?}")
}

/// Crockford's base 32: no i, l, o and u, so nothing is mistaken for 1 or 0 and nothing is rude.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const GROUP: usize = 3;

/// The name of a migration: short, and easy to read out on the phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationId(String);

impl MigrationId {
    /// The name that random bytes make. The caller sees to it that it is free.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        let digits = bytes.map(|byte| char::from(DIGITS[usize::from(byte) % DIGITS.len()]));
        Self(with_dash(digits.into_iter()))
    }

    /// The name as it is stored, from what somebody typed or heard. Nothing if it cannot be one.
    pub fn heard(text: &str) -> Option<Self> {
        let digits =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                c => c,
            });
        let digits: Vec<char> = digits.collect();
        let known = |c: &char| u8::try_from(*c).is_ok_and(|c| DIGITS.contains(&c));
        (digits.len() == 2 * GROUP && digits.iter().all(known)).then(|| Self(with_dash(digits.into_iter())))
    }

    /// As it is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MigrationId> for String {
    fn from(id: MigrationId) -> Self {
        id.0
    }
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
            assert_eq!(MigrationId::heard(typed).as_ref().map(MigrationId::as_str), id, "{typed:?}");
        }
    }

    #[test]
    fn random_ids_are_ids() {
        for byte in 0..=250 {
            let id = MigrationId::from_random([byte, byte + 1, byte + 2, byte + 3, byte + 4, byte + 5]);
            assert_eq!(MigrationId::heard(id.as_str()), Some(id));
        }
    }
}
