//! A group as a card.

use super::{Card, Version, uri};
use crate::{
    card::{Group, MemberAddress},
    line::Line,
};

impl Group {
    /// Writes a vCard (RFC 6350 §6.1.4, §6.6.5; in 3.0 as Apple's address books have it).
    pub fn write(&self, version: Version) -> String {
        let mut card = Card::begin(version);
        if card.is_4() {
            card.put(Line::new("KIND").plain("group"));
        } else {
            card.put(Line::new("X-ADDRESSBOOKSERVER-KIND").plain("group"));
        }
        card.text("UID", &self.uid);
        card.revised(self.revised);
        card.put(Line::new("FN").text(&self.name));
        if !card.is_4() {
            card.put(Line::new("N").field(&self.name).field("").field("").field("").field(""));
        }
        card.list("CATEGORIES", &self.categories);
        card.text("NOTE", &self.notes);
        card.class(self.class);
        let property = if card.is_4() { "MEMBER" } else { "X-ADDRESSBOOKSERVER-MEMBER" };
        for member in &self.members {
            let line = card.words(Line::new(property), "X-CN", &member.name);
            match &member.address {
                MemberAddress::Mail(address) => {
                    card.put(line.plain(&format!("mailto:{}", mail_path(address))));
                }
                MemberAddress::Card(uid) => card.put(line.plain(&uri(uid))),
                MemberAddress::Unknown => card.text("X-MEMBER", &member.name),
            }
        }
        self.lines.iter().for_each(|line| card.put(line.clone()));
        card.text += "END:VCARD\r\n";
        card.text
    }
}

/// RFC 6068 §2: `%`, `?`, `&` and others have a meaning in `mailto:`.
fn mail_path(address: &str) -> String {
    uri(&address.trim().replace('%', "%25")).chars().fold(String::new(), |mut path, letter| {
        match letter {
            '?' | '&' | '#' | '[' | ']' | '/' | ';' | ',' | ':' => {
                path += &format!("%{:02X}", u32::from(letter))
            }
            other => path.push(other),
        }
        path
    })
}
