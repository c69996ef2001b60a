//! The body of a request while it is sent: texts as they stand, bodies in base64, encoded piece by piece.

use crate::xml::Part;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use omm_core::{
    error::{Error, Result},
    host::BoxFuture,
    model::{Body, BodyReader},
};
use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

/// How many bytes of a body are encoded at a time.
const PIECE: usize = 96 << 10;

/// A body on its way out.
pub(crate) struct Upload {
    parts: VecDeque<Part>,
    open: Option<Encoding>,
    left: u64,
    failure: Failure,
}

/// Why a body could not be sent, if that was our own fault.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure(Arc<Mutex<Option<Error>>>);

/// hyper is told only that there is no way on.
#[derive(Debug)]
pub(crate) struct Spoiled;

impl Upload {
    /// The body that these parts are.
    pub(crate) fn new(parts: &[Part]) -> Self {
        Self { parts: parts.to_vec().into(), open: None, left: length(parts), failure: Failure::default() }
    }

    /// To be asked when the request failed.
    pub(crate) fn failure(&self) -> Failure {
        self.failure.clone()
    }
}

impl Failure {
    /// The error, once.
    pub(crate) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

/// How long the body is, exactly: it is announced before it is sent.
pub(super) fn length(parts: &[Part]) -> u64 {
    parts.iter().map(Part::bytes).sum()
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = Spoiled;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Spoiled>>> {
        let own = &mut *self;
        let bytes = loop {
            if let Some(encoding) = &mut own.open {
                match ready!(encoding.poll_next(context)) {
                    Ok(Some(bytes)) => break bytes,
                    Ok(None) => own.open = None,
                    Err(error) => {
                        own.failure.set(error);
                        return Poll::Ready(Some(Err(Spoiled)));
                    }
                }
                continue;
            }
            match own.parts.pop_front() {
                None => return Poll::Ready(None),
                Some(Part::Text(text)) if text.is_empty() => {}
                Some(Part::Text(text)) => break text.into(),
                Some(Part::Base64(body)) => own.open = Some(Encoding::new(&body)),
            }
        };
        own.left = own.left.saturating_sub(bytes.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

type Reading = BoxFuture<'static, (BodyReader, Result<Option<Bytes>>)>;

/// A body in base64. Letters are made of groups of three bytes, so up to two wait for the next piece.
struct Encoding {
    reading: Option<Reading>,
    /// Read and not encoded yet.
    rest: Bytes,
    carried: Vec<u8>,
}

impl Encoding {
    fn new(body: &Body) -> Self {
        Self { reading: Some(read(body.reader())), rest: Bytes::new(), carried: Vec::new() }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            if !self.rest.is_empty() {
                let piece = self.rest.split_to(self.rest.len().min(PIECE));
                match self.encoded(&piece) {
                    Some(letters) => return Poll::Ready(Ok(Some(letters))),
                    None => continue,
                }
            }
            let Some(reading) = &mut self.reading else {
                let last = std::mem::take(&mut self.carried);
                let letters = (!last.is_empty()).then(|| STANDARD.encode(last).into());
                return Poll::Ready(Ok(letters));
            };
            let (reader, read_so_far) = ready!(reading.as_mut().poll(context));
            self.reading = None;
            if let Some(bytes) = read_so_far? {
                self.rest = bytes;
                self.reading = Some(read(reader));
            }
        }
    }

    fn encoded(&mut self, piece: &[u8]) -> Option<Bytes> {
        let mut bytes = std::mem::take(&mut self.carried);
        bytes.extend_from_slice(piece);
        self.carried = bytes.split_off(bytes.len() / 3 * 3);
        (!bytes.is_empty()).then(|| STANDARD.encode(bytes).into())
    }
}

fn read(mut reader: BodyReader) -> Reading {
    Box::pin(async move {
        let chunk = reader.chunk().await;
        (reader, chunk)
    })
}

impl fmt::Display for Spoiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a body could not be read")
    }
}

impl std::error::Error for Spoiled {}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use http_body_util::BodyExt;

    fn sent(parts: &[Part]) -> String {
        let upload = Upload::new(parts);
        let exact = upload.size_hint().exact();
        let bytes = block_on(upload.collect()).expect("bodies in memory").to_bytes();
        assert_eq!(exact, Some(bytes.len() as u64), "the announced length is the length");
        String::from_utf8(bytes.to_vec()).expect("letters")
    }

    #[test]
    fn bodies_are_encoded_on_their_way_whatever_their_length() {
        let text = |text: &str| Part::Text(text.to_owned());
        for len in [0, 1, 2, 3, 4, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 2] {
            let bytes: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
            let body = Part::Base64(Body::from_bytes(bytes.clone()));
            let expected = format!("<a>{}</a>", STANDARD.encode(bytes));
            assert_eq!(sent(&[text("<a>"), body, text(""), text("</a>")]), expected, "{len}");
        }
    }
}
