//! MIME entities (RFC 2045 §2.4): a tree of parts, and how it is written.

use super::{
    encode::{BOUNDARY, Transfer, quoted_printable},
    fields::Fields,
};
use omm_content::pieces::{Layout, Pieces};
use std::{
    fmt,
    io::{Cursor, Read},
};

/// An entity: what its fields say of it, and its body.
#[derive(Debug)]
pub(super) struct Entity {
    /// Content-Type and what else describes it, without Content-Transfer-Encoding.
    pub(super) fields: Fields,
    pub(super) body: Body,
}

/// A body.
pub(super) enum Body {
    /// In memory, to be encoded as suits it.
    Bytes(Vec<u8>),
    /// Read later, in base64.
    Data(Box<dyn Read + Send>),
    /// Written already: another message. Whether it has bytes above 0x7F.
    Written { pieces: Pieces, eight_bit: bool },
    /// Parts of a multipart of this subtype.
    Parts { subtype: &'static str, parameters: Vec<(&'static str, String)>, parts: Vec<Entity> },
}

/// Makes boundaries: each another one, all the same for the same message.
#[derive(Debug)]
pub(super) struct Boundaries {
    /// Of this message and its depth in others.
    stem: String,
    next: u32,
}

impl Entity {
    /// A text in memory.
    pub(super) fn text(subtype: &str, charset: &str, text: Vec<u8>, parameters: &[(&str, &str)]) -> Self {
        let charset =
            if text.is_ascii() && charset.eq_ignore_ascii_case("utf-8") { "us-ascii" } else { charset };
        let mut fields = Fields::default();
        let parameters: Vec<_> = [("charset", charset)].iter().chain(parameters).copied().collect();
        fields.parameters("Content-Type", &format!("text/{subtype}"), &parameters);
        Self { fields, body: Body::Bytes(text) }
    }

    /// A multipart of these parts (RFC 2046 §5.1); a single one stands for itself.
    pub(super) fn several(
        subtype: &'static str,
        parameters: Vec<(&'static str, String)>,
        mut parts: Vec<Self>,
    ) -> Self {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Self::multipart(subtype, parameters, parts)
            }
        }
    }

    /// A multipart of these parts, be it one.
    pub(super) fn multipart(
        subtype: &'static str,
        parameters: Vec<(&'static str, String)>,
        parts: Vec<Self>,
    ) -> Self {
        Self { fields: Fields::default(), body: Body::Parts { subtype, parameters, parts } }
    }

    /// Says that it is shown in the text rather than beside it (RFC 2183 §2.1).
    pub(super) fn inline(mut self) -> Self {
        self.fields.replace_word("Content-Disposition", "attachment", "inline");
        self
    }

    /// Whether it is of this media type, which is written as this program writes it.
    pub(super) fn is(&self, media_type: &str) -> bool {
        let kind = self.fields.as_str().strip_prefix("Content-Type: ").unwrap_or_default();
        kind.strip_prefix(media_type).is_some_and(|rest| rest.starts_with([';', '\r']))
    }

    /// Whether it has bytes above 0x7F (RFC 2045 §6.4: then all around it says so).
    pub(super) fn is_eight_bit(&self) -> bool {
        match &self.body {
            Body::Bytes(_) | Body::Data(_) => false,
            Body::Written { eight_bit, .. } => *eight_bit,
            // At most four deep: mixed or report, related, alternative, a part.
            Body::Parts { parts, .. } => parts.iter().any(Self::is_eight_bit),
        }
    }

    /// Writes the fields, an empty line and the body.
    pub(super) fn write(self, boundaries: &mut Boundaries, into: &mut Pieces) {
        let eight_bit = self.is_eight_bit();
        into.copied(self.fields.as_str());
        match self.body {
            Body::Bytes(bytes) => write_bytes(bytes, into),
            Body::Data(data) => {
                into.copied("Content-Transfer-Encoding: base64\r\n\r\n");
                into.base64(data, Layout::Mime);
            }
            Body::Written { pieces, .. } => {
                into.copied(transfer(eight_bit));
                into.append(pieces);
            }
            Body::Parts { subtype, parameters, parts } => {
                let boundary = boundaries.next();
                let mut all: Vec<(&str, &str)> =
                    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
                all.push(("boundary", &boundary));
                let mut fields = Fields::default();
                fields.parameters("Content-Type", &format!("multipart/{subtype}"), &all);
                into.copied(fields.as_str());
                into.copied(transfer(eight_bit));
                for part in parts {
                    into.text(format!("--{boundary}\r\n"));
                    part.write(boundaries, into);
                    // RFC 2046 §5.1.1: this line end belongs to the boundary.
                    into.copied("\r\n");
                }
                into.text(format!("--{boundary}--\r\n"));
            }
        }
    }
}

impl Boundaries {
    /// For a message with this digest, so deep in others: no boundary of theirs begins like one of its own.
    pub(super) fn new(digest: &blake3::Hash, depth: u8) -> Self {
        let short = digest.to_hex().chars().take(24).collect::<String>();
        Self { stem: format!("{BOUNDARY}{short}_{depth}"), next: 0 }
    }

    fn next(&mut self) -> String {
        self.next += 1;
        format!("{}_{}", self.stem, self.next)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(_) => "Bytes",
            Self::Data(_) => "Data",
            Self::Written { .. } => "Written",
            Self::Parts { .. } => "Parts",
        })
    }
}

/// The transfer encoding of what has none, and the empty line. 7bit is what is said by not saying it (RFC 2045 §6.1).
fn transfer(eight_bit: bool) -> &'static str {
    if eight_bit { "Content-Transfer-Encoding: 8bit\r\n\r\n" } else { "\r\n" }
}

fn write_bytes(bytes: Vec<u8>, into: &mut Pieces) {
    let transfer = Transfer::of(&bytes);
    into.text(format!("Content-Transfer-Encoding: {}\r\n\r\n", transfer.name()));
    match transfer {
        Transfer::SevenBit => into.text(bytes),
        Transfer::QuotedPrintable => {
            into.written(bytes.len() + bytes.len() / 8, |text| quoted_printable(&bytes, text));
        }
        Transfer::Base64 => into.base64(Box::new(Cursor::new(bytes)), Layout::Mime),
    }
}
