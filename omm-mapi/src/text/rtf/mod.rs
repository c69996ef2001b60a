//! RTF: plain text or HTML in disguise ([MS-OXRTFEX]), or a text with format of its own.

mod compressed;
mod fonts;
mod reader;
mod sinks;
mod token;

pub use compressed::{Unpacked, unpack};

use reader::Reader;
use token::{Token, Tokens};

/// What RTF says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rtf {
    /// It was made of HTML, which is this.
    Html(String),
    /// It was made of plain text, which is this.
    Text(String),
    /// It is nobody's disguise.
    Rich {
        /// Its text, paragraphs as lines.
        text: String,
        /// Its text with what is bold, italic, underlined, struck out or a link, if anything is. Fonts, colours, tables and pictures are
        /// not carried; the text of tables is, parted by tabs.
        html: Option<String>,
    },
}

/// What RTF was made of ([MS-OXRTFEX] §2.1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Html,
    Text,
    Rich,
}

/// Reads RTF. Never fails: what makes no sense in it is passed over.
pub fn read(rtf: &[u8]) -> Rtf {
    match origin(rtf) {
        Origin::Html => Rtf::Html(Reader::new(rtf, Origin::Html, sinks::Html::default()).read().finish()),
        Origin::Text => Rtf::Text(Reader::new(rtf, Origin::Text, sinks::Plain::default()).read().finish()),
        Origin::Rich => {
            let (text, html) = Reader::new(rtf, Origin::Rich, sinks::Rich::default()).read().finish();
            Rtf::Rich { text, html }
        }
    }
}

/// [MS-OXRTFEX] §2.1.3.1: FROMTEXT and FROMHTML stand in the header, before the fonts and before any text.
fn origin(rtf: &[u8]) -> Origin {
    // The specification says ten tokens; some writers have more to say first.
    const HEADER: usize = 32;
    for token in Tokens::new(rtf).take(HEADER) {
        match token {
            Token::Word(b"fromhtml", Some(1) | None) => return Origin::Html,
            Token::Word(b"fromtext", _) => return Origin::Text,
            Token::Word(b"fonttbl" | b"colortbl", _) | Token::Text(_) | Token::Hex(_) => break,
            _ => {}
        }
    }
    Origin::Rich
}

#[cfg(test)]
mod tests;
