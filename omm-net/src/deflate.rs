//! Raw deflate for COMPRESS=DEFLATE: no header, no checksum, never an end (RFC 4978 §4).

use flate2::{Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io;

/// Both ways of one connection. About a third of a MiB, most of it for the search for repetitions, however much goes
/// through.
pub(crate) struct Deflate {
    pub(crate) compress: Compress,
    pub(crate) inflate: Inflate,
}

impl Deflate {
    pub(crate) fn new() -> Self {
        Self {
            compress: Compress(flate2::Compress::new(Compression::default(), false)),
            inflate: Inflate(Decompress::new(false)),
        }
    }
}

/// Towards the peer.
pub(crate) struct Compress(flate2::Compress);

impl Compress {
    /// May keep some of it until the next flush.
    pub(crate) fn add(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        while !bytes.is_empty() {
            out.reserve(bytes.len().max(64));
            let consumed = self.run(bytes, out, FlushCompress::None)?;
            bytes = &bytes[consumed..];
        }
        Ok(())
    }

    /// Everything that was added becomes readable for the peer.
    pub(crate) fn flush(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        loop {
            out.reserve(256);
            self.run(&[], out, FlushCompress::Sync)?;
            // Room left over means that nothing was held back.
            if out.len() < out.capacity() {
                return Ok(());
            }
        }
    }

    fn run(&mut self, bytes: &[u8], out: &mut Vec<u8>, flush: FlushCompress) -> io::Result<usize> {
        let before = self.0.total_in();
        self.0.compress_vec(bytes, out, flush).map_err(io::Error::other)?;
        Ok((self.0.total_in() - before) as usize)
    }
}

/// From the peer.
pub(crate) struct Inflate(Decompress);

/// What one step of inflating did.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) consumed: usize,
    pub(crate) produced: usize,
}

impl Inflate {
    /// Also to be called without new bytes: some may be waiting for room.
    pub(crate) fn step(&mut self, bytes: &[u8], out: &mut [u8]) -> io::Result<Step> {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(bytes, out, FlushDecompress::None);
        let status = status.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let step = Step {
            consumed: (self.0.total_in() - before_in) as usize,
            produced: (self.0.total_out() - before_out) as usize,
        };
        if status == Status::StreamEnd && step.produced == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the peer ended its compressed stream"));
        }
        Ok(step)
    }
}
