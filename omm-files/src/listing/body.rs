//! From what was opened to a body within the intake's bounds, in one step of a thread that may block.

use super::Bytes;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Side},
    model::{Body, Intake},
};
use std::io::{self, Read};

/// How much of a stream is read at a time.
const STEP: usize = 64 * 1024;

impl Bytes {
    /// The body. `is_wanted` is asked now and then, so that nobody converts a gigabyte for a run that is over.
    ///
    /// # Errors
    /// If it cannot be read, or the spool cannot take it.
    pub(crate) fn into_body(self, intake: &Intake, is_wanted: &dyn Fn() -> Result<()>) -> Result<Body> {
        match self {
            Self::InPlace(body) => Ok(body),
            Self::Here(bytes) => {
                let mut inbound = intake.begin(Some(bytes.len() as u64));
                inbound.write_blocking(&bytes)?;
                inbound.finish_blocking()
            }
            Self::Pieces(mut pieces, size) => {
                let mut inbound = intake.begin(size);
                while let Some(chunk) = pieces.next_chunk().map_err(unreadable)? {
                    is_wanted()?;
                    inbound.write_blocking(chunk)?;
                }
                inbound.finish_blocking()
            }
            Self::Stream(mut stream, size) => {
                let mut inbound = intake.begin(size);
                let mut buffer = vec![0; STEP];
                loop {
                    is_wanted()?;
                    match stream.read(&mut buffer) {
                        Ok(0) => return inbound.finish_blocking(),
                        Ok(read) => inbound.write_blocking(buffer.get(..read).unwrap_or_default())?,
                        Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                        Err(cause) => return Err(unreadable(cause)),
                    }
                }
            }
        }
    }
}

/// What a format found wrong on the way is malformed; the rest is the file system's.
fn unreadable(cause: io::Error) -> Error {
    let (kind, retry, message) = match cause.kind() {
        io::ErrorKind::InvalidData => (ErrorKind::Malformed, Retry::Never, cause.to_string()),
        io::ErrorKind::UnexpectedEof => {
            (ErrorKind::Unreachable, Retry::Backoff, "the file has become shorter".to_owned())
        }
        _ => (ErrorKind::Unreachable, Retry::Never, "the file system failed".to_owned()),
    };
    Error::new(kind, Side::Source, "read an item", message).retry(retry).caused_by(cause)
}
