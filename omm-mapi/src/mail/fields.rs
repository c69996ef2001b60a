//! Header fields (RFC 5322 §2.2), written to the letter: folded, ASCII, no value that breaks out of its field.

use super::encode::{encoded_words, one_line};
use std::fmt::Write;

/// RFC 5322 §2.1.1: lines should have at most 78 letters.
const FOLD: usize = 78;
/// A word that is longer is encoded, so that no line comes near the limit of 998.
const LONGEST_WORD: usize = 400;
/// RFC 2231 §3: a longer value of a parameter is written in pieces.
const LONGEST_PIECE: usize = 60;

/// The fields of a header, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    text: String,
    /// In lower case.
    names: Vec<String>,
}

impl Fields {
    /// Whether a field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Puts another word first in a field that begins with this one, if there is such a field.
    pub(super) fn replace_word(&mut self, name: &str, word: &str, with: &str) {
        self.text = self.text.replacen(&format!("{name}: {word}"), &format!("{name}: {with}"), 1);
    }

    /// How many fields.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// As it stands in a message, without the empty line behind it.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Adds a field whose lines are known to be right: `value` is ASCII, and each of its line ends is followed by a blank.
    pub(super) fn folded(&mut self, name: &str, value: &str) {
        self.names.push(name.to_ascii_lowercase());
        let _ = write!(self.text, "{name}:{value}\r\n");
    }

    /// Adds a field of words that may be parted by line ends. Nothing without words.
    pub(super) fn words(&mut self, name: &str, words: impl IntoIterator<Item = impl AsRef<str>>) {
        let mut value = String::new();
        let mut used = name.len() + 1;
        let mut blanks = String::new();
        for word in words {
            let word = word.as_ref();
            // An empty word is one of several blanks: they go with the next word, so that no line has nothing else.
            // More than these would make a line of their own that is too long (RFC 5322 §2.1.1).
            if blanks.len() < LONGEST_WORD {
                blanks.push(' ');
            }
            if word.is_empty() {
                continue;
            }
            if !value.is_empty() && used + blanks.len() + word.len() > FOLD {
                value.push_str("\r\n");
                used = 0;
            }
            used += blanks.len() + word.len();
            value.push_str(&blanks);
            blanks.clear();
            value.push_str(word);
        }
        if !value.is_empty() {
            self.folded(name, &value);
        }
    }

    /// Adds a field of free text (RFC 5322 §3.6.5), encoded where it must be (RFC 2047 §5).
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let text = one_line(text);
        let plain =
            text.is_ascii() && !text.contains("=?") && text.split(' ').all(|word| word.len() <= LONGEST_WORD);
        if plain {
            self.words(name, text.split(' '));
        } else {
            self.words(name, encoded_words(&text));
        }
    }

    /// Adds a field of a value with parameters, such as Content-Type (RFC 2045 §5.1). Parameters without a value are left out.
    pub(super) fn parameters(&mut self, name: &str, value: &str, parameters: &[(&str, &str)]) {
        let mut words = vec![value.to_owned()];
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            for parameter in parameter(name, value) {
                if let Some(last) = words.last_mut() {
                    last.push(';');
                }
                words.push(parameter);
            }
        }
        self.words(name, words);
    }
}

/// A parameter: as it is, quoted, or as RFC 2231 §3 and §4 say.
fn parameter(name: &str, value: &str) -> Vec<String> {
    let value = one_line(value);
    let simple = value.is_ascii() && !value.contains("=?");
    if simple && value.len() <= LONGEST_PIECE {
        return vec![format!("{name}={}", token_or_quoted(&value))];
    }
    let mut pieces = vec!["utf-8''".to_owned()];
    for letter in value.chars() {
        let mut encoded = String::new();
        let mut buffer = [0; 4];
        for byte in letter.encode_utf8(&mut buffer).bytes() {
            // RFC 2231 §7: attribute-char.
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        match pieces.last_mut() {
            Some(last) if last.len() + encoded.len() <= LONGEST_PIECE => last.push_str(&encoded),
            _ => pieces.push(encoded),
        }
    }
    match pieces.as_slice() {
        [only] => vec![format!("{name}*={only}")],
        several => several.iter().enumerate().map(|(at, piece)| format!("{name}*{at}*={piece}")).collect(),
    }
}

/// RFC 2045 §5.1: a token as it is, else a quoted string.
fn token_or_quoted(value: &str) -> String {
    let token = |byte: u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte);
    if !value.is_empty() && value.bytes().all(token) { value.to_owned() } else { quoted(value) }
}

/// A quoted string (RFC 5322 §3.2.4).
pub(super) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(add: impl FnOnce(&mut Fields)) -> String {
        let mut fields = Fields::default();
        add(&mut fields);
        fields.as_str().to_owned()
    }

    #[test]
    fn nothing_breaks_out_of_a_field() {
        for (text, expected) in [
            ("Hello", "Subject: Hello\r\n"),
            ("a\r\nBcc: evil@x", "Subject: a  Bcc: evil@x\r\n"),
            ("Grüße", "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"),
            ("=?us-ascii?Q?x?=", "Subject: =?utf-8?B?PT91cy1hc2NpaT9RP3g/PQ==?=\r\n"),
            ("", ""),
            ("\r\n", ""),
        ] {
            assert_eq!(field(|fields| fields.text("Subject", text)), expected, "{text}");
        }
    }

    #[test]
    fn long_fields_are_folded_at_blanks() {
        let text = "word  ".repeat(40);
        let folded = field(|fields| fields.text("Subject", &text));
        assert!(folded.lines().all(|line| line.len() <= 80 && !line.trim().is_empty()), "{folded}");
        assert_eq!(folded.replace("\r\n", ""), format!("Subject: {}", text.trim()));
        let gap = field(|fields| fields.text("Subject", &format!("a{}b", " ".repeat(3000))));
        assert!(gap.lines().all(|line| line.len() < 998), "{gap}");
        let endless = field(|fields| fields.text("Subject", &"x".repeat(5000)));
        assert!(endless.lines().all(|line| line.len() <= 78));
    }

    #[test]
    fn parameters() {
        let file = |name: &str| {
            field(|fields| fields.parameters("Content-Disposition", "attachment", &[("filename", name)]))
        };
        for (name, expected) in [
            ("a.txt", "Content-Disposition: attachment; filename=a.txt\r\n"),
            ("a b\".txt", "Content-Disposition: attachment; filename=\"a b\\\".txt\"\r\n"),
            ("ü.txt", "Content-Disposition: attachment; filename*=utf-8''%C3%BC.txt\r\n"),
            ("", "Content-Disposition: attachment\r\n"),
        ] {
            assert_eq!(file(name), expected);
        }
        let long = file(&"日本語".repeat(20));
        assert!(long.lines().all(|line| line.len() <= FOLD), "{long}");
        assert!(long.contains("filename*1*="), "{long}");
    }
}
