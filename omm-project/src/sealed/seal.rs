//! Sealing, opening, and sealing anew.

use super::{Key, KeyId, Keys, Place};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::AeadInOut};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::Secret,
};
use std::fmt;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Secrets are filled up to a multiple of this.
const BLOCK: usize = 64;
/// How long the length before the secret is.
const LENGTH: usize = 2;

/// A secret as it is stored. Nobody reads it without the key, so it may lie in any database; it prints as the name of its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Vec<u8>,
    key: KeyId,
}

impl Key {
    /// Seals a secret for its place.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is longer than 65,535 bytes; [`ErrorKind::Local`] when the system gives no random numbers.
    pub fn seal(&self, place: Place<'_>, secret: &Secret) -> Result<Sealed> {
        let text = secret.expose().as_bytes();
        let length = u16::try_from(text.len()).map_err(|_| {
            Error::new(ErrorKind::Config, Side::Host, "seal the password", "it is longer than any password")
        })?;
        let mut bytes = self.head();
        let head = bytes.len();
        let mut nonce = [0; NONCE];
        crate::random::fill(&mut nonce)?;
        bytes.extend(nonce);
        let filled = (LENGTH + text.len()).next_multiple_of(BLOCK);
        // With room for all of it, it never moves and leaves a copy behind.
        let mut inside = Zeroizing::new(Vec::with_capacity(filled + TAG));
        inside.extend(length.to_le_bytes());
        inside.extend(text);
        inside.resize(filled, 0);
        let known = place.bytes(bytes.get(..head).unwrap_or_default());
        self.cipher().encrypt_in_place(&nonce.into(), &known, &mut *inside).map_err(|_| {
            Error::new(ErrorKind::Local, Side::Host, "seal the password", "the cipher refused")
        })?;
        bytes.extend(&*inside);
        Ok(Sealed { bytes, key: self.id.clone() })
    }

    /// Opens a secret that this key has sealed for this place.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] when it was sealed with another key or for another place, or was changed since.
    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Secret> {
        self.opened(place, sealed).ok_or_else(|| {
            let message = "a stored password does not open: it was sealed for another row or with another key of this name, or was \
                           changed since; give it anew";
            Error::new(ErrorKind::Credentials, Side::Host, "open the password", message).with("key", &sealed.key)
        })
    }

    fn opened(&self, place: Place<'_>, sealed: &Sealed) -> Option<Secret> {
        let head = self.head();
        let rest = sealed.bytes.strip_prefix(head.as_slice())?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let mut inside = Zeroizing::new(rest.to_vec());
        self.cipher().decrypt_in_place(&(*nonce).into(), &place.bytes(&head), &mut *inside).ok()?;
        let (length, text) = inside.split_first_chunk::<LENGTH>()?;
        let text = text.get(..usize::from(u16::from_le_bytes(*length)))?;
        std::str::from_utf8(text).ok().map(|text| Secret::new(text.to_owned()))
    }

    fn head(&self) -> Vec<u8> {
        let name = self.id.as_str().as_bytes();
        // A name has at most 32 bytes.
        let mut head = vec![VERSION, name.len() as u8];
        head.extend(name);
        head
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl Sealed {
    /// From what was stored.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when it is nothing that we seal, or of a newer version.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        let unreadable =
            |message| Error::new(ErrorKind::Malformed, Side::Journal, "read the sealed password", message);
        let [version, length, rest @ ..] = bytes.as_slice() else {
            return Err(unreadable("it is cut short"));
        };
        if *version != VERSION {
            return Err(unreadable("it is of a version that this omm does not know"));
        }
        let (name, rest) =
            rest.split_at_checked(usize::from(*length)).ok_or_else(|| unreadable("it is cut short"))?;
        let inside = rest.len().checked_sub(NONCE + TAG).ok_or_else(|| unreadable("it is cut short"))?;
        if inside == 0 || inside % BLOCK != 0 {
            return Err(unreadable("it is cut short"));
        }
        let name = std::str::from_utf8(name).ok().and_then(|name| KeyId::new(name).ok());
        let key = name.ok_or_else(|| unreadable("it names no key"))?;
        Ok(Self { bytes, key })
    }

    /// What is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of the key that opens it.
    pub fn key(&self) -> &KeyId {
        &self.key
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.key)
    }
}

/// Opens a secret with the key that its host has for it.
///
/// # Errors
/// As for [`Keys::named`] and [`Key::open`].
pub async fn open(keys: &dyn Keys, place: Place<'_>, sealed: &Sealed) -> Result<Secret> {
    keys.named(&sealed.key).await?.open(place, sealed)
}

