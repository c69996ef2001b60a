//! Extended properties ([MS-OXWSXPROP]): what MAPI keeps of an item and the schema of Exchange has no element for.

use super::node::Node;
use crate::{
    ops,
    xml::{Element, Writer},
};

/// A property of MAPI: what it is called, and of which type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Property {
    /// What it is called.
    pub(crate) name: Name,
    /// Its type.
    pub(crate) kind: Kind,
}

/// What a property is called ([MS-OXPROPS] §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    /// By a number of its own.
    Tag(u16),
    /// By a number in a set.
    Id(Set, u32),
    /// By a word in a set.
    Word(Set, &'static str),
}

/// A set of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Set {
    /// PSETID_Address.
    Address,
    /// PSETID_Appointment.
    Appointment,
    /// PSETID_Common.
    Common,
    /// PSETID_Meeting.
    Meeting,
    /// PSETID_Note, for which the schema has no word.
    Note,
    /// PS_PUBLIC_STRINGS.
    PublicStrings,
    /// PSETID_Task.
    Task,
}

/// The type of a property, as PropertyType has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) enum Kind {
    Binary,
    Binaries,
    Boolean,
    Double,
    Integer,
    Short,
    String,
    Strings,
    Time,
}

impl Property {
    /// A property with a number of its own.
    pub(crate) const fn tag(id: u16, kind: Kind) -> Self {
        Self { name: Name::Tag(id), kind }
    }

    /// A property with a number in a set.
    pub(crate) const fn id(set: Set, id: u32, kind: Kind) -> Self {
        Self { name: Name::Id(set, id), kind }
    }

    /// A property with a word in a set.
    pub(crate) const fn word(set: Set, word: &'static str, kind: Kind) -> Self {
        Self { name: Name::Word(set, word), kind }
    }

    /// `<t:ExtendedFieldURI …/>`.
    pub(crate) fn path(self) -> Node {
        let path = Node::empty("t:ExtendedFieldURI");
        let of_set = |set: Set| match set.word() {
            Some(word) => ("DistinguishedPropertySetId", word),
            None => ("PropertySetId", set.guid()),
        };
        let path = match self.name {
            Name::Tag(id) => path.with("PropertyTag", &format!("{id:#06x}")),
            Name::Id(set, id) => {
                let (attribute, word) = of_set(set);
                path.with(attribute, word).with("PropertyId", &id.to_string())
            }
            Name::Word(set, name) => {
                let (attribute, word) = of_set(set);
                path.with(attribute, word).with("PropertyName", name)
            }
        };
        path.with("PropertyType", self.kind.word())
    }

    /// Writes the path, to ask for the property.
    pub(crate) fn write_path(self, writer: &mut Writer) {
        self.path().write(writer);
    }

    /// The property with a value.
    pub(crate) fn with(self, value: &str) -> Node {
        Node::parent("t:ExtendedProperty", vec![self.path(), Node::text("t:Value", value)])
    }

    /// The property with values.
    pub(crate) fn with_all<'a>(self, values: impl IntoIterator<Item = &'a str>) -> Node {
        let values = values.into_iter().map(|value| Node::text("t:Value", value)).collect();
        Node::parent("t:ExtendedProperty", vec![self.path(), Node::parent("t:Values", values)])
    }

    /// Its text in an item, blanks at its ends included; nothing if it is not there or says nothing.
    pub(crate) fn text(self, item: &Element) -> Option<String> {
        let value = &self.find(item)?.child("Value")?.raw_text;
        (!value.trim().is_empty()).then(|| value.clone())
    }

    /// Its number in an item.
    pub(crate) fn number(self, item: &Element) -> Option<i64> {
        self.find(item)?.text_of("Value")?.parse().ok()
    }

    /// Whether it is set in an item.
    pub(crate) fn is(self, item: &Element) -> bool {
        self.find(item).and_then(|found| found.text_of("Value")).is_some_and(is_true)
    }

    /// Its texts in an item.
    pub(crate) fn texts(self, item: &Element) -> Vec<String> {
        let Some(found) = self.find(item) else { return Vec::new() };
        let values = found.child("Values").unwrap_or(found);
        let texts = values.all("Value").map(|value| value.text().to_owned());
        texts.filter(|text| !text.is_empty()).take(super::MOST).collect()
    }

    fn find(self, item: &Element) -> Option<&Element> {
        item.all("ExtendedProperty")
            .find(|found| found.child("ExtendedFieldURI").is_some_and(|path| self.is_called(path)))
    }

    /// A server may name a set by its word or by its GUID, and a number as it likes; the type is what was asked for.
    fn is_called(self, path: &Element) -> bool {
        let in_set = |set: Set| {
            let word = path.attribute("DistinguishedPropertySetId");
            let guid = path.attribute("PropertySetId");
            word.is_some_and(|word| Some(word) == set.word())
                || guid.is_some_and(|guid| guid.eq_ignore_ascii_case(set.guid()))
        };
        match self.name {
            Name::Tag(id) => path.attribute("PropertyTag").and_then(number) == Some(u32::from(id)),
            Name::Id(set, id) => in_set(set) && path.attribute("PropertyId").and_then(number) == Some(id),
            Name::Word(set, word) => {
                in_set(set)
                    && path.attribute("PropertyName").is_some_and(|name| name.eq_ignore_ascii_case(word))
            }
        }
    }
}

