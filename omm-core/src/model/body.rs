//! Bodies: of known length, readable again from the start, in memory or not.

use super::{Digester, Fingerprint};
use crate::{
    error::{Error, ErrorKind, Result, Side},
    host::{Env, Reservation, Runtime, Spool, blocking},
};
use bytes::Bytes;
use std::{fmt, fs::File, sync::Arc};

/// How many bytes are read or written at a time.
const CHUNK: usize = 128 * 1024;

/// The bytes of an item. Cloning is cheap: clones share the bytes, and the memory that was reserved for them
/// is given back when the last one is dropped.
#[derive(Clone)]
pub struct Body {
    place: Place,
    len: u64,
    fingerprint: Fingerprint,
}

#[derive(Clone)]
enum Place {
    Memory {
        bytes: Bytes,
        _reserved: Option<Arc<Reservation>>,
    },
    /// Only its digests were wanted; the bytes went by.
    Measured,
    File {
        file: Arc<File>,
        offset: u64,
        runtime: Arc<dyn Runtime>,
        _spooled: Option<Arc<Spooled>>,
    },
}

/// Keeps the spool's account right while a body is alive.
type Spooled = crate::host::SpoolFile;

impl Body {
    /// A body from bytes that are in memory anyway; not counted against any budget. For tests and small things.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let mut digester = Digester::new();
        digester.update(&bytes);
        Self {
            len: bytes.len() as u64,
            fingerprint: digester.finish(),
            place: Place::Memory { bytes, _reserved: None },
        }
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no byte.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its length once every line end is CRLF.
    pub fn crlf_len(&self) -> u64 {
        self.len + self.fingerprint.bare_line_feeds
    }

    /// Its digests.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Reads it from the start; may be called again and again.
    pub fn reader(&self) -> BodyReader {
        BodyReader { body: self.clone(), at: 0 }
    }

    /// All of it in memory, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] above the limit; [`ErrorKind::Local`] if the spool cannot be read.
    pub async fn to_bytes(&self, limit: u64) -> Result<Bytes> {
        if self.len > limit {
            return Err(Error::new(ErrorKind::TooLarge, Side::Host, "read a body", "too large for memory")
                .with("size", self.len));
        }
        if let Place::Memory { bytes, .. } = &self.place {
            return Ok(bytes.clone());
        }
        let mut whole = Vec::with_capacity(usize::try_from(self.len).unwrap_or(0));
        let mut reader = self.reader();
        while let Some(chunk) = reader.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.into())
    }

    /// The bytes, if they are in memory.
    pub fn in_memory(&self) -> Option<&Bytes> {
        match &self.place {
            Place::Memory { bytes, .. } => Some(bytes),
            Place::File { .. } | Place::Measured => None,
        }
    }

    /// Up to 128 KiB from a position, for code that may block anyway. Empty at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the file below cannot be read or has become shorter.
    pub fn read_blocking(&self, at: u64) -> Result<Bytes> {
        let want = (self.len - at.min(self.len)).min(CHUNK as u64) as usize;
        match &self.place {
            Place::Memory { bytes, .. } => {
                let from = at.min(self.len) as usize;
                Ok(bytes.slice(from..from + want))
            }
            Place::Measured => Err(measured()),
            Place::File { file, offset, .. } => {
                let mut chunk = vec![0; want];
                read_exact_at(file, &mut chunk, offset + at).map_err(|cause| {
                    Error::new(
                        ErrorKind::Local,
                        Side::Host,
                        "read a body",
                        "the file below it cannot be read",
                    )
                    .caused_by(cause)
                })?;
                Ok(chunk.into())
            }
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len)
    }
}

/// Reads a body in chunks.
#[derive(Debug)]
pub struct BodyReader {
    body: Body,
    at: u64,
}

impl BodyReader {
    /// The next bytes, or nothing at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the file below cannot be read.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: the position moves only with the result.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if self.at >= self.body.len {
            return Ok(None);
        }
        let chunk = match &self.body.place {
            Place::Memory { bytes, .. } => bytes.slice(self.at as usize..),
            Place::Measured => return Err(measured()),
            Place::File { runtime, .. } => {
                let (body, at) = (self.body.clone(), self.at);
                blocking(runtime, move || body.read_blocking(at)).await?
            }
        };
        self.at += chunk.len() as u64;
        Ok(Some(chunk))
    }
}

/// Where fetched bodies go: into memory as far as it was reserved, into the spool beyond.
#[derive(Clone)]
pub struct Intake {
    runtime: Arc<dyn Runtime>,
    spool: Spool,
    /// Without memory, bytes are only measured.
    memory: Option<Arc<Reservation>>,
}

