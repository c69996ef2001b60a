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
/// How much is gathered before it is written to the spool; not counted.
const SMALL: usize = 64 * 1024;
/// The most by which the room for an arriving body grows at a time.
const LARGE: usize = 1024 * 1024;

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

impl Place {
    fn in_spool(spooled: Spooled, runtime: &Arc<dyn Runtime>) -> Self {
        let (file, runtime) = (Arc::clone(&spooled.file), Arc::clone(runtime));
        Self::File { file, offset: 0, runtime, _spooled: Some(Arc::new(spooled)) }
    }
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
            held: Vec::new(),
            drawn: 0,
            expected,
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
    /// What was drawn from the reservation for `held`, as much as it has room for.
    drawn: u64,
    expected: u64,
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
        if self.intake.memory.is_none() {
            return Ok(());
        }
        if self.spilled.is_none() {
            if self.makes_room(bytes.len()) {
                self.held.extend_from_slice(bytes);
                return Ok(());
            }
            let spool = self.intake.spool.clone();
            self.spilled = Some(blocking(&self.intake.runtime, move || spool.create()).await?);
            self.flush().await?;
        }
        for piece in bytes.chunks(SMALL) {
            if self.held.len() + piece.len() > SMALL {
                self.flush().await?;
            }
            let double = self.held.len().min(SMALL - self.held.len());
            self.held.reserve_exact(piece.len().max(double));
            self.held.extend_from_slice(piece);
        }
        Ok(())
    }

    /// Room for so many bytes more, drawn from the reservation before it is made. A vector left alone would double,
    /// and hold twice what was drawn.
    fn makes_room(&mut self, more: usize) -> bool {
        let free = self.held.capacity() - self.held.len();
        if more <= free {
            return true;
        }
        let Some(memory) = self.intake.memory.as_ref().filter(|_| !self.too_large) else { return false };
        let missing = more - free;
        let expected = usize::try_from(self.expected).unwrap_or(0).saturating_sub(self.held.capacity());
        // In steps, so that a listed size that is not true costs little, and a long body is not moved too often.
        let step = if expected > 0 { expected } else { self.held.capacity() / 4 }.min(LARGE).max(missing);
        for room in [step, missing] {
            if memory.draw(room as u64) {
                self.held.reserve_exact(free + room);
                self.drawn += room as u64;
                return true;
            }
        }
        false
    }

    /// The whole body.
    ///
    /// # Errors
    /// [`ErrorKind::Local`] if the spool fails; [`ErrorKind::TooLarge`] if it is larger than the spool may be.
    pub async fn finish(mut self) -> Result<Body> {
        if self.spilled.is_some() {
            self.flush().await?;
        }
        let fingerprint = std::mem::take(&mut self.digester).finish();
        let place = match (self.spilled.take(), self.intake.memory.clone()) {
            (_, None) => Place::Measured,
            (Some(spooled), Some(_)) => Place::in_spool(spooled, &self.intake.runtime),
            (None, Some(memory)) => {
                let held = std::mem::take(&mut self.held).into_boxed_slice();
                // What is kept stays drawn; the room that was too much is the next body's.
                self.drawn -= held.len() as u64;
                Place::Memory { bytes: held.into(), _reserved: Some(memory) }
            }
        };
        Ok(Body { place, len: self.len, fingerprint })
    }

    async fn flush(&mut self) -> Result<()> {
        if let Some(mut spooled) = self.spilled.take() {
            let held = std::mem::take(&mut self.held);
            let spooled =
                blocking(&self.intake.runtime, move || spooled.append(&held).map(|()| spooled)).await?;
            self.spilled = Some(spooled);
            self.put_back();
        }
        Ok(())
    }

    fn put_back(&mut self) {
        if let Some(memory) = &self.intake.memory {
            memory.put_back(std::mem::take(&mut self.drawn));
        }
    }
}

impl Drop for Inbound {
    /// A body that broke off is fetched again, out of the same reservation.
    fn drop(&mut self) {
        self.put_back();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::BoxFuture;
    use futures::FutureExt;
    use std::time::Duration;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("here nobody waits")
    }

    /// Blocking work at once; nothing else.
    struct Here;

    impl Runtime for Here {
        fn now(&self) -> chrono::DateTime<chrono::Utc> {
            chrono::DateTime::UNIX_EPOCH
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::ready(()))
        }
        fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
            work();
        }
        fn dial(
            &self,
            _: &str,
            _: u16,
        ) -> BoxFuture<'static, std::io::Result<Box<dyn crate::host::Connection>>> {
            Box::pin(std::future::ready(Err(std::io::ErrorKind::Unsupported.into())))
        }
    }

    #[test]
    fn an_arriving_body_holds_hardly_more_than_was_drawn() {
        let env = Env::new(Arc::new(Here));
        let budget = 5 << 20;
        for expected in [None, Some(3 << 20), Some(1000), Some(4 << 20)] {
            for (size, chunk) in [(3 << 20, 4096), (3 << 20, 100_000), (5 << 20, 9_999), (8 << 20, 70_000)] {
                let memory = Arc::new(block_on(env.memory.reserve(budget)));
                let (runtime, spool) = (Arc::clone(&env.runtime), env.spool.clone());
                let intake = Intake { runtime, spool, memory: Some(Arc::clone(&memory)) };
                let mut inbound = intake.begin(expected);
                let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
                for piece in bytes.chunks(chunk) {
                    block_on(inbound.write(piece)).expect("a write");
                    let (held, drawn) = (inbound.held.capacity() as u64, memory.drawn());
                    assert!(held <= drawn + SMALL as u64, "{expected:?} {size} {chunk}: {held} for {drawn}");
                }
                let body = block_on(inbound.finish()).expect("a body");
                let kept = if body.in_memory().is_some() { size as u64 } else { 0 };
                assert_eq!(memory.drawn(), kept, "{expected:?} {size} {chunk}");
                assert_eq!(body.in_memory().is_some(), size as u64 <= budget, "{expected:?} {size} {chunk}");
                assert_eq!(block_on(body.to_bytes(u64::MAX)).expect("bytes"), bytes);
            }
        }
    }

    #[test]
    fn a_spilled_body_is_the_same_and_gives_its_memory_back() {
        let env = Env::new(Arc::new(Here));
        let intake = Intake::new(&env, block_on(env.memory.reserve(1000)));
        let body = block_on(intake.whole(b"Subject: x\n\nbody\n")).expect("a body");
        drop(intake);
        let spilled = block_on(body.spilled(&env)).expect("it goes to the spool");
        assert_eq!((env.memory.reserved(), spilled.in_memory()), (1000, None));
        let bytes = block_on(body.to_bytes(100)).expect("bytes");
        drop(body);
        assert_eq!(env.memory.reserved(), 0);
        assert_eq!(block_on(spilled.to_bytes(100)).expect("bytes"), bytes);
    }
}
