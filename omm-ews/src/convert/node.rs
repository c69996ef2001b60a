//! Elements on their way into a request: made in any order, written in that of the schema.

use crate::{ops::ExtendedPath, xml::Writer};
use omm_core::model::Body;

/// An element that will be written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    inside: Inside,
}

/// What an element holds. Bodies are not compared: two of them are never equal.
#[derive(Clone, Debug)]
enum Inside {
    Nothing,
    Text(String),
    Nodes(Vec<Node>),
    Base64(Body),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        let inside = match (&self.inside, &other.inside) {
            (Inside::Nothing, Inside::Nothing) => true,
            (Inside::Text(one), Inside::Text(two)) => one == two,
            (Inside::Nodes(one), Inside::Nodes(two)) => one == two,
            _ => false,
        };
        inside && self.name == other.name && self.attributes == other.attributes
    }
}

impl Node {
    /// An element with text.
    pub(crate) fn text(name: &'static str, text: &str) -> Self {
        Self { name, attributes: Vec::new(), inside: Inside::Text(text.to_owned()) }
    }

    /// An element with others inside it.
    pub(crate) fn parent(name: &'static str, inside: Vec<Node>) -> Self {
        Self { name, attributes: Vec::new(), inside: Inside::Nodes(inside) }
    }

    /// An element with nothing inside.
    pub(crate) fn empty(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), inside: Inside::Nothing }
    }

    /// An element with the bytes of a body, in base64.
    pub(crate) fn base64(name: &'static str, body: Body) -> Self {
        Self { name, attributes: Vec::new(), inside: Inside::Base64(body) }
    }

    /// A property of MAPI with a value.
    pub(crate) fn property(path: ExtendedPath, value: &str) -> Self {
        Self::parent("t:ExtendedProperty", vec![Self::path(path), Self::text("t:Value", value)])
    }

    /// A property of MAPI with values.
    pub(crate) fn properties(path: ExtendedPath, values: &[String]) -> Self {
        let values = values.iter().map(|value| Self::text("t:Value", value)).collect();
        Self::parent("t:ExtendedProperty", vec![Self::path(path), Self::parent("t:Values", values)])
    }

    /// The same with an attribute more.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push((name, value.to_owned()));
        self
    }

    /// Its name, with its prefix.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Writes it.
    pub(crate) fn write(&self, writer: &mut Writer) {
        let attributes: Vec<_> =
            self.attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match &self.inside {
            Inside::Nothing => writer.empty(self.name, &attributes),
            Inside::Text(text) => writer.text_with(self.name, &attributes, text),
            Inside::Base64(body) => writer.base64(self.name, &attributes, body.clone()),
            Inside::Nodes(nodes) => writer.element_with(self.name, &attributes, |writer| {
                nodes.iter().for_each(|node| node.write(writer));
            }),
        }
    }

    fn path(path: ExtendedPath) -> Self {
        let attributes = path.attributes();
        Self { name: "t:ExtendedFieldURI", attributes, inside: Inside::Nothing }
    }
}

/// What a server that keeps all would give back.
#[cfg(test)]
pub(crate) fn read_back(writer: Writer) -> crate::xml::Element {
    let mut text = String::new();
    for part in writer.finish() {
        match part {
            crate::xml::Part::Text(part) => text.push_str(&part),
            crate::xml::Part::Base64(_) => {}
        }
    }
    let limits = crate::xml::Limits { bytes: 1 << 24, depth: 32, elements: 100_000 };
    crate::xml::read(text.as_bytes(), limits).expect("well formed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{OMM_MARK, PropertyType};

    #[test]
    fn properties_that_are_written_are_read() {
        let names = ExtendedPath::tag(0x3A58, PropertyType::StringArray);
        let mut writer = Writer::new();
        writer.element("t:Contact", |writer| {
            Node::properties(names, &["a".to_owned(), "b&c".to_owned()]).write(writer);
            Node::property(OMM_MARK, "1").write(writer);
        });
        let item = read_back(writer);
        assert_eq!(
            (names.texts(&item), OMM_MARK.number(&item)),
            (vec!["a".to_owned(), "b&c".to_owned()], Some(1))
        );
    }
}