impl Intake {
    /// An intake over memory that was reserved for it.
    pub fn new(env: &Env, memory: Reservation) -> Self {
        Self { runtime: Arc::clone(&env.runtime), spool: env.spool.clone(), memory: Some(Arc::new(memory)) }
    }

    /// An intake that keeps no byte: bodies have length and digests, and cannot be read. For looking at copies.
    pub fn measuring(env: &Env) -> Self {
        Self { runtime: Arc::clone(&env.runtime), spool: env.spool.clone(), memory: None }
    }

    /// Begins a body. The expected size, if known, saves moving it later; it may be wrong.
    pub fn begin(&self, expected_size: Option<u64>) -> Inbound {
        let room = self.memory.as_ref().map_or(0, |memory| memory.bytes());
        let expected = expected_size.unwrap_or(0);
        Inbound {
            intake: self.clone(),
            // Room is made as bytes arrive: a peer that lies about a size costs nothing.
            held: Vec::with_capacity(expected.min(room).min(64 * 1024) as usize),
            too_large: expected > room,
            spilled: None,
            digester: Digester::new(),
            len: 0,
        }
    }

    /// A body from bytes at hand.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if it had to go to the spool and the spool failed.
    pub async fn whole(&self, bytes: &[u8]) -> Result<Body> {
        let mut inbound = self.begin(Some(bytes.len() as u64));
        inbound.write(bytes).await?;
        inbound.finish().await
    }

    /// A body that stays where it is, in a region of a file; it is read once for its digests. Blocks, so call it
    /// where blocking is allowed. The file must not change while the body lives.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if it cannot be read.
    pub fn region_blocking(&self, file: Arc<File>, offset: u64, len: u64) -> Result<Body> {
        let unread =
            Fingerprint { body: super::Digest::of(b""), header: super::Digest::of(b""), bare_line_feeds: 0 };
        let place = Place::File { file, offset, runtime: Arc::clone(&self.runtime), _spooled: None };
        let mut body = Body { place, len, fingerprint: unread };
        let mut digester = Digester::new();
        let mut at = 0;
        while at < len {
            let chunk = body.read_blocking(at)?;
            digester.update(&chunk);
            at += chunk.len() as u64;
        }
        body.fingerprint = digester.finish();
        Ok(body)
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("memory", &self.memory).finish_non_exhaustive()
    }
}

/// A body that is arriving.
#[derive(Debug)]
pub struct Inbound {
    intake: Intake,
    held: Vec<u8>,
    /// It is not going to fit: no byte of the reservation is spent on it.
    too_large: bool,
    spilled: Option<Spooled>,
    digester: Digester,
    len: u64,
}

impl Inbound {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the spool fails.
    ///
    /// # Cancel safety
    /// After a drop the body is not whole any more: begin again.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.digester.update(bytes);
        self.len += bytes.len() as u64;
        let Some(memory) = &self.intake.memory else { return Ok(()) };
        if self.spilled.is_none() && (self.too_large || !memory.draw(bytes.len() as u64)) {
            let spool = self.intake.spool.clone();
            self.spilled = Some(blocking(&self.intake.runtime, move || spool.create()).await?);
        }
        self.held.extend_from_slice(bytes);
        if self.spilled.is_some() && self.held.len() >= CHUNK {
            self.flush().await?;
        }
        Ok(())
    }

    /// The whole body.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the spool fails.
    pub async fn finish(mut self) -> Result<Body> {
        if self.spilled.is_some() {
            self.flush().await?;
        }
        let place = match (self.spilled, self.intake.memory) {
            (_, None) => Place::Measured,
            (Some(spooled), Some(_)) => Place::File {
                file: Arc::clone(&spooled.file),
                offset: 0,
                runtime: Arc::clone(&self.intake.runtime),
                _spooled: Some(Arc::new(spooled)),
            },
            (None, Some(memory)) => {
                Place::Memory { bytes: self.held.into_boxed_slice().into(), _reserved: Some(memory) }
            }
        };
        Ok(Body { place, len: self.len, fingerprint: self.digester.finish() })
    }

    async fn flush(&mut self) -> Result<()> {
        if let Some(mut spooled) = self.spilled.take() {
            let held = std::mem::take(&mut self.held);
            let spooled =
                blocking(&self.intake.runtime, move || spooled.append(&held).map(|()| spooled)).await?;
            self.spilled = Some(spooled);
        }
        Ok(())
    }
}

fn measured() -> Error {
    Error::new(ErrorKind::Local, Side::Host, "read a body", "it was only measured, its bytes are not kept")
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = &mut buffer[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
