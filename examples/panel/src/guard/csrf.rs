//! The token of every form: only a page that we made for this browser and this session has it.
//!
//! It is a keyed hash of the browser's cookie and the session's, so nothing is stored, it survives a restart of the panel, and
//! it dies with the session.

use omm::project::{project::Token, sealed::Key};

/// Makes and checks tokens.
pub(crate) struct Csrf(blake3::Hash);

impl Csrf {
    /// With a key that is derived from the one that seals passwords.
    pub(crate) fn new(key: &Key) -> Self {
        Self(blake3::Hash::from_bytes(blake3::derive_key("omm panel form token", key.expose())))
    }

    /// The token for this browser, logged in or not.
    pub(crate) fn token(&self, browser: &str, session: Option<&Token>) -> String {
        self.hash(browser, session).to_hex().to_string()
    }

    /// Whether a form came with the token of this browser; takes as long whether it did or not.
    pub(crate) fn is_good(&self, token: &str, browser: &str, session: Option<&Token>) -> bool {
        blake3::Hash::from_hex(token).is_ok_and(|token| token == self.hash(browser, session))
    }

    fn hash(&self, browser: &str, session: Option<&Token>) -> blake3::Hash {
        let mut hash = blake3::Hasher::new_keyed(self.0.as_bytes());
        hash.update(&(browser.len() as u64).to_le_bytes());
        hash.update(browser.as_bytes());
        if let Some(session) = session {
            hash.update(&session.hash().0);
        }
        // Equality of two hashes takes constant time.
        hash.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm::project::sealed::KeyId;

    // Would catch: a token of one browser or session that is good in another.
    #[test]
    fn a_token_is_good_where_it_belongs() {
        let csrf = Csrf::new(&Key::random(KeyId::new("a").unwrap()).unwrap());
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        let token = csrf.token("browser", Some(&one));
        assert!(csrf.is_good(&token, "browser", Some(&one)));
        for (browser, session) in
            [("browse", Some(&one)), ("browser", Some(&other)), ("browser", None), ("", None)]
        {
            assert!(!csrf.is_good(&token, browser, session), "{browser}");
        }
        for wrong in ["", "00", &token[1..], &token.replace(|_| true, "0")] {
            assert!(!csrf.is_good(wrong, "browser", Some(&one)));
        }
    }
}
