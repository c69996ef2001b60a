//! Bodies that are packed by gzip (RFC 1952), which is all that is asked for.

use flate2::write::MultiGzDecoder;
use std::io::Write;

/// How much is unpacked at a time: a thousand times as much may come of it.
pub(super) const BURST: usize = 2 << 10;

/// What makes the body of what is sent.
pub(super) enum Inflate {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Inflate {
    /// For a body with this `Content-Encoding`.
    ///
    /// # Errors
    /// For any that was not asked for.
    pub(super) fn new(encoding: &str) -> Result<Self, String> {
        match encoding {
            "" | "identity" => Ok(Self::Plain),
            "gzip" | "x-gzip" => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))),
            other => Err(format!("the answer is packed by {other:?}, which nobody asked for")),
        }
    }

    /// What comes of these bytes, of which there are no more than [`BURST`].
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Plain => Ok(bytes.to_vec()),
            Self::Gzip(decoder) => {
                decoder.write_all(bytes).map_err(broken)?;
                Ok(std::mem::take(decoder.get_mut()))
            }
        }
    }

    /// What is left at the end.
    ///
    /// # Errors
    /// If there should be more.
    pub(super) fn finish(self) -> Result<Vec<u8>, String> {
        match self {
            Self::Plain => Ok(Vec::new()),
            Self::Gzip(decoder) => decoder.finish().map_err(broken),
        }
    }
}

fn broken(error: std::io::Error) -> String {
    format!("the answer cannot be unpacked: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn unpacked(encoding: &str, bytes: &[u8], chunk: usize) -> Result<Vec<u8>, String> {
        let mut inflate = Inflate::new(encoding)?;
        let mut whole = Vec::new();
        for piece in bytes.chunks(chunk) {
            whole.extend(inflate.push(piece)?);
        }
        whole.extend(inflate.finish()?);
        Ok(whole)
    }

    #[test]
    fn what_is_unpacked_and_what_is_not() {
        let text = b"<a>hallo</a>".repeat(999);
        for chunk in [1, 7, BURST] {
            assert_eq!(unpacked("gzip", &packed(&text), chunk).as_deref(), Ok(&text[..]), "{chunk}");
        }
        assert_eq!(unpacked("", b"as it is", 3).as_deref(), Ok(&b"as it is"[..]));
        let packed = packed(&text);
        assert!(unpacked("gzip", &packed[..packed.len() - 1], 7).is_err(), "it is cut off");
        assert!(unpacked("gzip", b"<html>", 7).is_err());
        assert!(unpacked("br", b"", 7).expect_err("not asked for").contains("br"));
    }
}
