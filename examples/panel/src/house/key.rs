//! The file with the key that seals passwords, in the form that `omm project key` writes.

use omm::{
    Error, ErrorKind, Result, Side,
    project::sealed::{Key, KeyId},
};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};
use zeroize::Zeroizing;

/// What such a file begins with, so that no other is taken for one.
const FIRST_WORD: &str = "omm-key";

/// The key of that file, if there is such a file.
///
/// # Errors
/// [`ErrorKind::Local`] when it cannot be read or holds something else.
pub(super) fn read(path: &Path) -> Result<Option<Key>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            parse(&Zeroizing::new(text)).map(Some).ok_or_else(|| failed(path, "it holds no key", None))
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failed(path, "it cannot be read", Some(cause))),
    }
}

/// It is gone, and what it has sealed is there: another one would open nothing of it.
pub(super) fn missing(path: &Path) -> Error {
    failed(path, "it is not there, and passwords are sealed with it; put it back where it was", None)
}

/// Makes one, for its owner only.
///
/// # Errors
/// [`ErrorKind::Local`] when it cannot be written.
pub(super) fn make(path: &Path) -> Result<Key> {
    let name = chrono::Utc::now().format("%Y-%m-%d").to_string();
    let key = Key::random(KeyId::new(&name)?)?;
    let hex: Zeroizing<String> =
        Zeroizing::new(key.expose().iter().map(|byte| format!("{byte:02x}")).collect());
    let line = Zeroizing::new(format!("{FIRST_WORD} {name} {}\n", hex.as_str()));
    write(path, line.as_bytes()).map_err(|cause| failed(path, "it cannot be made", Some(cause)))?;
    Ok(key)
}

fn parse(text: &str) -> Option<Key> {
    let mut words = text.split_whitespace();
    let (FIRST_WORD, name, hex) = (words.next()?, words.next()?, words.next()?) else { return None };
    let mut bytes = Zeroizing::new([0; 32]);
    if hex.len() != 2 * bytes.len() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(Key::new(KeyId::new(name).ok()?, bytes))
}

fn failed(path: &Path, why: &str, cause: Option<io::Error>) -> Error {
    let error = Error::new(ErrorKind::Local, Side::Host, "open the key", why).with("file", path.display());
    match cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_nothing_else_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        assert!(read(&path).unwrap().is_none());
        let made = make(&path).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().expose(), made.expose());
        assert!(make(&path).is_err(), "a key is never written over");
        let text = fs::read_to_string(&path).unwrap();
        for broken in
            ["", "omm-key", "omm-key a 00", &text[1..], &text[..text.len() - 2], &text.replace('0', "é")]
        {
            fs::write(&path, broken).unwrap();
            assert!(read(&path).is_err(), "{broken:?}");
        }
    }
}
