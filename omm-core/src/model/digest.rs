//! Digests that say whether two bodies are the same.
//!
//! BLAKE3 over the bytes with CRLF line ends, so that a store that keeps LF and a server that speaks CRLF
//! agree. The form is versioned: a digest of another version is simply unequal.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const VERSION: u8 = 1;
/// Headers longer than this are cut for the header digest; real ones are far below.
const HEADER_LIMIT: usize = 256 * 1024;

/// A versioned BLAKE3 digest. Its text form is `1:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    version: u8,
    hash: [u8; 32],
}

impl Digest {
    /// The digest of a body that is in memory.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digester = Digester::new();
        digester.update(bytes);
        digester.finish().body
    }

    /// The stored form: the version, then the hash.
    pub fn to_bytes(self) -> [u8; 33] {
        let mut bytes = [self.version; 33];
        bytes[1..].copy_from_slice(&self.hash);
        bytes
    }

    /// Reads the stored form back.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&version, hash) = bytes.split_first()?;
        Some(Self { version, hash: hash.try_into().ok()? })
    }

    /// Eight bytes of it, for indexes and file names.
    pub fn short(self) -> u64 {
        u64::from_be_bytes([
            self.hash[0],
            self.hash[1],
            self.hash[2],
            self.hash[3],
            self.hash[4],
            self.hash[5],
            self.hash[6],
            self.hash[7],
        ])
    }

    fn parse(text: &str) -> Option<Self> {
        let (version, hex) = text.split_once(':')?;
        Some(Self { version: version.parse().ok()?, hash: *blake3::Hash::from_hex(hex).ok()?.as_bytes() })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.version, blake3::Hash::from_bytes(self.hash).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:016x}…", self.version, self.short())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a digest"))
    }
}

/// The digests of one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Over the whole body.
    pub body: Digest,
    /// Over the header block (up to the first empty line): what is left to compare on servers that rewrite bodies.
    pub header: Digest,
    /// How many line ends had to become CRLF: the difference between the size as it is and as it travels.
    pub bare_line_feeds: u64,
}

/// Computes a [`Fingerprint`] while bytes pass by, however they are cut.
#[derive(Debug)]
pub struct Digester {
    body: blake3::Hasher,
    header: Option<HeaderScan>,
    header_digest: Option<blake3::Hash>,
    after_return: bool,
    bare_line_feeds: u64,
}

#[derive(Debug, Default)]
struct HeaderScan {
    hasher: blake3::Hasher,
    taken: usize,
    line_is_empty: bool,
}

impl Default for Digester {
    fn default() -> Self {
        Self::new()
    }
}

impl Digester {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            body: blake3::Hasher::new(),
            header: Some(HeaderScan { line_is_empty: true, ..HeaderScan::default() }),
            header_digest: None,
            after_return: false,
            bare_line_feeds: 0,
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        if has_bare_line_feed(bytes, self.after_return) {
            self.convert(bytes);
        } else {
            self.absorb(bytes);
        }
        self.after_return = *last == b'\r';
    }

    /// The digests of everything taken.
    pub fn finish(self) -> Fingerprint {
        let digest = |hash: blake3::Hash| Digest { version: VERSION, hash: *hash.as_bytes() };
        let header = self.header_digest.or_else(|| self.header.map(|scan| scan.hasher.finalize()));
        let body = digest(self.body.finalize());
        Fingerprint { body, header: header.map_or(body, digest), bare_line_feeds: self.bare_line_feeds }
    }

    /// Takes bytes of which some line ends have to become CRLF.
    fn convert(&mut self, bytes: &[u8]) {
        let mut from = 0;
        for at in line_feeds(bytes) {
            let bare = if at == 0 { !self.after_return } else { bytes[at - 1] != b'\r' };
            if bare {
                self.absorb(&bytes[from..at]);
                self.absorb(b"\r\n");
                self.bare_line_feeds += 1;
                from = at + 1;
            }
        }
        self.absorb(&bytes[from..]);
    }

    /// `bytes` have CRLF line ends.
    fn absorb(&mut self, bytes: &[u8]) {
        self.body.update(bytes);
        if let Some(mut scan) = self.header.take() {
            if scan.absorb(bytes) {
                self.header_digest = Some(scan.hasher.finalize());
            } else {
                self.header = Some(scan);
            }
        }
    }
}

