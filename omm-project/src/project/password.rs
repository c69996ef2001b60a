//! A project's password: kept as what it costs half a second to compare with.

use super::Invalid;
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash as Phc,
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::Secret,
};
use std::fmt;

/// What a password is compared with: Argon2id in the form of a PHC string, with its own parameters and salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<str>);

/// RFC 9106 §4, the second recommended option: 3 passes over 64 MiB in 4 lanes, a salt of 128 bits and a tag of 256.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
const LANES: u32 = 4;
const SALT: usize = 16;
const TAG: usize = 32;

const SHORTEST: usize = 10;
/// Whoever sends megabytes wants us to be busy.
const LONGEST_BYTES: usize = 1024;

/// Made like every other, of a password that nobody knows: nobody has ever had it.
const NOBODY: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl PasswordHash {
    /// Hashes a password. Takes 64 MiB and some tenths of a second, so it belongs where blocking is allowed.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with the remedy when the password will not do; [`ErrorKind::Local`] when the system gives no random numbers.
    pub fn of(password: &Secret) -> Result<Self> {
        super::all_valid("set the password", &check(password))?;
        let mut salt = [0; SALT];
        crate::random::fill(&mut salt)?;
        let hash = argon2()?.hash_password_with_salt(password.expose().as_bytes(), &salt);
        let hash: Phc = hash.map_err(|cause| failed("set the password", cause))?;
        Ok(Self(hash.to_string().into()))
    }

    /// What no password equals. Comparing with it takes as long as with any other.
    pub fn nobody() -> Self {
        Self(NOBODY.into())
    }

    /// From what was stored.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when it is no hash of ours.
    pub fn from_stored(text: &str) -> Result<Self> {
        let hash = Phc::new(text).ok().filter(|hash| hash.algorithm.as_str() == "argon2id");
        // What somebody writes into the database must not make us take all memory.
        let sane = hash.is_some_and(|hash| {
            Params::try_from(&hash).is_ok_and(|params| {
                params.m_cost() <= MEMORY_KIB * 16 && params.t_cost() <= 64 && params.p_cost() <= 64
            })
        });
        match sane {
            true => Ok(Self(text.into())),
            false => Err(Error::new(
                ErrorKind::Malformed,
                Side::Journal,
                "read the project",
                "its password hash is damaged",
            )),
        }
    }

    /// What is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this password. Takes as long whether it is or not; belongs where blocking is allowed.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] when there is no memory for it.
    pub fn is(&self, password: &Secret) -> Result<bool> {
        // None is so long; the rest of it would only cost time.
        let bytes = password.expose().as_bytes();
        let bytes = bytes.get(..LONGEST_BYTES + 1).unwrap_or(bytes);
        let hash = Phc::new(&self.0).map_err(|cause| failed("compare the password", cause))?;
        // The tags are compared in constant time by the library.
        match argon2()?.verify_password(bytes, &hash) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(cause) => Err(failed("compare the password", cause)),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

fn check(password: &Secret) -> Vec<Invalid> {
    let text = password.expose();
    let mut found = Vec::new();
    if text.chars().count() < SHORTEST {
        found.push(Invalid::new("password", format!("write at least {SHORTEST} characters")));
    }
    if text.len() > LONGEST_BYTES {
        found.push(Invalid::new("password", format!("write at most {LONGEST_BYTES} bytes")));
    }
    if !text.is_empty() && text.chars().all(|c| text.starts_with(c)) {
        found.push(Invalid::new("password", "write more than one character again and again"));
    }
    found
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(TAG));
    let params = params.map_err(|cause| failed("compare the password", cause))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(operation: &'static str, cause: impl fmt::Display) -> Error {
    Error::new(ErrorKind::Local, Side::Host, operation, format!("argon2 refused: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn passwords_are_known_again() {
        let hash = PasswordHash::of(&password("correct horse")).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{}", hash.as_str());
        let stored = PasswordHash::from_stored(hash.as_str()).unwrap();
        assert!(stored.is(&password("correct horse")).unwrap());
        assert!(!stored.is(&password("correct horsf")).unwrap());
        assert_eq!(format!("{stored:?}"), "PasswordHash(..)");
        // The same password twice: nobody sees that it is.
        assert_ne!(PasswordHash::of(&password("correct horse")).unwrap(), hash);
    }

    #[test]
    fn nobody_has_a_password() {
        let nobody = PasswordHash::from_stored(PasswordHash::nobody().as_str()).unwrap();
        assert!(!nobody.is(&password("")).unwrap());
        // As long as any other: the same parameters.
        let hash = PasswordHash::of(&password("correct horse")).unwrap();
        let parameters = |hash: &PasswordHash| hash.as_str().split('$').take(4).collect::<String>();
        assert_eq!(parameters(&nobody), parameters(&hash));
        assert_eq!(nobody.as_str().len(), hash.as_str().len());
    }

    #[test]
    fn passwords_that_will_not_do() {
        for (text, remedy) in [
            ("123456789", "at least 10"),
            ("äöüäöüäöü", "at least 10"),
            ("aaaaaaaaaaaa", "again and again"),
            (&"ab".repeat(600), "at most"),
        ] {
            let error = PasswordHash::of(&password(text)).unwrap_err().to_string();
            assert!(error.contains(remedy) && !error.contains(text), "{error}");
        }
    }

    #[test]
    fn a_stored_hash_cannot_take_all_memory() {
        for text in [
            "",
            "geheim",
            "$argon2id$v=19$m=4194304,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=65536,t=4000000,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=16,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(PasswordHash::from_stored(text).unwrap_err().kind(), ErrorKind::Malformed, "{text}");
        }
    }
}
