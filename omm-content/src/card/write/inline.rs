//! Photos, keys and files inside a card.

use super::Card;
use crate::{
    card::{Contact, Inline},
    line::Line,
    pieces::{Layout, Pieces},
};
use std::io::Cursor;

impl Card {
    /// Adds what is binary and ends the card.
    pub(super) fn finish(mut self, contact: &Contact, photo: Option<Inline>, files: Vec<Inline>) -> Pieces {
        let mut body = Pieces::new();
        let keys = |keys: &[Vec<u8>], media_type: &str| {
            keys.iter()
                .map(|key| Inline::new(media_type, "", Box::new(Cursor::new(key.clone()))))
                .collect::<Vec<_>>()
        };
        let keys = [
            keys(&contact.certificates, "application/pkix-cert"),
            keys(&contact.pgp_keys, "application/pgp-keys"),
        ];
        let all = photo.into_iter().map(|photo| ("PHOTO", photo));
        let all = all.chain(keys.into_iter().flatten().map(|key| ("KEY", key)));
        for (name, inline) in all.chain(files.into_iter().map(|file| ("X-ATTACH", file))) {
            self.binary(name, inline, &mut body);
        }
        contact.lines.iter().for_each(|line| self.put(line.clone()));
        self.text += "END:VCARD\r\n";
        body.text(self.text);
        body
    }

    /// RFC 6350 §6.2.4: a `data:` URI, whose comma is no separator and so not escaped; RFC 2426 §3.1.4: `ENCODING=b`.
    fn binary(&mut self, name: &str, inline: Inline, body: &mut Pieces) {
        let line = self.words(Line::new(name), "X-FILENAME", &inline.name);
        let line = if self.is_4() {
            line.plain(&format!("data:{};base64,", inline.media_type))
        } else {
            line.param("ENCODING", "b").param("TYPE", &type_of_3(&inline.media_type)).plain("")
        };
        self.put(line);
        // The value goes on in the next lines, so the line end is that of a fold.
        self.text.truncate(self.text.len() - 2);
        body.text(std::mem::take(&mut self.text));
        body.base64(inline.data, Layout::Folded);
        body.text("\r\n");
    }
}

/// RFC 2426 §3.1.4, §3.7.2: a word of its own instead of a media type.
fn type_of_3(media_type: &str) -> String {
    match media_type {
        "application/pkix-cert" => "X509".to_owned(),
        "application/pgp-keys" => "PGP".to_owned(),
        other => match other.split_once('/') {
            Some(("image", sub)) => sub.to_ascii_uppercase(),
            _ => String::new(),
        },
    }
}
