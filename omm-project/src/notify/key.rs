//! What an event is known by, so that it is told once.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of one event at one recipient, or of several that go together: 32 hexadecimal digits. The same event has the
/// same key in every process; a mail's Message-ID and a webhook's id are made of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(Box<str>);

const LENGTH: usize = 32;

impl Key {
    /// Of parts, in this order.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("omm-project notify 1");
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut hex = hasher.finalize().to_hex().to_string();
        hex.truncate(LENGTH);
        Self(hex.into())
    }

    /// Of keys that go in one message, whatever their order; a single one is its own.
    pub fn of_all(keys: &[Self]) -> Self {
        match keys {
            [only] => only.clone(),
            keys => {
                let mut parts: Vec<&str> = keys.iter().map(Self::as_str).collect();
                parts.sort_unstable();
                Self::of(&parts)
            }
        }
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From a store.
    ///
    /// # Errors
    /// The text itself, when it is no key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text.into()))
        } else {
            Err(text.into())
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_keys_make_one_whatever_their_order() {
        let (a, b) = (Key::of(&["a"]), Key::of(&["b"]));
        assert_eq!(Key::of_all(&[a.clone(), b.clone()]), Key::of_all(&[b.clone(), a.clone()]));
        assert_eq!(Key::of_all(std::slice::from_ref(&a)), a);
        assert_ne!(Key::of_all(&[a.clone(), b]), a);
        assert_eq!(Key::parse(a.as_str()), Ok(a));
        assert!(Key::parse("A".repeat(32).as_str()).is_err());
        assert!(Key::parse("ab").is_err());
    }
}
