//! Bodies: of known length, readable again from the start, in memory or not.

use super::{Digester, Fingerprint};
use crate::{
    error::{Error, ErrorKind, Result, Side},
    host::{Env, Reservation, Runtime, blocking},
};
use bytes::Bytes;
use std::{fmt, fs::File, sync::Arc};

/// How many bytes are read or written at a time.
const CHUNK: usize = 128 * 1024;

/// The bytes of an item. Cloning is cheap: clones share the bytes, and the memory that was reserved for them
/// is given back when the last one is dropped.
#[derive(Clone)]
pub struct Body {
    pub(super) place: Place,
    pub(super) len: u64,
    pub(super) fingerprint: Fingerprint,
}

#[derive(Clone)]
pub(super) enum Place {
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

impl Place {
    pub(super) fn in_spool(spooled: Spooled, runtime: &Arc<dyn Runtime>) -> Self {
        let (file, runtime) = (Arc::clone(&spooled.file), Arc::clone(runtime));
        Self::File { file, offset: 0, runtime, _spooled: Some(Arc::new(spooled)) }
    }
}

/// Keeps the spool's account right while a body is alive.
pub(super) type Spooled = crate::host::SpoolFile;

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

    /// The same body in the spool, if it holds reserved memory; a body that holds none is given as it is. The memory
    /// is given back when the last clone of this one is dropped.
    ///
    /// # Errors
    /// If the spool cannot take it.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn spilled(&self, env: &Env) -> Result<Self> {
        let Place::Memory { bytes, _reserved: Some(_) } = &self.place else { return Ok(self.clone()) };
        let (spool, bytes) = (env.spool.clone(), bytes.clone());
        let write = move || {
            let mut file = spool.create()?;
            file.append(&bytes)?;
            Ok(file)
        };
        let spooled = blocking(&env.runtime, write).await?;
        let place = Place::in_spool(spooled, &env.runtime);
        Ok(Self { place, len: self.len, fingerprint: self.fingerprint })
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
