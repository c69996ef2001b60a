//! Servers that a provider offers by name, so that nobody has to know their addresses.

use omm::{AccountSpec, Result};

/// A server with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name for people.
    pub name: String,
    /// The server, without a login.
    pub server: AccountSpec,
}

impl Preset {
    /// From an address such as `imaps://ssl0.example.net`.
    ///
    /// # Errors
    /// [`omm::ErrorKind::Config`] when it is none.
    pub fn new(name: &str, address: &str) -> Result<Self> {
        Ok(Self { name: name.to_owned(), server: omm::address::parse(address)? })
    }

    /// The port, where its address names one.
    pub(crate) fn port(&self) -> Option<u16> {
        let (_, behind) = self.server.server.rsplit_once(':')?;
        behind.split('/').next()?.parse().ok()
    }
}

/// The preset that a form chose, by what [`value`] made of it.
pub(crate) fn find<'a>(presets: &'a [Preset], value: &str) -> Option<&'a Preset> {
    let at: usize = value.strip_prefix("preset-")?.parse().ok()?;
    presets.get(at)
}

/// What a form says for the preset at this place.
pub(crate) fn value(at: usize) -> String {
    format!("preset-{at}")
}
