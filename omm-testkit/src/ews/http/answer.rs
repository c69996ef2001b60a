//! What goes back.

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use std::{io::Write, time::Duration};

/// An answer, and what becomes of it.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) is_chunked: bool,
    pub(super) fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// After this long.
    Sent(Duration),
    /// It never arrives; the connection closes.
    Lost,
    /// This many bytes of its body do.
    Cut(usize),
    /// It never arrives, and the connection stays open.
    Stalled,
}

impl Answer {
    pub(super) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            is_chunked: false,
            fate: Fate::Sent(Duration::ZERO),
        }
    }

    /// As IIS says it.
    pub(super) fn page(status: u16) -> Self {
        let text = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
        Self::new(status, text).with("Content-Type", "text/html")
    }

    pub(super) fn xml(status: u16, text: String, has_charset: bool) -> Self {
        let kind = if has_charset { "text/xml; charset=utf-8" } else { "text/xml" };
        Self::new(status, text).with("Content-Type", kind)
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn lost() -> Self {
        Self { fate: Fate::Lost, ..Self::new(200, Bytes::new()) }
    }

    pub(super) fn compressed(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        if encoder.write_all(&self.body).is_ok()
            && let Ok(bytes) = encoder.finish()
        {
            self.body = Bytes::from(bytes);
            return self.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
        }
        self
    }
}