impl From<Property> for ops::FieldPath {
    fn from(property: Property) -> Self {
        let name = match property.name {
            Name::Tag(id) => ops::PropertyName::Tag(id),
            Name::Id(set, id) => ops::PropertyName::Id(set.into(), id),
            Name::Word(set, word) => ops::PropertyName::Word(set.into(), word.into()),
        };
        ops::ExtendedPath { name, kind: property.kind.into() }.into()
    }
}

impl From<Set> for ops::PropertySet {
    fn from(set: Set) -> Self {
        match set {
            Set::Address => Self::ADDRESS,
            Set::Appointment => Self::APPOINTMENT,
            Set::Common => Self::COMMON,
            Set::Meeting => Self::MEETING,
            Set::Note => Self::NOTE,
            Set::PublicStrings => Self::PUBLIC_STRINGS,
            Set::Task => Self::TASK,
        }
    }
}

impl From<Kind> for ops::PropertyType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Binary => Self::Binary,
            Kind::Binaries => Self::BinaryArray,
            Kind::Boolean => Self::Boolean,
            Kind::Double => Self::Double,
            Kind::Integer => Self::Integer,
            Kind::Short => Self::Short,
            Kind::String => Self::String,
            Kind::Strings => Self::StringArray,
            Kind::Time => Self::SystemTime,
        }
    }
}

/// xs:boolean.
pub(crate) fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

impl Set {
    fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Address => "Address",
            Self::Appointment => "Appointment",
            Self::Common => "Common",
            Self::Meeting => "Meeting",
            Self::PublicStrings => "PublicStrings",
            Self::Task => "Task",
            Self::Note => return None,
        })
    }

    /// [MS-OXPROPS] §1.3.2.
    fn guid(self) -> &'static str {
        match self {
            Self::Address => "00062004-0000-0000-C000-000000000046",
            Self::Appointment => "00062002-0000-0000-C000-000000000046",
            Self::Common => "00062008-0000-0000-C000-000000000046",
            Self::Meeting => "6ED8DA90-450B-101B-98DA-00AA003F1305",
            Self::Note => "0006200E-0000-0000-C000-000000000046",
            Self::PublicStrings => "00020329-0000-0000-C000-000000000046",
            Self::Task => "00062003-0000-0000-C000-000000000046",
        }
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Binary => "Binary",
            Self::Binaries => "BinaryArray",
            Self::Boolean => "Boolean",
            Self::Double => "Double",
            Self::Integer => "Integer",
            Self::Short => "Short",
            Self::String => "String",
            Self::Strings => "StringArray",
            Self::Time => "SystemTime",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, read};

    fn item(path: &str, value: &str) -> Element {
        let text = format!("<i><ExtendedProperty><ExtendedFieldURI {path}/>{value}</ExtendedProperty></i>");
        read(text.as_bytes(), Limits::SMALL).expect("well formed")
    }

    #[test]
    fn a_property_is_found_however_it_is_named() {
        let flag = Property::tag(0x1090, Kind::Integer);
        let note = Property::id(Set::Note, 0x8B00, Kind::Integer);
        let street = Property::id(Set::Address, 0x8045, Kind::Integer);
        let mark = Property::word(Set::PublicStrings, "omm-mark", Kind::Integer);
        for (property, path) in [
            (flag, "PropertyTag='0x1090'"),
            (flag, "PropertyTag='4240'"),
            (note, "PropertySetId='0006200e-0000-0000-c000-000000000046' PropertyId='35584'"),
            (street, "DistinguishedPropertySetId='Address' PropertyId='32837'"),
            (street, "PropertySetId='00062004-0000-0000-c000-000000000046' PropertyId='0x8045'"),
            (mark, "DistinguishedPropertySetId='PublicStrings' PropertyName='OMM-mark'"),
        ] {
            assert_eq!(property.number(&item(path, "<Value> 2 </Value>")), Some(2), "{path}");
        }
        for path in [
            "PropertyTag='0x1091'",
            "PropertyId='32837'",
            "DistinguishedPropertySetId='Common' PropertyId='32837'",
        ] {
            for property in [flag, note, street, mark] {
                assert_eq!(property.number(&item(path, "<Value>2</Value>")), None, "{path}");
            }
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let names = Property::tag(0x3A58, Kind::Strings);
        let gender = Property::id(Set::Note, 1, Kind::Short);
        let mut writer = Writer::new();
        writer.element("t:Contact", |writer| {
            names.with_all(["a", "b&c"]).write(writer);
            gender.with("1").write(writer);
        });
        let item = super::super::node::read_back(writer);
        assert_eq!(
            (names.texts(&item), gender.number(&item)),
            (vec!["a".to_owned(), "b&c".to_owned()], Some(1))
        );
        assert_eq!(gender.texts(&item), ["1"], "a single value is a list of one");
    }
}
