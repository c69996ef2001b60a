//! Bodies on their way out, with the line ends that IMAP wants.

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;
use omm_core::{
    error::Result,
    model::{Body, BodyReader},
};

/// The bodies of one command.
#[derive(Default)]
pub(crate) struct Upload {
    bodies: Vec<Outgoing>,
}

struct Outgoing {
    reader: BodyReader,
    /// Whether it has bare line feeds.
    bare: bool,
    last: u8,
    /// What is sent behind it.
    ending: Bytes,
}

impl Upload {
    /// One more body, with something behind it.
    pub(crate) fn push(&mut self, body: Body, ending: &'static str) {
        let (bare, reader) = (body.crlf_len() != body.len(), body.reader());
        self.bodies.push(Outgoing { bare, reader, last: 0, ending: Bytes::from_static(ending.as_bytes()) });
    }

    /// The next bytes of a body; nothing at its end.
    pub(crate) async fn chunk(&mut self, index: usize) -> Result<Option<Bytes>> {
        match self.bodies.get_mut(index) {
            Some(outgoing) => outgoing.chunk().await,
            None => Ok(None),
        }
    }
}

impl Outgoing {
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        Ok(match self.reader.chunk().await? {
            Some(chunk) if self.bare => Some(with_crlf(&chunk, &mut self.last)),
            Some(chunk) => Some(chunk),
            None => Some(std::mem::take(&mut self.ending)).filter(|ending| !ending.is_empty()),
        })
    }
}

/// RFC 5322 §2.1: lines end with CRLF. `last` is the byte before this chunk.
fn with_crlf(chunk: &[u8], last: &mut u8) -> Bytes {
    let mut out = BytesMut::with_capacity(chunk.len() + chunk.len() / 32 + 2);
    let mut from = 0;
    for at in memchr_iter(b'\n', chunk) {
        let before = if at == 0 { *last } else { chunk[at - 1] };
        out.extend_from_slice(&chunk[from..at]);
        if before != b'\r' {
            out.extend_from_slice(b"\r");
        }
        from = at;
    }
    out.extend_from_slice(&chunk[from..]);
    *last = chunk.last().copied().unwrap_or(*last);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_line_feeds_become_crlf_wherever_the_chunks_are_cut() {
        let text = b"\na\r\nb\n\nc\r\r\nd\re\n";
        let wanted = b"\r\na\r\nb\r\n\r\nc\r\r\nd\re\r\n";
        for cut in 0..=text.len() {
            let mut last = 0;
            let mut out = with_crlf(&text[..cut], &mut last).to_vec();
            out.extend_from_slice(&with_crlf(&text[cut..], &mut last));
            assert_eq!(out, wanted, "cut at {cut}");
        }
        let body = Body::from_bytes(&text[..]);
        assert_eq!(body.crlf_len(), wanted.len() as u64, "what is announced is what is sent");
    }
}
