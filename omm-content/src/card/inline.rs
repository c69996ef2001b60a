//! Bytes inside a card: a photo, a file.

use std::{
    fmt,
    io::{self, Cursor, Read},
};

/// As many bytes as it takes to know an image.
const HEAD: u64 = 16;

/// Bytes on their way into a card, read while it is.
pub struct Inline {
    pub(super) media_type: String,
    pub(super) name: String,
    pub(super) data: Box<dyn Read + Send>,
}

impl Inline {
    /// A file with its media type (RFC 2046) and name; both may be empty.
    pub fn new(media_type: impl Into<String>, name: impl Into<String>, data: Box<dyn Read + Send>) -> Self {
        let media_type = media_type.into();
        let media_type =
            if is_media_type(&media_type) { media_type } else { "application/octet-stream".into() };
        Self { media_type, name: name.into(), data }
    }

    /// An image, whose type its first bytes say.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn image(mut data: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut head = Vec::new();
        data.as_mut().take(HEAD).read_to_end(&mut head)?;
        let media_type = image_type(&head).unwrap_or("application/octet-stream").to_owned();
        Ok(Self { media_type, name: String::new(), data: Box::new(Cursor::new(head).chain(data)) })
    }
}

impl fmt::Debug for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inline({}, {})", self.media_type, self.name)
    }
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

pub(super) fn image_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'B', b'M', ..] => Some("image/bmp"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some("image/tiff"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_first_bytes() {
        for (head, expected) in [
            (&b"\xFF\xD8\xFF\xE0"[..], "image/jpeg"),
            (b"\x89PNG\r\n", "image/png"),
            (b"RIFF....WEBPVP8 ", "image/webp"),
            (b"", "application/octet-stream"),
            (b"MZ", "application/octet-stream"),
        ] {
            let mut image = Inline::image(Box::new(head)).unwrap();
            assert_eq!(image.media_type, expected);
            let mut all = Vec::new();
            image.data.read_to_end(&mut all).unwrap();
            assert_eq!(all, head);
        }
        assert_eq!(
            Inline::new("text/x\r\nEVIL:1", "", Box::new(&b""[..])).media_type,
            "application/octet-stream"
        );
    }
}
