//! The token of every form: only a page that we made for this browser and this session has it.
//!
//! It is a keyed hash of the browser's cookie and the session's, so nothing is stored, it survives a restart of the panel, and
//! it dies with the session.

use omm::project::{
    project::{ProjectId, Token},
    sealed::Key,
};

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

    /// A number for what a form makes, drawn when the form is shown: sent twice, it makes one thing. Good for this browser alone.
    pub(crate) fn draw(&self, browser: &str) -> omm::Result<String> {
        let id = ProjectId::random()?;
        Ok(format!("{id}.{}", self.of_draw(browser, &id).to_hex()))
    }

    /// The number that was drawn, if it was.
    pub(crate) fn drawn(&self, text: &str, browser: &str) -> Option<ProjectId> {
        let (id, proof) = text.split_once('.')?;
        let id = ProjectId::parse(id)?;
        blake3::Hash::from_hex(proof).is_ok_and(|proof| proof == self.of_draw(browser, &id)).then_some(id)
    }

    fn of_draw(&self, browser: &str, id: &ProjectId) -> blake3::Hash {
        let mut hash = blake3::Hasher::new_keyed(self.0.as_bytes());
        // No browser's name is so long.
        hash.update(&u64::MAX.to_le_bytes());
        hash.update(id.as_str().as_bytes());
        hash.update(browser.as_bytes());
        hash.finalize()
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

    // Would catch: a number of a project that somebody chose, or of another browser's form.
    #[test]
    fn only_what_was_drawn_for_this_browser_is_taken() {
        let csrf = Csrf::new(&Key::random(KeyId::new("a").unwrap()).unwrap());
        let draw = csrf.draw("browser").unwrap();
        let id = csrf.drawn(&draw, "browser").unwrap();
        let own = ProjectId::random().unwrap();
        let proof = draw.split_once('.').unwrap().1;
        for (text, browser) in [
            (draw.as_str(), "other"),
            (id.as_str(), "browser"),
            (&format!("{own}.{proof}"), "browser"),
            ("", "browser"),
        ] {
            assert_eq!(csrf.drawn(text, browser), None, "{text}");
        }
    }

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
