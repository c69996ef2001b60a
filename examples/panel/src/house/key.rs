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

/// The key of that file; made, for its owner only, if there is no such file.
///
/// # Errors
/// [`ErrorKind::Local`] when it cannot be read or written or holds something else.
pub(super) fn read_or_make(path: &Path) -> Result<Key> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&Zeroizing::new(text)).ok_or_else(|| failed(path, "it holds no key", None)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => make(path),
        Err(cause) => Err(failed(path, "it cannot be read", Some(cause))),
    }
}

fn make(path: &Path) -> Result<Key> {
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
        let made = read_or_make(&path).unwrap();
        assert_eq!(read_or_make(&path).unwrap().expose(), made.expose());
        let text = fs::read_to_string(&path).unwrap();
        for broken in
            ["", "omm-key", "omm-key a 00", &text[1..], &text[..text.len() - 2], &text.replace('0', "é")]
        {
            fs::write(&path, broken).unwrap();
            assert!(read_or_make(&path).is_err(), "{broken:?}");
        }
    }
}
