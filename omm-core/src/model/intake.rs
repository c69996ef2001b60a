//! Bodies on their way in: into memory as far as it was reserved, into the spool beyond.

use super::{
    Body, Digester, Fingerprint,
    body::{Place, Spooled},
    held::Held,
};
use crate::{
    error::Result,
    host::{Env, Reservation, Runtime, Spool, blocking},
};
use std::{fmt, fs::File, sync::Arc};

/// How much is gathered before it is written to the spool; not counted.
const SMALL: usize = 64 * 1024;
/// The most by which the room for an arriving body grows at a time: a page of it that is not written to costs nothing.
const LARGE: usize = 8 * 1024 * 1024;

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
            held: Held::new(self.memory.as_ref().map(|memory| memory.regions().clone()).unwrap_or_default()),
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
    /// [`crate::error::ErrorKind::Local`] if it had to go to the spool and the spool failed.
    pub async fn whole(&self, bytes: &[u8]) -> Result<Body> {
        let mut inbound = self.begin(Some(bytes.len() as u64));
        inbound.write(bytes).await?;
        inbound.finish().await
    }

    /// A body that stays where it is, in a region of a file; it is read once for its digests. Blocks, so call it
    /// where blocking is allowed. The file must not change while the body lives.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Local`] if it cannot be read.
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
    held: Held,
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
    /// [`crate::error::ErrorKind::Local`] if the spool fails.
    ///
    /// # Cancel safety
    /// After a drop the body is not whole any more: begin again.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.hold(bytes) {
            return Ok(());
        }
        if self.spilled.is_none() {
            let spool = self.intake.spool.clone();
            self.spilled = Some(blocking(&self.intake.runtime, move || spool.create()).await?);
            self.flush().await?;
        }
        for piece in bytes.chunks(SMALL) {
            if self.held.len() + piece.len() > SMALL {
                self.flush().await?;
            }
            self.gather(piece);
        }
        Ok(())
    }

    /// Takes the next bytes where blocking is allowed: one step of a thread for a whole body, and not one for each part.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub fn write_blocking(&mut self, bytes: &[u8]) -> Result<()> {
        if self.hold(bytes) {
            return Ok(());
        }
        if self.spilled.is_none() {
            self.spilled = Some(self.intake.spool.create()?);
            self.flush_blocking()?;
        }
        // What is no small piece is not gathered first.
        if bytes.len() >= SMALL / 2 {
            self.flush_blocking()?;
            return self.spilled.as_mut().map_or(Ok(()), |spooled| spooled.append(bytes));
        }
        if self.held.len() + bytes.len() > SMALL {
            self.flush_blocking()?;
        }
        self.gather(bytes);
        Ok(())
    }

    /// Measures the next bytes, and keeps them if they need not go to the spool.
    fn hold(&mut self, bytes: &[u8]) -> bool {
        self.digester.update(bytes);
        self.len += bytes.len() as u64;
        if self.intake.memory.is_none() {
            return true;
        }
        let fits = self.spilled.is_none() && self.makes_room(bytes.len());
        if fits {
            self.held.extend_from_slice(bytes);
        }
        fits
    }

    /// Gathers what goes to the spool next.
    fn gather(&mut self, piece: &[u8]) {
        let double = self.held.len().min(SMALL - self.held.len());
        self.held.reserve_exact(piece.len().max(double));
        self.held.extend_from_slice(piece);
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
    /// [`crate::error::ErrorKind::Local`] if the spool fails; [`crate::error::ErrorKind::TooLarge`] if it is larger than the spool may be.
    pub async fn finish(mut self) -> Result<Body> {
        self.flush().await?;
        Ok(self.finished())
    }

    /// The whole body, where blocking is allowed.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    pub fn finish_blocking(mut self) -> Result<Body> {
        self.flush_blocking()?;
        Ok(self.finished())
    }

    fn finished(mut self) -> Body {
        let fingerprint = std::mem::take(&mut self.digester).finish();
        let place = match (self.spilled.take(), self.intake.memory.clone()) {
            (_, None) => Place::Measured,
            (Some(spooled), Some(_)) => Place::in_spool(spooled, &self.intake.runtime),
            (None, Some(memory)) => {
                let held = self.held.take().into_bytes();
                // What is kept stays drawn; the room that was too much is the next body's.
                self.drawn -= held.len() as u64;
                Place::Memory { bytes: held, _reserved: Some(memory) }
            }
        };
        Body { place, len: self.len, fingerprint }
    }

    fn flush_blocking(&mut self) -> Result<()> {
        if let Some(spooled) = &mut self.spilled {
            spooled.append(&self.held)?;
            self.let_go();
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        if let Some(mut spooled) = self.spilled.take() {
            let held = self.held.take();
            let append = move || spooled.append(&held).map(|()| (spooled, held));
            let (spooled, held) = blocking(&self.intake.runtime, append).await?;
            (self.spilled, self.held) = (Some(spooled), held);
            self.let_go();
        }
        Ok(())
    }

    /// What is held is in the spool; what was drawn is the next body's.
    fn let_go(&mut self) {
        self.held.clear();
        if self.held.capacity() > SMALL {
            drop(self.held.take());
        }
        self.put_back();
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
    fn a_body_written_in_one_step_is_the_same() {
        let env = Env::new(Arc::new(Here));
        let bytes: Vec<u8> = (0..400_000u32).map(|at| (at % 251) as u8).collect();
        for (room, expected) in [(1 << 20, None), (1 << 20, Some(10)), (1000, None), (200_000, Some(400_000))]
        {
            let intake = Intake::new(&env, block_on(env.memory.reserve(room)));
            let mut one = intake.begin(expected);
            for piece in bytes.chunks(90_000) {
                block_on(one.write(piece)).expect("a write");
            }
            let one = block_on(one.finish()).expect("a body");
            let intake = Intake::new(&env, block_on(env.memory.reserve(room)));
            let mut other = intake.begin(expected);
            for piece in bytes.chunks(90_000) {
                other.write_blocking(piece).expect("a write");
            }
            let other = other.finish_blocking().expect("a body");
            assert_eq!((one.len(), one.fingerprint()), (other.len(), other.fingerprint()));
            assert_eq!(one.in_memory().is_some(), other.in_memory().is_some(), "{room} {expected:?}");
            assert_eq!(block_on(other.to_bytes(u64::MAX)).expect("bytes"), bytes);
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
