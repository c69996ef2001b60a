//! Who is logged in: he has a token, we have its hash.

use super::ProjectId;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use omm_core::Result;
use std::fmt;
use zeroize::Zeroizing;

/// What a visitor shows with every request: 256 random bits. It does not print, and is wiped when dropped.
#[derive(Clone)]
pub struct Token(Zeroizing<[u8; 32]>);

/// What is stored of a token. Nobody makes a token of it. A token is random through and through, so a fast hash is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// Somebody who is logged in to a project.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// What his token is known by.
    pub token: TokenHash,
    /// The project.
    pub project: ProjectId,
    /// Since when.
    pub created: DateTime<Utc>,
    /// Until when.
    pub expires: DateTime<Utc>,
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Local`] when the system gives no random numbers.
    pub fn random() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        crate::random::fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// A token as it came; nothing if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        // The decoder wants room for more than there is.
        let mut bytes = Zeroizing::new([0; 48]);
        let length = BASE64_URL_SAFE_NO_PAD.decode_slice(text.trim(), &mut *bytes).ok()?;
        let token = bytes.first_chunk().filter(|_| length == 32)?;
        Some(Self(Zeroizing::new(*token)))
    }

    /// The token as it is handed out, once.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*self.0))
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(
            *blake3::Hasher::new_derive_key("omm project session token")
                .update(&*self.0)
                .finalize()
                .as_bytes(),
        )
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Session {
    /// A session as it was stored.
    pub fn new(token: TokenHash, project: ProjectId, created: DateTime<Utc>, expires: DateTime<Utc>) -> Self {
        Self { token, project, created, expires }
    }

    /// Whether it is over.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_do_not_print() {
        let token = Token::random().unwrap();
        let text = token.expose();
        assert_eq!(Token::parse(&format!(" {} ", *text)).unwrap().hash(), token.hash());
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert!(!format!("{:?}", token.hash()).contains(&*text));
        assert_ne!(Token::random().unwrap().hash(), token.hash());
        for wrong in [
            "",
            "x",
            &text[1..],
            &format!("{}A", *text),
            "../../../../../../../../../../../../../../../..",
            "é",
        ] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }
}