/// The same secret under the current key; nothing if it is under that one already.
///
/// # Errors
/// As for [`open`], [`Keys::current`] and [`Key::seal`].
pub async fn reseal(keys: &dyn Keys, place: Place<'_>, sealed: &Sealed) -> Result<Option<Sealed>> {
    let current = keys.current().await?;
    if *current.id() == sealed.key {
        return Ok(None);
    }
    let secret = open(keys, place, sealed).await?;
    current.seal(place, &secret).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        project::ProjectId,
        sealed::{Field, KeyRing, NoKeys},
        store::MigrationKey,
    };
    use futures::executor::block_on;

    fn key(name: &str) -> Key {
        Key::random(KeyId::new(name).unwrap()).unwrap()
    }

    fn project() -> ProjectId {
        ProjectId::random().unwrap()
    }

    fn place(project: &ProjectId) -> Place<'_> {
        Place { project, migration: MigrationKey(7), field: Field::SourcePassword }
    }

    fn password(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let (key, project, other) = (key("a"), project(), project());
        let place = place(&project);
        let sealed = key.seal(place, &password("gehe im")).unwrap();
        let opens = |place| key.open(place, &sealed).map(|secret| secret.expose().to_owned());
        assert_eq!(opens(place).unwrap(), "gehe im");
        for elsewhere in [
            Place { project: &other, ..place },
            Place { migration: MigrationKey(8), ..place },
            Place { field: Field::DestinationPassword, ..place },
        ] {
            let error = opens(elsewhere).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{elsewhere:?}");
            assert!(!error.to_string().contains("gehe"));
        }
    }

    // Would catch: a part of the stored bytes that nothing vouches for.
    #[test]
    fn a_flipped_bit_or_a_cut_is_noticed() {
        let (key, project) = (key("a.key"), project());
        let sealed = key.seal(place(&project), &password("x")).unwrap();
        let opens = |bytes: Vec<u8>| {
            let keys = KeyRing::new(key.clone());
            let sealed = Sealed::from_bytes(bytes);
            sealed.and_then(|sealed| block_on(open(&keys, place(&project), &sealed))).is_ok()
        };
        let whole = sealed.as_bytes().to_vec();
        assert!(opens(whole.clone()));
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!opens(bytes), "bit {bit}");
        }
        for length in 0..whole.len() {
            assert!(!opens(whole[..length].to_vec()), "{length} bytes");
        }
        assert!(!opens([whole, vec![0]].concat()));
    }

    #[test]
    fn another_key_of_the_same_name_does_not_open() {
        let project = project();
        let sealed = key("a").seal(place(&project), &password("x")).unwrap();
        assert_eq!(key("a").open(place(&project), &sealed).unwrap_err().kind(), ErrorKind::Credentials);
        assert_eq!(key("b").open(place(&project), &sealed).unwrap_err().kind(), ErrorKind::Credentials);
    }

    #[test]
    fn keys_change() {
        let (old, new, project) = (key("2025"), key("2026"), project());
        let place = place(&project);
        let sealed = old.seal(place, &password("x")).unwrap();
        let both = KeyRing::new(new.clone()).with_older(old.clone());
        let anew = block_on(reseal(&both, place, &sealed)).unwrap().unwrap();
        assert_eq!(anew.key(), new.id());
        assert_eq!(block_on(reseal(&both, place, &anew)).unwrap(), None);
        let new_alone = KeyRing::new(new);
        assert_eq!(block_on(open(&new_alone, place, &anew)).unwrap().expose(), "x");
        let error = block_on(open(&new_alone, place, &sealed)).unwrap_err();
        assert!(error.to_string().contains("2025"), "{error}");
        // A new key does not move a secret to another row on its way.
        let elsewhere = Place { migration: MigrationKey(8), ..place };
        assert!(block_on(reseal(&both, elsewhere, &sealed)).is_err());
    }

    #[test]
    fn without_a_key_there_is_an_answer() {
        let error = block_on(NoKeys.current()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().contains("give the project a key"), "{error}");
    }

    // Would catch: a length that tells a short password, a nonce used twice.
    #[test]
    fn nothing_is_told_by_its_length_and_nothing_is_sealed_alike() {
        let (key, project) = (key("a"), project());
        let seal = |text: &str| key.seal(place(&project), &password(text)).unwrap();
        assert_eq!(seal("x").as_bytes().len(), seal(&"x".repeat(60)).as_bytes().len());
        assert_ne!(seal("x"), seal("x"));
        for length in [0, 1, 61, 62, 63, 64, 65, 1024, 65_535] {
            let text = "x".repeat(length);
            assert_eq!(key.open(place(&project), &seal(&text)).unwrap().expose(), text, "{length}");
        }
        assert!(key.seal(place(&project), &password(&"x".repeat(65_536))).is_err());
    }

    #[test]
    fn nothing_prints() {
        let (key, project) = (key("a"), project());
        let sealed = key.seal(place(&project), &password("geheim")).unwrap();
        let told = format!("{sealed:?} {key:?} {:?}", KeyRing::new(key.clone()));
        assert_eq!(told, "Sealed(a) Key(a) KeyRing { current: Key(a), older: {} }");
        for name in ["", "A", "a b", "a/b", &"a".repeat(33)] {
            assert!(KeyId::new(name).is_err(), "{name}");
        }
    }
}
