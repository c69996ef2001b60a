//! What tus says in headers (<https://tus.io/protocols/resumable-upload>, version 1.0.0), read and written without any I/O.

use super::Name;
use axum::http::{HeaderMap, StatusCode};
use base64::{Engine, prelude::BASE64_STANDARD};
use ring::digest;

/// The version that is spoken.
pub(crate) const VERSION: &str = "1.0.0";
/// What is spoken beside the core.
pub(crate) const EXTENSIONS: &str = "creation,checksum,termination";
/// By what a piece can be checked.
pub(crate) const ALGORITHMS: &str = "sha1,sha256";
/// What a piece is sent as.
const PIECE: &str = "application/offset+octet-stream";
/// No header of ours is longer.
const LONGEST: usize = 4096;

/// A file that is announced.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Creation {
    pub(crate) name: Name,
    pub(crate) size: u64,
}

/// A piece that comes.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) offset: u64,
    pub(crate) checksum: Option<Checksum>,
}

/// What a piece must be.
#[derive(Debug)]
pub(crate) struct Checksum {
    algorithm: &'static digest::Algorithm,
    expected: Vec<u8>,
}

/// Why something is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Another version of the protocol.
    Version,
    /// Headers that say nothing of use.
    Headers,
    /// Of a kind that is not read here.
    Kind,
    /// More than is taken, or than was announced.
    TooLarge,
    /// There is no room for it now.
    NoRoom,
    /// It does not go on where the file ends.
    Offset,
    /// Another piece of this file is under way.
    Busy,
    /// It is not what was sent.
    Checksum,
}

impl Refused {
    /// As tus has it; 460 is its own.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Version => StatusCode::PRECONDITION_FAILED,
            Self::Headers => StatusCode::BAD_REQUEST,
            Self::Kind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Offset => StatusCode::CONFLICT,
            Self::Busy => StatusCode::LOCKED,
            Self::Checksum => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        }
    }
}

/// A request in the version that is spoken.
pub(crate) fn version(headers: &HeaderMap) -> Result<(), Refused> {
    if text(headers, "tus-resumable")? == VERSION { Ok(()) } else { Err(Refused::Version) }
}

/// What is announced.
pub(crate) fn creation(headers: &HeaderMap, largest: u64) -> Result<Creation, Refused> {
    version(headers)?;
    let size = number(headers, "upload-length")?;
    if size == 0 {
        return Err(Refused::Headers);
    }
    if size > largest {
        return Err(Refused::TooLarge);
    }
    let told = metadata(text(headers, "upload-metadata")?, "filename").ok_or(Refused::Headers)?;
    Ok(Creation { name: Name::of(&told).ok_or(Refused::Kind)?, size })
}

/// What comes.
pub(crate) fn piece(headers: &HeaderMap) -> Result<Piece, Refused> {
    version(headers)?;
    if text(headers, "content-type")? != PIECE {
        return Err(Refused::Kind);
    }
    let checksum = match headers.contains_key("upload-checksum") {
        true => Some(checksum(text(headers, "upload-checksum")?)?),
        false => None,
    };
    Ok(Piece { offset: number(headers, "upload-offset")?, checksum })
}

impl Checksum {
    /// Whether the piece is what was sent.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        digest::digest(self.algorithm, bytes).as_ref() == self.expected
    }

    /// As a browser can compare it: SHA-256 in base64.
    pub(crate) fn to_compare(&self) -> Option<String> {
        (*self.algorithm == digest::SHA256).then(|| BASE64_STANDARD.encode(&self.expected))
    }
}

fn checksum(text: &str) -> Result<Checksum, Refused> {
    let (name, value) = text.split_once(' ').ok_or(Refused::Headers)?;
    let algorithm = match name {
        "sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => &digest::SHA256,
        _ => return Err(Refused::Headers),
    };
    let expected = BASE64_STANDARD.decode(value).map_err(|_| Refused::Headers)?;
    Ok(Checksum { algorithm, expected })
}

/// A value of `key base64,key base64`.
fn metadata(text: &str, key: &str) -> Option<String> {
    let pair = |pair: &str| {
        let (known, value) = pair.trim().split_once(' ')?;
        (known == key).then(|| BASE64_STANDARD.decode(value.trim()).ok())?
    };
    String::from_utf8(text.split(',').find_map(pair)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refused> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Refused::Headers)?;
    if value.len() <= LONGEST { Ok(value.trim()) } else { Err(Refused::Headers) }
}

fn number(headers: &HeaderMap, name: &str) -> Result<u64, Refused> {
    let text = text(headers, name)?;
    // A sign is no digit.
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().map_err(|_| Refused::TooLarge) } else { Err(Refused::Headers) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("tus-resumable", HeaderValue::from_static(VERSION));
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn what_is_announced() {
        // "Alte Mails.pst"
        let name = "filetype eA==,filename QWx0ZSBNYWlscy5wc3Q=";
        let of = |length: &str, metadata: &str| {
            creation(&headers(&[("upload-length", length), ("upload-metadata", metadata)]), 1000)
        };
        let made = of("1000", name).unwrap();
        assert_eq!((made.name.as_str(), made.size), ("Alte Mails.pst", 1000));
        for (length, metadata, why) in [
            ("1001", name, Refused::TooLarge),
            ("99999999999999999999", name, Refused::TooLarge),
            ("0", name, Refused::Headers),
            ("-1", name, Refused::Headers),
            ("+1", name, Refused::Headers),
            ("", name, Refused::Headers),
            ("10", "", Refused::Headers),
            ("10", "filename", Refused::Headers),
            ("10", "filename ???", Refused::Headers),
            // "a.exe", and no text at all.
            ("10", "filename YS5leGU=", Refused::Kind),
            ("10", "filename /w==", Refused::Headers),
        ] {
            assert_eq!(of(length, metadata), Err(why), "{length} {metadata}");
        }
        let mut other = headers(&[("upload-length", "10"), ("upload-metadata", name)]);
        other.insert("tus-resumable", HeaderValue::from_static("0.2.2"));
        assert_eq!(creation(&other, 1000), Err(Refused::Version));
    }

    // Would catch: a piece that was changed on its way and is taken.
    #[test]
    fn what_comes() {
        let of = |pairs: &[(&'static str, &str)]| {
            let mut all = vec![("content-type", PIECE), ("upload-offset", "5")];
            all.extend_from_slice(pairs);
            piece(&headers(&all))
        };
        assert!(of(&[]).unwrap().checksum.is_none());
        let sums =
            ["sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="];
        for sum in sums {
            let piece = of(&[("upload-checksum", sum)]).unwrap();
            let checksum = piece.checksum.unwrap();
            assert!(checksum.is_of(b"hello world") && !checksum.is_of(b"hello world "), "{sum}");
        }
        for wrong in ["md5 XrY7u+Ae7tCTyyK7j1rNww==", "sha1", "sha1 ?"] {
            assert_eq!(of(&[("upload-checksum", wrong)]).unwrap_err(), Refused::Headers, "{wrong}");
        }
        assert_eq!(of(&[("content-type", "text/plain")]).unwrap_err(), Refused::Kind);
        assert_eq!(of(&[("upload-offset", "x")]).unwrap_err(), Refused::Headers);
    }
}
