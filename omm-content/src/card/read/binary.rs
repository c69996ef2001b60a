//! Photos, keys and files inside a card.

use super::{File, Reader};
use crate::{card::inline::image_type, data::Data, read::component::Property};
use std::io::Read;

/// As many bytes as it takes to know an image.
const HEAD: u64 = 16;
/// Bytes of a key that are looked at.
const LARGEST_KEY: u64 = 4 << 20;

impl Reader {
    /// RFC 6350 §6.2.4, §6.8.1. What lies elsewhere is kept as its line.
    pub(super) fn binary(&mut self, property: &Property) -> bool {
        match property.name.as_str() {
            "PHOTO" if self.photo.is_none() => {
                self.photo = file(property, "image");
                if self.photo.is_some() {
                    self.parameters(property, &["TYPE", "MEDIATYPE", "X-FILENAME", "PREF"]);
                }
                self.photo.is_some()
            }
            "X-ATTACH" => match file(property, "application") {
                Some(file) => {
                    self.files.push(file);
                    true
                }
                None => false,
            },
            "KEY" => self.key(property),
            _ => false,
        }
    }

    fn key(&mut self, property: &Property) -> bool {
        let Some(file) = file(property, "application") else { return false };
        if file.data.size().is_none_or(|size| size > LARGEST_KEY) {
            return false;
        }
        let Ok(bytes) = file.data.to_bytes() else { return false };
        let kind = property.params("TYPE").join(",").to_ascii_uppercase();
        let media_type = file.media_type.to_ascii_lowercase();
        let is_pgp = kind.contains("PGP")
            || media_type.contains("pgp")
            || bytes.starts_with(b"-----BEGIN PGP")
            || bytes.first().is_some_and(|first| first & 0x80 != 0);
        // A SEQUENCE: how every certificate begins in DER.
        let is_certificate = !is_pgp && bytes.first() == Some(&0x30);
        if !is_pgp && !is_certificate {
            return false;
        }
        let into = if is_pgp { &mut self.contact.pgp_keys } else { &mut self.contact.certificates };
        into.push(bytes.to_vec());
        self.parameters(property, &["TYPE", "MEDIATYPE", "PREF"]);
        true
    }
}

/// The bytes inside; nothing for a link, and for base64 that is broken.
fn file(property: &Property, family: &str) -> Option<File> {
    let (data, media_type) = match property.data() {
        Some(data) => data,
        // RFC 6350 §6.8.1: a key as a text.
        None if property.name == "KEY" && property.has("VALUE", "text") => {
            (Data::bytes(property.text().into_bytes()), String::new())
        }
        None => return None,
    };
    // RFC 2426 §3.1.4: a word such as JPEG.
    let word =
        || property.param("TYPE").filter(|word| !word.is_empty()).map(|word| word.to_ascii_lowercase());
    let named = || match word()? {
        word if word.contains('/') => Some(word),
        word if ["home", "work", "pref"].contains(&word.as_str()) => None,
        word if family == "image" => Some(format!("image/{}", if word == "jpg" { "jpeg" } else { &word })),
        _ => None,
    };
    let media_type = Some(media_type).filter(|kind| !kind.is_empty());
    let media_type = media_type.or_else(|| property.param("MEDIATYPE")).or_else(named);
    let known = || {
        let mut head = Vec::new();
        data.reader().take(HEAD).read_to_end(&mut head).ok()?;
        image_type(&head).map(str::to_owned)
    };
    let media_type = media_type.or_else(|| known().filter(|_| family == "image"));
    let name = property.words("X-FILENAME").unwrap_or_default();
    Some(File { media_type: media_type.unwrap_or_default(), name, data })
}
