//! Signed and encrypted mail ([MS-OXOSMIME]): one attachment has everything, and its bytes are the message's.

use super::{Composer, fields::Fields, stored::Stored};
use crate::{error::Result, object::Attachment, property::tag};
use omm_content::pieces::{Layout, Pieces};
use std::io::{Cursor, Read};

/// The header of a MIME entity is not longer.
const LONGEST_HEADER: u64 = 64 << 10;

/// How a message is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    /// [MS-OXOSMIME] §2.1.3.1: a whole MIME entity, multipart/signed.
    ClearSigned,
    /// [MS-OXOSMIME] §2.1.3.2: CMS, encrypted or signed.
    Opaque,
}

impl Composer<'_> {
    /// Writes a sealed message; says whether it has bytes above 0x7F. Nothing for a message that is not sealed, or not in the way
    /// that its class says: it is carried like any other, with its attachments.
    pub(super) fn sealed(
        &mut self,
        class: &str,
        stored: &Stored,
        attachments: &[Box<dyn Attachment>],
        into: &mut Pieces,
    ) -> Result<Option<bool>> {
        let (Some(seal), [only]) = (seal(class), attachments) else { return Ok(None) };
        let data = match self.data(only.as_ref()) {
            Ok(data) => data,
            // Said where attachments are carried.
            Err(_) if self.options.without_damaged => None,
            Err(cause) => return Err(cause),
        };
        let Some(mut data) = data else { return Ok(None) };
        match seal {
            Seal::ClearSigned => {
                let mut start = Vec::new();
                data.by_ref().take(LONGEST_HEADER).read_to_end(&mut start)?;
                let Some(entity) = entity_header(&start) else { return Ok(None) };
                into.text(stored.fields.as_str());
                if !entity.has_version {
                    into.text("MIME-Version: 1.0\r\n");
                }
                into.raw(Box::new(Cursor::new(start).chain(data)));
                // Nobody has looked at all of it.
                Ok(Some(true))
            }
            Seal::Opaque => {
                let mut fields = stored.fields.clone();
                fields.words("MIME-Version", ["1.0".to_owned()]);
                content_type(&mut fields, stored, only.as_ref());
                fields.parameters("Content-Disposition", "attachment", &[("filename", "smime.p7m")]);
                into.text(fields.as_str());
                into.text("Content-Transfer-Encoding: base64\r\n\r\n");
                into.base64(data, Layout::Mime);
                Ok(Some(false))
            }
        }
    }
}

/// [MS-OXOSMIME] §2.1.1: by the class of the message.
fn seal(class: &str) -> Option<Seal> {
    let of_mail =
        class.starts_with("ipm.note.smime") || class.ends_with(".smime") && !class.starts_with("report.");
    match class {
        _ if class.ends_with(".smime.multipartsigned") => Some(Seal::ClearSigned),
        _ if of_mail => Some(Seal::Opaque),
        _ => None,
    }
}

/// What the header of the entity says.
struct EntityHeader {
    has_version: bool,
}

/// Nothing if the bytes do not begin with the header of a multipart.
fn entity_header(start: &[u8]) -> Option<EntityHeader> {
    let text = String::from_utf8_lossy(start);
    let first = text.lines().next()?;
    let is_field = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    let kind = Stored::read(&text).content_type?;
    let header = text.lines().take_while(|line| !line.is_empty());
    let has_version = header
        .into_iter()
        .any(|line| line.get(..13).is_some_and(|name| name.eq_ignore_ascii_case("MIME-Version:")));
    let is_multipart =
        kind.trim_start().get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/"));
    (is_field && is_multipart).then_some(EntityHeader { has_version })
}

/// RFC 8551 §3.2: as it was on its way, else as the attachment says.
fn content_type(fields: &mut Fields, stored: &Stored, attachment: &dyn Attachment) {
    let is_cms = |kind: &str| {
        let kind = kind.trim_start().to_ascii_lowercase();
        kind.starts_with("application/pkcs7-mime") || kind.starts_with("application/x-pkcs7-mime")
    };
    let kept =
        stored.content_type.clone().into_iter().chain(attachment.properties().text(tag::ATTACH_MIME_TAG));
    let sound = |kind: &String| {
        is_cms(kind) && kind.len() < 500 && kind.bytes().all(|byte| matches!(byte, b' '..=b'~'))
    };
    match kept.into_iter().find(sound) {
        Some(kind) => fields.words("Content-Type", kind.split_whitespace().map(str::to_owned)),
        None => fields.parameters("Content-Type", "application/pkcs7-mime", &[("name", "smime.p7m")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        for (class, expected) in [
            ("ipm.note.smime", Some(Seal::Opaque)),
            ("ipm.note.smime.multipartsigned", Some(Seal::ClearSigned)),
            ("ipm.schedule.meeting.request.smime.multipartsigned", Some(Seal::ClearSigned)),
            ("ipm.note", None),
            ("report.ipm.note.smime", None),
        ] {
            assert_eq!(seal(class), expected, "{class}");
        }
    }

    #[test]
    fn entities_are_known_by_their_headers() {
        for (start, expected) in [
            (&b"Content-Type: multipart/signed; x=y\r\n\r\n--b"[..], Some(false)),
            (b"MIME-Version: 1.0\nContent-Type: multipart/signed\n\n", Some(true)),
            (b"Content-Type: text/plain\r\n\r\n", None),
            (b"\r\nContent-Type: multipart/signed\r\n", None),
            (b"\xff\xd8\xff", None),
            (b"", None),
        ] {
            assert_eq!(entity_header(start).map(|header| header.has_version), expected);
        }
    }
}
