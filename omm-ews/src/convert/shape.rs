//! What must be asked for, per kind.

use super::{contact, entry, event, group, mail, note, property::Property, task, words};
use crate::{ops, xml::Writer};
use omm_core::model::ItemKind;

/// What GetItem shall answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How much to begin with.
    pub(crate) base: Base,
    /// Whether with MIME.
    pub(crate) mime: bool,
    /// Fields of the schema in addition.
    pub(crate) fields: Vec<&'static str>,
    /// Properties of MAPI in addition.
    pub(crate) properties: Vec<Property>,
}

/// BaseShape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// The id alone.
    IdOnly,
    /// All that the schema has, MIME aside.
    All,
}

/// The first build of servers that know `item:TextBody`: 2013.
const WITH_TEXT: u32 = 15;

impl Shape {
    /// What is needed of items of a kind, from a server of this major version: 14 for 2010, 15 for 2013 and later.
    pub(crate) fn of(kind: ItemKind, version: u32) -> Self {
        let mut shape = match kind {
            ItemKind::Contact => Self::all(contact::PROPERTIES.iter().chain(group::PROPERTIES)),
            ItemKind::Event => Self::all(event::PROPERTIES.iter().chain(entry::PROPERTIES)),
            ItemKind::Task => Self::all(task::PROPERTIES.iter().chain(entry::PROPERTIES)),
            ItemKind::Note => Self::all(note::PROPERTIES.iter()),
            _ => Self::mail(),
        };
        if kind != ItemKind::Mail && version >= WITH_TEXT {
            shape.fields.push("item:TextBody");
        }
        shape
    }

    /// What is needed to list messages: all but their MIME.
    pub(crate) fn mail_list() -> Self {
        let fields =
            ["item:ItemClass", "item:DateTimeReceived", "item:Size", "item:Categories", "item:IsDraft"];
        let own = ["message:IsRead", "message:IsReadReceiptRequested"];
        let properties = mail::PROPERTIES.iter().chain([&mail::DELIVERED]).copied().collect();
        Self { base: Base::IdOnly, mime: false, fields: [&fields[..], &own].concat(), properties }
    }

    fn mail() -> Self {
        Self { mime: true, ..Self::mail_list() }
    }

    fn all<'a>(properties: impl Iterator<Item = &'a Property>) -> Self {
        let mut all = vec![words::UID, words::SEARCH_KEY];
        for property in properties {
            if !all.contains(property) {
                all.push(*property);
            }
        }
        Self { base: Base::All, mime: false, fields: Vec::new(), properties: all }
    }

    /// As an operation asks for it.
    pub(crate) fn asked(&self) -> ops::Shape {
        let base = if self.base == Base::All { ops::Base::AllProperties } else { ops::Base::IdOnly };
        let fields = self.fields.iter().copied().map(ops::FieldPath::Field);
        let properties = self.properties.iter().copied().map(ops::FieldPath::from);
        let shape = ops::Shape::new(base).with(fields).with(properties);
        let shape = if self.mime { shape.with_mime() } else { shape };
        // HTML where there is any; the server makes none of plain text.
        if self.base == Base::All { shape.with_body(ops::BodyType::Best) } else { shape }
    }

    /// Writes `<m:ItemShape>`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.element("m:ItemShape", |writer| {
            writer.text("t:BaseShape", if self.base == Base::All { "AllProperties" } else { "IdOnly" });
            if self.mime {
                writer.text("t:IncludeMimeContent", "true");
            }
            if self.base == Base::All {
                // HTML where there is any; the server makes none of plain text.
                writer.text("t:BodyType", "Best");
            }
            writer.element("t:AdditionalProperties", |writer| {
                self.fields.iter().for_each(|field| writer.empty("t:FieldURI", &[("FieldURI", field)]));
                self.properties.iter().for_each(|property| property.write_path(writer));
            });
        });
    }
}
