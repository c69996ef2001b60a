//! The bytes of a file that an item carries, wherever they lie.
//!
//! A connector hands over bytes that it reads from its server once ([`Data::once`]); a reader of iCalendar or vCard keeps
//! them where they stand in the text, in base64 ([`Data::base64`]), which may lie in a file of its own
//! ([`Data::base64_elsewhere`]). All are cheap to clone, and only read when they are written elsewhere: what is large is
//! never held twice.

mod decode;

use bytes::Bytes;
use std::{
    fmt,
    io::{self, BufRead, BufReader, Cursor, Read},
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes that can be cloned without being copied.
#[derive(Clone, Default)]
pub struct Data(Place);

#[derive(Clone)]
enum Place {
    Memory(Bytes),
    /// Base64 with whatever folds it has.
    Base64(Bytes),
    /// The same elsewhere: how many bytes it says, and how it is opened.
    Elsewhere(u64, Arc<Open>),
    Once(Arc<Mutex<Option<Box<dyn Read + Send>>>>),
}

/// Opens a text from its start.
type Open = dyn Fn() -> Box<dyn BufRead + Send> + Send + Sync;

impl Default for Place {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl Data {
    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Place::Memory(bytes.into()))
    }

    /// Base64 (RFC 4648 §4) that lies in a text: line ends and blanks in it mean nothing. It is decoded while it is read.
    /// Nothing for what is no base64.
    pub fn base64(text: Bytes) -> Option<Self> {
        decode::is_base64(&text).then_some(Self(Place::Base64(text)))
    }

    /// The same where the text lies elsewhere, and is opened whenever it is read; it says so many bytes.
    pub fn base64_elsewhere(
        size: u64,
        open: impl Fn() -> Box<dyn BufRead + Send> + Send + Sync + 'static,
    ) -> Self {
        Self(Place::Elsewhere(size, Arc::new(open)))
    }

    /// Bytes that can be read once: by the first reader, of whichever clone. Others fail.
    pub fn once(reader: Box<dyn Read + Send>) -> Self {
        Self(Place::Once(Arc::new(Mutex::new(Some(reader)))))
    }

    /// Reads them from the start.
    pub fn reader(&self) -> Box<dyn Read + Send> {
        match &self.0 {
            Place::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
            Place::Base64(text) => Box::new(decode::Decoder::new(Cursor::new(text.clone()))),
            Place::Elsewhere(_, open) => Box::new(decode::Decoder::new(open())),
            Place::Once(reader) => {
                let taken = reader.lock().unwrap_or_else(PoisonError::into_inner).take();
                taken.unwrap_or_else(|| Box::new(Gone))
            }
        }
    }

    /// How many they are, if that is known without reading them.
    pub fn size(&self) -> Option<u64> {
        match &self.0 {
            Place::Memory(bytes) => Some(bytes.len() as u64),
            Place::Base64(text) => Some(decode::size(text)),
            Place::Elsewhere(size, _) => Some(*size),
            Place::Once(_) => None,
        }
    }

    /// All of them in memory.
    ///
    /// # Errors
    /// If they cannot be read, or not again.
    pub fn to_bytes(&self) -> io::Result<Bytes> {
        if let Place::Memory(bytes) = &self.0 {
            return Ok(bytes.clone());
        }
        let mut bytes = Vec::new();
        self.reader().read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Bytes that can be read again are equal if they are the same ones; those that cannot, only to themselves.
impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Place::Once(one), Place::Once(two)) => Arc::ptr_eq(one, two),
            (Place::Once(_), _) | (_, Place::Once(_)) => false,
            (Place::Memory(one), Place::Memory(two)) => one == two,
            _ if self.size() != other.size() => false,
            (Place::Base64(one), Place::Base64(two)) if one == two => true,
            (Place::Elsewhere(_, one), Place::Elsewhere(_, two)) if Arc::ptr_eq(one, two) => true,
            _ => are_equal(self.reader(), other.reader()).unwrap_or(false),
        }
    }
}

/// Whether two readers give the same bytes; neither is held whole.
fn are_equal(one: impl Read, other: impl Read) -> io::Result<bool> {
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if count == 0 {
            return Ok(left.len() == right.len());
        }
        if left.get(..count) != right.get(..count) {
            return Ok(false);
        }
        one.consume(count);
        other.consume(count);
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size() {
            Some(size) => write!(f, "Data({size} bytes)"),
            None => f.write_str("Data(read once)"),
        }
    }
}

impl From<Vec<u8>> for Data {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

/// What was read already.
struct Gone;

impl Read for Gone {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("these bytes could be read once, and were"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_once_says_so_the_second_time() {
        let data = Data::once(Box::new(&b"abc"[..]));
        let clone = data.clone();
        assert_eq!((data.size(), data == clone), (None, true));
        assert_eq!(clone.to_bytes().unwrap(), &b"abc"[..]);
        assert!(data.to_bytes().is_err());
        assert_ne!(Data::once(Box::new(&b"abc"[..])), Data::once(Box::new(&b"abc"[..])));
    }

    #[test]
    fn base64_is_what_it_says() {
        let data = Data::base64(Bytes::from_static(b"YW\r\n Jj")).unwrap();
        assert_eq!(data, Data::bytes(&b"abc"[..]));
        assert_ne!(data, Data::bytes(&b"abd"[..]));
        assert_eq!(data, Data::base64(Bytes::from_static(b"YWJj")).unwrap());
        let long = |last: u8| Data::bytes([vec![b'a'; 20_000], vec![last]].concat());
        let text = {
            use base64::{Engine, engine::general_purpose::STANDARD};
            STANDARD.encode([vec![b'a'; 20_000], vec![b'b']].concat())
        };
        let coded = Data::base64(text.into()).unwrap();
        assert_eq!(coded, long(b'b'));
        assert_ne!(coded, long(b'c'));
        assert_eq!(data.to_bytes().unwrap(), data.to_bytes().unwrap());
        assert_eq!(format!("{data:?}"), "Data(3 bytes)");
    }
}
