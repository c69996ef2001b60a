//! What an item says: read with calcard, in this one place.
//!
//! Only for reading. calcard's writer has four faults (base64 that is text loses its ENCODING, URIs get backslashes, CRLF
//! becomes `\r\n`, photos of 4.0 get `\,`), so nothing that holds values of people is written through it.

use calcard::{Entry, Parser, icalendar::ICalendar, vcard::VCard};

/// Objects of a text that is taken apart at most.
const MOST: usize = 1 << 20;

/// All VCALENDARs of a text.
pub fn calendars(text: &str) -> Vec<ICalendar> {
    entries(text)
        .filter_map(|entry| if let Entry::ICalendar(calendar) = entry { Some(calendar) } else { None })
        .collect()
}

/// All VCARDs of a text.
pub fn cards(text: &str) -> Vec<VCard> {
    entries(text).filter_map(|entry| if let Entry::VCard(card) = entry { Some(card) } else { None }).collect()
}

fn entries(text: &str) -> impl Iterator<Item = Entry> {
    let mut parser = Parser::new(text);
    let next = move || match parser.entry() {
        Entry::Eof => None,
        entry => Some(entry),
    };
    std::iter::from_fn(next).take(MOST)
}
