//! Takes the large texts out of an answer while it arrives: MimeContent, Content of an attachment and Data of an export
//! are base64 of up to hundreds of megabytes in one text. They go by decoded; what is left is small enough for a tree.

use super::Element;
use base64::{Engine, engine::DecodePaddingMode, engine::GeneralPurpose, engine::GeneralPurposeConfig};

/// The attribute that the rest has in the place of a text that was taken out: its number, from 0.
pub(crate) const STREAM: &str = "omm-stream";

/// The number of the stream that stands in this element's place.
pub(crate) fn stream(element: &Element) -> Option<usize> {
    element.attribute(STREAM)?.parse().ok()
}

/// The elements whose texts are taken out.
const LARGE: [&str; 3] = ["MimeContent", "Content", "Data"];
/// Longer start tags are not looked at: they are none of these.
const LONGEST_TAG: usize = 4 << 10;

const NO_BASE64: &str = "a large text of the answer is no base64";

/// The decoder of bytes that others have encoded: padding may be missing, what is beyond the last byte may be set.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What was found in a chunk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The text with this number begins.
    Begin(usize),
    /// Its next bytes, decoded.
    Bytes(Vec<u8>),
    /// It has ended.
    End,
}

/// An answer that is arriving.
#[derive(Debug)]
pub(crate) struct Splitter {
    /// The answer without its large texts.
    rest: Vec<u8>,
    limit: usize,
    streams: usize,
    state: State,
    /// Letters of base64 that do not make a whole group yet.
    group: Vec<u8>,
    /// The padding was seen, so that no letter may follow.
    padded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// In a tag, which begins here in `rest`.
    Tag(usize),
    Large,
}

impl Splitter {
    /// For an answer of which at most `limit` bytes may be left.
    pub(crate) fn new(limit: usize) -> Self {
        Self { rest: Vec::new(), limit, streams: 0, state: State::Text, group: Vec::new(), padded: false }
    }

    /// Takes the next bytes of the answer.
    ///
    /// # Errors
    /// In words: what is left is too large, or a large text is no base64.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Piece>, &'static str> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Text => self.text(bytes),
                State::Tag(start) => self.tag(start, bytes, &mut pieces),
                State::Large => self.large(bytes, &mut pieces)?,
            };
            if self.rest.len() > self.limit {
                return Err("the answer is too large");
            }
        }
        Ok(pieces)
    }

    /// The answer without its large texts.
    ///
    /// # Errors
    /// If it ended within one.
    pub(crate) fn finish(self) -> Result<Vec<u8>, &'static str> {
        if self.state == State::Large { Err("the answer is cut off") } else { Ok(self.rest) }
    }

    fn text<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = bytes.iter().position(|byte| *byte == b'<').unwrap_or(bytes.len());
        let (text, rest) = bytes.split_at(end);
        self.rest.extend_from_slice(text);
        if !rest.is_empty() {
            self.state = State::Tag(self.rest.len());
        }
        rest
    }

    fn tag<'a>(&mut self, start: usize, bytes: &'a [u8], pieces: &mut Vec<Piece>) -> &'a [u8] {
        let Some(end) = bytes.iter().position(|byte| *byte == b'>') else {
            self.rest.extend_from_slice(bytes);
            return &[];
        };
        let (tag, rest) = bytes.split_at(end);
        self.rest.extend_from_slice(tag);
        self.state = State::Text;
        if is_large(self.rest.get(start..).unwrap_or_default()) {
            self.rest.extend_from_slice(format!(" {STREAM}=\"{}\"", self.streams).as_bytes());
            pieces.push(Piece::Begin(self.streams));
            self.streams += 1;
            self.padded = false;
            self.state = State::Large;
        }
        // The `>` is text again, which no tag begins with.
        self.rest.push(b'>');
        rest.get(1..).unwrap_or_default()
    }

    fn large<'a>(&mut self, bytes: &'a [u8], pieces: &mut Vec<Piece>) -> Result<&'a [u8], &'static str> {
        let end = bytes.iter().position(|byte| *byte == b'<').unwrap_or(bytes.len());
        let (text, rest) = bytes.split_at(end);
        self.group.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = if rest.is_empty() { self.group.len() / 4 * 4 } else { self.group.len() };
        let letters: Vec<u8> = self.group.drain(..whole).collect();
        if self.padded && !letters.is_empty() {
            return Err(NO_BASE64);
        }
        self.padded |= letters.ends_with(b"=");
        let decoded = BASE64.decode(&letters).map_err(|_| NO_BASE64)?;
        if !decoded.is_empty() {
            pieces.push(Piece::Bytes(decoded));
        }
        if !rest.is_empty() {
            pieces.push(Piece::End);
            self.state = State::Tag(self.rest.len());
        }
        Ok(rest)
    }
}

/// Whether this start tag, without its `>`, begins a large text.
fn is_large(tag: &[u8]) -> bool {
    if tag.len() > LONGEST_TAG || tag.ends_with(b"/") {
        return false;
    }
    let Some(name) = tag.get(1..).and_then(|tag| tag.split(u8::is_ascii_whitespace).next()) else {
        return false;
    };
    let local = name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..]);
    !name.starts_with(b"/") && LARGE.iter().any(|large| large.as_bytes() == local)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left, and the large texts.
    fn split(answer: &[u8], chunk: usize) -> Result<(String, Vec<Vec<u8>>), &'static str> {
        let mut splitter = Splitter::new(1 << 10);
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for bytes in answer.chunks(chunk) {
            for piece in splitter.push(bytes)? {
                match (piece, texts.last_mut()) {
                    (Piece::Begin(number), _) => {
                        assert_eq!(number, texts.len());
                        texts.push(Vec::new());
                    }
                    (Piece::Bytes(bytes), Some(text)) => text.extend(bytes),
                    (Piece::End, Some(_)) => {}
                    (piece, None) => panic!("{piece:?} before a text"),
                }
            }
        }
        Ok((String::from_utf8(splitter.finish()?).expect("UTF-8"), texts))
    }

    #[test]
    fn large_texts_are_taken_out_wherever_the_answer_is_cut() {
        let answer = "<a><t:MimeContent CharacterSet=\"UTF-8\">aGFs\r\nbG8=</t:MimeContent><t:Content/><Data>QQ</Data>\
                      <x:ContentType>dGV4</x:ContentType><t:Content></t:Content></a>";
        for chunk in 1..answer.len() {
            let (rest, texts) = split(answer.as_bytes(), chunk).expect("base64");
            assert_eq!(
                rest,
                "<a><t:MimeContent CharacterSet=\"UTF-8\" omm-stream=\"0\"></t:MimeContent><t:Content/>\
                 <Data omm-stream=\"1\"></Data><x:ContentType>dGV4</x:ContentType>\
                 <t:Content omm-stream=\"2\"></t:Content></a>"
            );
            assert_eq!(texts, [b"hallo".to_vec(), b"A".to_vec(), Vec::new()], "{chunk}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (answer, why) in [
            ("<Data>a*b=</Data>".to_owned(), "no base64"),
            // The second letters come with another chunk.
            ("<Data>YQ==YQ==</Data>".to_owned(), "no base64"),
            ("<Data>aGFs".to_owned(), "cut off"),
            (format!("<a>{}</a>", "x".repeat(1 << 10)), "too large"),
            (format!("<a {}", "x".repeat(1 << 10)), "too large"),
        ] {
            assert!(split(answer.as_bytes(), 7).expect_err(why).contains(why));
        }
    }
}
