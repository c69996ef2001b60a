//! An item on its way into a mailbox.

use super::{node::Node, order::Schema};
use crate::ops::{self, ExtendedPath, FieldPath};

/// An item that will be created, or the fields of one that will be changed.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    schema: Schema,
    fields: Vec<Field>,
    /// What of the model it does not say, in words.
    pub(crate) losses: Vec<String>,
}

/// A field, and what it is set to.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Which one.
    pub(crate) path: FieldPath,
    /// The element that says it.
    pub(crate) node: Node,
}

impl Draft {
    /// An item without fields.
    pub(crate) fn new(schema: Schema) -> Self {
        Self { schema, fields: Vec::new(), losses: Vec::new() }
    }

    /// Sets a field of the schema.
    pub(crate) fn set(&mut self, uri: &'static str, node: Node) {
        debug_assert!(self.schema.position(node.name()).is_some(), "{} has a place", node.name());
        self.fields.push(Field { path: FieldPath::Field(uri), node });
    }

    /// Sets a field of the schema to a text, unless that is empty.
    pub(crate) fn text(&mut self, uri: &'static str, element: &'static str, text: &str) {
        if !text.is_empty() {
            self.set(uri, Node::text(element, text));
        }
    }

    /// Sets a property to a value.
    pub(crate) fn property(&mut self, property: ExtendedPath, value: &str) {
        self.fields.push(Field { path: property.into(), node: Node::property(property, value) });
    }

    /// Sets a property to a text, unless that is empty.
    pub(crate) fn property_text(&mut self, property: ExtendedPath, text: &str) {
        if !text.is_empty() {
            self.property(property, text);
        }
    }

    /// Sets a property to texts, unless there are none.
    pub(crate) fn property_texts(&mut self, property: ExtendedPath, texts: &[String]) {
        if !texts.is_empty() {
            let node = Node::properties(property, texts);
            self.fields.push(Field { path: property.into(), node });
        }
    }

    /// Says that something is not kept.
    pub(crate) fn lose(&mut self, what: impl Into<String>) {
        self.losses.push(what.into());
    }

    /// The same with some of its fields.
    #[must_use]
    pub(crate) fn retain(mut self, keep: impl FnMut(&Field) -> bool) -> Self {
        self.fields.retain(keep);
        self
    }

    /// The kind of item it is.
    pub(crate) fn schema(&self) -> Schema {
        self.schema
    }

    /// Its fields, in the order of the schema.
    pub(crate) fn fields(&self) -> Vec<&Field> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        // What stands at one place stays in its order.
        fields.sort_by_key(|field| self.schema.position(field.node.name()).unwrap_or(usize::MAX));
        fields
    }

    /// The item as CreateItem wants it.
    pub(crate) fn finish(&self) -> ops::Draft {
        let fields = self.fields();
        ops::Draft::new(self.schema.element(), |writer| {
            fields.into_iter().for_each(|field| field.node.write(writer));
        })
    }

    /// Its fields as UpdateItem wants them: one by one.
    pub(crate) fn updates(&self) -> Vec<ops::Update> {
        let update = |field: &Field| {
            ops::Update::set(field.path, self.schema.element(), |writer| field.node.write(writer))
        };
        self.fields().into_iter().map(update).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ops::PropertyType, xml::Writer};

    #[test]
    fn fields_are_written_in_the_order_of_the_schema() {
        let mut draft = Draft::new(Schema::Contact);
        draft.text("contacts:Surname", "t:Surname", "b");
        draft.property(ExtendedPath::tag(1, PropertyType::Integer), "1");
        draft.property_text(ExtendedPath::tag(2, PropertyType::String), "");
        draft.text("item:Subject", "t:Subject", "c");
        draft.text("contacts:FileAs", "t:FileAs", "a");
        let mut writer = Writer::new();
        draft.finish().write(&mut writer);
        let item = crate::convert::node::read_back(writer);
        let names: Vec<_> = item.children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["Subject", "ExtendedProperty", "FileAs", "Surname"]);
    }
}
