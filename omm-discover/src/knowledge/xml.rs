//! A small document from a stranger, as a tree.
//!
//! What must not happen: growth by entities (none is expanded but the five of XML itself; a document type is refused),
//! deep nesting, many elements, many bytes.

use quick_xml::{Reader, XmlVersion, events::Event};

/// Larger ones are not even read to their end by [`crate::fetch`].
pub(crate) const LARGEST: usize = 256 << 10;
const DEEPEST: usize = 16;
const MOST_ELEMENTS: usize = 4_000;

/// An element with everything inside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Without a namespace's prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements of this name right below.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Its own text, without blanks around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of the first element of this name right below that has any.
    pub(super) fn text_of(&self, name: &'static str) -> Option<&str> {
        self.all(name).map(Self::text).find(|text| !text.is_empty())
    }
}

/// Reads a whole document and gives its root.
pub(super) fn read(bytes: &[u8]) -> Result<Element, &'static str> {
    if bytes.len() > LARGEST {
        return Err("the document is too large");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the document is not in UTF-8")?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    // The outermost one is no element: it holds the root.
    let mut open = vec![Element::default()];
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|_| "the document is not well formed")?;
        let Some(innermost) = open.last_mut() else { return Err("the document is not well formed") };
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() > DEEPEST || elements > MOST_ELEMENTS {
                    return Err("the document has too many elements, one in another");
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err("the document has too many elements, one in another");
                }
                innermost.children.push(element(&start)?);
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => innermost.text.push_str(&text.xml10_content()),
            Event::CData(data) => innermost.text.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let number = reference.resolve_char_ref().map_err(|_| "the document is not well formed")?;
                let letter = number.or_else(|| of_xml_itself(&name));
                innermost.text.push(letter.ok_or("the document uses entities of its own")?);
            }
            Event::DocType(_) => return Err("the document has a document type"),
            Event::Eof => return root(open),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn of_xml_itself(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, &'static str> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| "the document is not well formed")?;
        let value = attribute.normalized_value(XmlVersion::default());
        let value = value.map_err(|_| "the document uses entities of its own")?;
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn close(open: &mut Vec<Element>) -> Result<(), &'static str> {
    match (open.pop(), open.last_mut()) {
        (Some(done), Some(parent)) => {
            parent.children.push(done);
            Ok(())
        }
        _ => Err("the document is not well formed"),
    }
}

fn root(mut open: Vec<Element>) -> Result<Element, &'static str> {
    match (open.pop(), open.is_empty()) {
        (Some(mut outermost), true) if outermost.children.len() == 1 => {
            outermost.children.pop().ok_or("the document is empty")
        }
        _ => Err("the document is cut off or empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_as_a_tree() {
        let text =
            "<?xml version='1.0'?><!-- c --><a:r x='1 &amp; 2'><b> one<![CDATA[ & ]]>t&#119;o </b><b/></a:r>";
        let root = read(text.as_bytes()).expect("well formed");
        assert_eq!((root.name.as_str(), root.attribute("x")), ("r", Some("1 & 2")));
        assert_eq!((root.text_of("b"), root.all("b").count()), (Some("one & two"), 2));
    }

    #[test]
    fn what_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(17), "</a>".repeat(17));
        let many = format!("<r>{}</r>", "<a/>".repeat(MOST_ELEMENTS));
        let large = format!("<r>{}</r>", " ".repeat(LARGEST));
        let laughs = "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><r>&b;</r>";
        for (text, why) in [
            ("", "empty"),
            ("   ", "empty"),
            ("<r>", "cut off"),
            ("<r></s>", "well formed"),
            ("</r>", "well formed"),
            ("<r/><s/>", "cut off or empty"),
            ("<r>&b;</r>", "entities"),
            ("<r x='&b;'/>", "entities"),
            ("<r>&#xD800;</r>", "well formed"),
            (laughs, "document type"),
            (&deep, "too many"),
            (&many, "too many"),
            (&large, "too large"),
        ] {
            let refusal = read(text.as_bytes()).expect_err(why);
            assert!(refusal.contains(why), "{text:.40}: {refusal}");
        }
        assert!(read(b"<r>\xff</r>").is_err());
    }
}
