//! The compound file below ([MS-CFB]), shared by a message, its attachments and those who read their bytes.

use cfb::{CompoundFile, Entry};
use std::{
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A handle on an open compound file. Whoever reads holds it for one piece only.
#[derive(Clone)]
pub(super) struct Compound {
    file: Arc<Mutex<CompoundFile<Handle>>>,
}

impl Compound {
    pub(super) fn open(file: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        let file = CompoundFile::open(Handle(Mutex::new(Box::new(file))))?;
        Ok(Self { file: Arc::new(Mutex::new(file)) })
    }

    /// What lies in a storage, in the order of the directory: shorter names first, then by letter ([MS-CFB] §2.6.4).
    pub(super) fn children(&self, storage: &Path) -> io::Result<Vec<Entry>> {
        Ok(self.lock().read_storage(storage)?.collect())
    }

    /// A storage, and everything below it, parents first.
    pub(super) fn below(&self, storage: &Path) -> io::Result<Vec<Entry>> {
        Ok(self.lock().walk_storage(storage)?.collect())
    }

    pub(super) fn is_stream(&self, path: &Path) -> bool {
        self.lock().is_stream(path)
    }

    pub(super) fn is_storage(&self, path: &Path) -> bool {
        self.lock().is_storage(path)
    }

    /// How long a stream says it is.
    pub(super) fn bytes(&self, path: &Path) -> io::Result<u64> {
        Ok(self.lock().entry(path)?.len())
    }

    /// A whole stream, if it is not larger than allowed.
    pub(super) fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let mut file = self.lock();
        let mut stream = file.open_stream(path)?;
        if stream.len() > most {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} bytes are too many", stream.len()),
            ));
        }
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Bytes of a stream from `offset` on; as many as are asked for, unless the stream ends.
    pub(super) fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.lock();
        let mut stream = file.open_stream(path)?;
        stream.seek(SeekFrom::Start(offset))?;
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match stream.read(rest)? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    fn lock(&self) -> MutexGuard<'_, CompoundFile<Handle>> {
        // Nothing is written: whoever failed while holding it left it whole.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error is the file's form, not the disk: what is damaged is left out, but a disk that fails is told.
pub(super) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, NotFound, OutOfMemory, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | NotFound | OutOfMemory | UnexpectedEof)
}

trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// The file, wrapped so that it may be shared between threads: `cfb` asks for that. The lock is never waited for.
struct Handle(Mutex<Box<dyn ReadSeek>>);

impl Handle {
    fn inner(&mut self) -> &mut dyn ReadSeek {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut()
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner().read(buffer)
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner().seek(to)
    }
}
