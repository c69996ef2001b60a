//! Keys, and who keeps them.

use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::BoxFuture,
};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

/// The name of a key. It is stored with what the key has sealed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Box<str>);

impl KeyId {
    /// A name: 1 to 32 of `a` to `z`, `0` to `9`, `-`, `_` and `.`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for any other.
    pub fn new(name: &str) -> Result<Self> {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        match (1..=32).contains(&name.len()) && name.bytes().all(known) {
            true => Ok(Self(name.into())),
            false => {
                let message = "a key's name is 1 to 32 of a to z, 0 to 9, -, _ and .";
                Err(Error::new(ErrorKind::Config, Side::Host, "name the key", message))
            }
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 256 bits that seal, with their name. They do not print, and are wiped when dropped.
#[derive(Clone)]
pub struct Key {
    pub(super) id: KeyId,
    pub(super) bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    /// Takes the bytes over. They must be random, and not made of a password.
    pub fn new(id: KeyId, bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { id, bytes }
    }

    /// A new one, for the host to keep.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] when the system gives no random numbers.
    pub fn random(id: KeyId) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        crate::random::fill(&mut *bytes)?;
        Ok(Self { id, bytes })
    }

    /// Its name.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The bytes, for whoever keeps them and nobody else.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Keeps the keys: the host, a vault, a file that is not beside the database.
///
/// To change the key, let `current` give the new one and `named` both, seal everything anew with [`super::reseal`], and then
/// forget the old one.
pub trait Keys: Send + Sync {
    /// The key that seals from now on.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] with the remedy when there is none; then nothing is sealed and nothing stored.
    fn current(&self) -> BoxFuture<'_, Result<Key>>;

    /// The key of that name, to open what it has sealed.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] with the remedy when it is not there.
    fn named<'a>(&'a self, id: &'a KeyId) -> BoxFuture<'a, Result<Key>>;
}

/// Keys in memory, from wherever the host has read them.
#[derive(Clone, Debug)]
pub struct KeyRing {
    current: Key,
    older: BTreeMap<KeyId, Key>,
}

impl KeyRing {
    /// One key.
    pub fn new(current: Key) -> Self {
        Self { current, older: BTreeMap::new() }
    }

    /// The same, with another key that opens and does not seal.
    #[must_use]
    pub fn with_older(mut self, key: Key) -> Self {
        self.older.insert(key.id.clone(), key);
        self
    }
}

impl Keys for KeyRing {
    fn current(&self) -> BoxFuture<'_, Result<Key>> {
        Box::pin(async { Ok(self.current.clone()) })
    }

    fn named<'a>(&'a self, id: &'a KeyId) -> BoxFuture<'a, Result<Key>> {
        let key = if *id == self.current.id { Some(&self.current) } else { self.older.get(id) };
        let key = key.cloned().ok_or_else(|| {
            let message = "the key that sealed this is not there; give it beside the current one, or ask for the password again";
            no_key(message).with("key", id)
        });
        Box::pin(async { key })
    }
}

/// For hosts that have no key: nothing can be sealed, so no password can be stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeys;

impl Keys for NoKeys {
    fn current(&self) -> BoxFuture<'_, Result<Key>> {
        Box::pin(async { Err(none_at_all()) })
    }

    fn named<'a>(&'a self, _: &'a KeyId) -> BoxFuture<'a, Result<Key>> {
        Box::pin(async { Err(none_at_all()) })
    }
}

fn none_at_all() -> Error {
    no_key("there is no key to seal passwords with, so none is stored; give the project a key")
}

fn no_key(message: &str) -> Error {
    Error::new(ErrorKind::Credentials, Side::Host, "seal the password", message)
}
