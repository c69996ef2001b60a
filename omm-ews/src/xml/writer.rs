//! Requests, written element by element. Names, prefixes included, are ours; texts are anybody's, and are made safe here.

use omm_core::model::Body;
use std::fmt::Write;

/// A request that is being written.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    parts: Vec<Part>,
    text: String,
}

/// A request is sent part by part.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// As it stands.
    Text(String),
    /// Written in base64 while it is sent, however large it is.
    Base64(Body),
}

impl Part {
    /// How many bytes it is in a request.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Base64(body) => body.len().div_ceil(3).saturating_mul(4),
        }
    }
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An element with others inside it.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.element_with(name, &[], inside);
    }

    /// The same with attributes.
    pub(crate) fn element_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        self.text.push('>');
        inside(self);
        let _ = write!(self.text, "</{name}>");
    }

    /// An element with attributes and nothing inside.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.open(name, attributes);
        self.text.push_str("/>");
    }

    /// An element with text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// The same with attributes.
    pub(crate) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.text.push('>');
        escape(&mut self.text, text);
        let _ = write!(self.text, "</{name}>");
    }

    /// An element with text, if there is any.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with the bytes of a body, in base64.
    pub(crate) fn base64(&mut self, name: &str, attributes: &[(&str, &str)], body: Body) {
        self.open(name, attributes);
        self.text.push('>');
        self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        self.parts.push(Part::Base64(body));
        let _ = write!(self.text, "</{name}>");
    }

    /// What was written elsewhere.
    pub(crate) fn append(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(text) => self.text.push_str(text),
                Part::Base64(body) => {
                    self.parts.push(Part::Text(std::mem::take(&mut self.text)));
                    self.parts.push(Part::Base64(body.clone()));
                }
            }
        }
    }

    /// What was written.
    pub(crate) fn finish(mut self) -> Vec<Part> {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(self.text));
        }
        self.parts
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.text, " {name}=\"");
            escape(&mut self.text, value);
            self.text.push('"');
        }
    }
}

/// The characters that XML 1.0 §2.2 allows; others have no form in it, not even as a reference, and a server refuses the
/// whole request for one of them.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escape(into: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            // A reader makes a line feed of every other line end, unless it is written so (XML 1.0 §2.11).
            '\r' => into.push_str("&#13;"),
            letter if is_allowed(letter) => into.push(letter),
            _ => into.push('\u{fffd}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_texts() {
        let mut writer = Writer::new();
        writer.element_with("m:A", &[("Name", "a\"<&")], |writer| {
            writer.text("t:B", "1 < 2 & \"3\"\r\n\u{1}\u{fffe}é");
            writer.empty("t:C", &[("Id", "x")]);
            writer.optional("t:D", None);
        });
        let [Part::Text(text)] = &writer.finish()[..] else { panic!("one part") };
        assert_eq!(
            text,
            "<m:A Name=\"a&quot;&lt;&amp;\"><t:B>1 &lt; 2 &amp; &quot;3&quot;&#13;\n\u{fffd}\u{fffd}é</t:B>\
             <t:C Id=\"x\"/></m:A>"
        );
    }

    #[test]
    fn bodies_are_parts_of_their_own() {
        let mut writer = Writer::new();
        writer.element("a", |writer| writer.base64("b", &[], Body::from_bytes("xyz")));
        match &writer.finish()[..] {
            [Part::Text(before), Part::Base64(body), Part::Text(behind)] => {
                assert_eq!((before.as_str(), body.len(), behind.as_str()), ("<a><b>", 3, "</b></a>"));
            }
            parts => panic!("{parts:?}"),
        }
    }
}
