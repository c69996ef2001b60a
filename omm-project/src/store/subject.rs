//! Whose attempts to log in are counted.

use crate::project::ProjectId;

/// An address, or a project, as a number that does not tell which: a table of who knocked where is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject([u8; 16]);

impl Subject {
    /// Somebody's address, as the host sees it.
    pub fn address(address: &str) -> Self {
        Self::of("omm project attempts of an address", address)
    }

    /// The project that he wants to see; all names that cannot be one are the same.
    pub fn project(id: Option<&ProjectId>) -> Self {
        Self::of("omm project attempts upon a project", id.map_or("", ProjectId::as_str))
    }

    /// As it is stored.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn of(context: &str, text: &str) -> Self {
        let mut hash = blake3::Hasher::new_derive_key(context);
        let mut bytes = [0; 16];
        hash.update(text.as_bytes()).finalize_xof().fill(&mut bytes);
        Self(bytes)
    }
}