impl HeaderScan {
    /// Returns whether the header has ended.
    fn absorb(&mut self, bytes: &[u8]) -> bool {
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if self.line_is_empty => {
                    self.hasher.update(&bytes[..=at]);
                    return true;
                }
                b'\n' => self.line_is_empty = true,
                b'\r' => {}
                _ => self.line_is_empty = false,
            }
            if self.taken + at + 1 >= HEADER_LIMIT {
                self.hasher.update(&bytes[..=at]);
                return true;
            }
        }
        self.hasher.update(bytes);
        self.taken += bytes.len();
        false
    }
}

/// Whether a line feed has no return before it. Servers send none, so this is asked of every body: in steps without a branch
/// for each byte, which the compiler makes wide instructions of, and not line by line.
fn has_bare_line_feed(bytes: &[u8], after_return: bool) -> bool {
    const STEP: usize = 1024;
    let Some((first, rest)) = bytes.split_first() else { return false };
    let is_bare = |byte: u8, before: u8| (byte == b'\n') & (before != b'\r');
    let mut steps = rest.chunks(STEP).zip(bytes.chunks(STEP));
    (*first == b'\n' && !after_return)
        || steps.any(|(step, before)| {
            step.iter().zip(before).fold(false, |found, (byte, before)| found | is_bare(*byte, *before))
        })
}

fn line_feeds(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'\n', bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(parts: &[&[u8]]) -> Fingerprint {
        let mut digester = Digester::new();
        parts.iter().for_each(|part| digester.update(part));
        digester.finish()
    }

    #[test]
    fn line_ends_do_not_matter_and_cuts_do_not_either() {
        let crlf = b"A: b\r\n\r\nbody\r\nlast";
        let lf = b"A: b\n\nbody\nlast";
        let whole = fingerprint(&[crlf]);
        for cut in 0..=crlf.len() {
            assert_eq!(fingerprint(&[&crlf[..cut], &crlf[cut..]]), whole, "cut at {cut}");
        }
        for cut in 0..=lf.len() {
            let mixed = fingerprint(&[&lf[..cut], &lf[cut..]]);
            assert_eq!((mixed.body, mixed.header), (whole.body, whole.header), "cut at {cut}");
            assert_eq!(mixed.bare_line_feeds, 3);
        }
    }

    // Would catch: a bare line feed that the quick look misses at the edge of its steps, or finds where there is none.
    #[test]
    fn a_bare_line_feed_is_found_wherever_it_is() {
        for len in [1, 2, 1023, 1024, 1025, 1026, 2049] {
            for at in 0..len {
                let mut bytes = vec![b'x'; len];
                bytes[at] = b'\n';
                assert!(has_bare_line_feed(&bytes, false), "{at} of {len}");
                assert_eq!(has_bare_line_feed(&bytes, true), at > 0, "{at} of {len}");
                if at > 0 {
                    bytes[at - 1] = b'\r';
                    assert!(!has_bare_line_feed(&bytes, false), "{at} of {len}");
                }
            }
        }
        assert!(!has_bare_line_feed(b"", false));
    }

    #[test]
    fn the_header_digest_ignores_the_body() {
        let one = fingerprint(&[b"A: b\r\n\r\none"]);
        let two = fingerprint(&[b"A: b\r\n\r\ntwo"]);
        assert_eq!(one.header, two.header);
        assert_ne!(one.body, two.body);
        assert_ne!(one.header, fingerprint(&[b"A: c\r\n\r\none"]).header);
    }

    #[test]
    fn stored_and_text_forms_round_trip() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::from_bytes(&digest.to_bytes()), Some(digest));
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }
}
