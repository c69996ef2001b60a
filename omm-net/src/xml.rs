//! A small document from a stranger, as a tree.
//!
//! What must not happen: growth by entities (none is expanded but the five of XML itself; a document type is refused),
//! deep nesting, many elements, many bytes.

use quick_xml::{Reader, XmlVersion, events::Event};

/// How much a document may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Its length in bytes.
    pub bytes: usize,
    /// How many elements may lie one in another.
    pub depth: usize,
    /// How many elements it may have.
    pub elements: usize,
}

impl Limits {
    /// For what is asked of strangers: settings of a few lines.
    pub const SMALL: Self = Self { bytes: 256 << 10, depth: 16, elements: 4_000 };
}

/// An element with everything inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Element {
    /// Without a namespace's prefix.
    pub name: String,
    /// Likewise; in the order of the document.
    pub attributes: Vec<(String, String)>,
    /// Its own text as it stands, that of the elements below left out.
    pub raw_text: String,
    /// The elements right below, in the order of the document.
    pub children: Vec<Element>,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first element of this name right below.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of this name right below.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element found by going down these names.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Its own text, without blanks around it.
    pub fn text(&self) -> &str {
        self.raw_text.trim()
    }

    /// The text of the first element of this name right below that has any.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.children.iter().filter(|child| child.name == name).map(Self::text).find(|text| !text.is_empty())
    }
}

/// What is wrong with a document that has more elements, or more of them one in another, than its limits allow.
pub const TOO_MANY_ELEMENTS: &str = "the document has too many elements, one in another";

/// Reads a whole document and gives its root.
///
/// # Errors
/// What is wrong with it, in words: not well formed, or beyond the limits.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Element, &'static str> {
    if bytes.len() > limits.bytes {
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
                if open.len() > limits.depth || elements > limits.elements {
                    return Err(TOO_MANY_ELEMENTS);
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > limits.elements {
                    return Err(TOO_MANY_ELEMENTS);
                }
                innermost.children.push(element(&start)?);
            }
            Event::End(_) => close(&mut open)?,
            Event::Text(text) => innermost.raw_text.push_str(&text.xml10_content()),
            Event::CData(data) => innermost.raw_text.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                // Exchange refers to characters that XML cannot hold (`&#x0;`), where somebody pasted them into a text.
                let number = reference.resolve_char_ref().unwrap_or(Some(char::REPLACEMENT_CHARACTER));
                let letter = number.or_else(|| of_xml_itself(&name));
                innermost.raw_text.push(letter.ok_or("the document uses entities of its own")?);
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
        let root = read(text.as_bytes(), Limits::SMALL).expect("well formed");
        assert_eq!((root.name.as_str(), root.attribute("x")), ("r", Some("1 & 2")));
        assert_eq!((root.text_of("b"), root.all("b").count()), (Some("one & two"), 2));
    }

    #[test]
    fn characters_that_xml_cannot_hold_cost_themselves() {
        let root = read(b"<r>a&#x0;b&#xD800;c&#x1;</r>", Limits::SMALL).expect("read all the same");
        assert_eq!(root.text(), "a\u{fffd}b\u{fffd}c\u{1}");
    }

    #[test]
    fn what_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(17), "</a>".repeat(17));
        let many = format!("<r>{}</r>", "<a/>".repeat(Limits::SMALL.elements));
        let large = format!("<r>{}</r>", " ".repeat(Limits::SMALL.bytes));
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
            (laughs, "document type"),
            (&deep, "too many"),
            (&many, "too many"),
            (&large, "too large"),
        ] {
            let refusal = read(text.as_bytes(), Limits::SMALL).expect_err(why);
            assert!(refusal.contains(why), "{text:.40}: {refusal}");
        }
        assert!(read(b"<r>\xff</r>", Limits::SMALL).is_err());
    }
}
