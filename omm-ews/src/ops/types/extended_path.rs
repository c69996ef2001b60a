//! Where a property of MAPI is found: by its number, or by its set and its name ([MS-OXWSXPROP]).

use crate::xml::{Element, Writer};

/// A property of MAPI, and the form of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExtendedPath {
    name: PropertyName,
    kind: PropertyType,
}

/// What a property of MAPI is called ([MS-OXPROPS] §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum PropertyName {
    /// A number that is the same everywhere, below 0x8000.
    Tag(u16),
    /// A number within a set.
    Id(PropertySet, u32),
    /// A word within a set.
    Word(PropertySet, &'static str),
}

/// A set of properties: a GUID ([MS-OXPROPS] §1.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PropertySet(u128);

/// The form of a value, as far as we ask for it ([MS-OXWSXPROP] MapiPropertyTypeType).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PropertyType {
    Binary,
    BinaryArray,
    Boolean,
    Integer,
    Short,
    String,
    StringArray,
    SystemTime,
}

impl PropertySet {
    pub(crate) const APPOINTMENT: Self = Self(0x0006_2002_0000_0000_C000_0000_0000_0046);
    pub(crate) const COMMON: Self = Self(0x0006_2008_0000_0000_C000_0000_0000_0046);
    pub(crate) const PUBLIC_STRINGS: Self = Self(0x0002_0329_0000_0000_C000_0000_0000_0046);
    pub(crate) const ADDRESS: Self = Self(0x0006_2004_0000_0000_C000_0000_0000_0046);
    pub(crate) const TASK: Self = Self(0x0006_2003_0000_0000_C000_0000_0000_0046);
    pub(crate) const NOTE: Self = Self(0x0006_200E_0000_0000_C000_0000_0000_0046);

    /// From a GUID with its hyphens, and perhaps in braces.
    fn from_guid(guid: &str) -> Option<Self> {
        let digits: String =
            guid.trim().chars().filter(|letter| !matches!(letter, '-' | '{' | '}')).collect();
        (digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok().map(Self)).flatten()
    }

    fn guid(self) -> String {
        let digits = format!("{:032x}", self.0);
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
        groups.map(|group| digits.get(group).unwrap_or_default()).join("-")
    }

    fn word(self) -> Option<&'static str> {
        WORDS.iter().find(|(_, set)| *set == self).map(|(word, _)| *word)
    }

    fn attribute(self) -> (&'static str, String) {
        match self.word().filter(|_| self != Self::TASK) {
            Some(word) => ("DistinguishedPropertySetId", word.to_owned()),
            None => ("PropertySetId", self.guid()),
        }
    }

    /// A server may name it by its word or by its GUID.
    fn is_of(self, path: &Element) -> bool {
        let word = path.attribute("DistinguishedPropertySetId");
        word.is_some_and(|word| Some(word) == self.word())
            || path.attribute("PropertySetId").and_then(Self::from_guid) == Some(self)
    }
}

/// The words of DistinguishedPropertySetId. That of tasks is known to newer servers only: it is read, and written as a GUID.
const WORDS: [(&str, PropertySet); 5] = [
    ("Appointment", PropertySet::APPOINTMENT),
    ("Common", PropertySet::COMMON),
    ("PublicStrings", PropertySet::PUBLIC_STRINGS),
    ("Address", PropertySet::ADDRESS),
    ("Task", PropertySet::TASK),
];

impl ExtendedPath {
    /// A property with a number that is the same everywhere.
    pub(crate) const fn tag(tag: u16, kind: PropertyType) -> Self {
        Self { name: PropertyName::Tag(tag), kind }
    }

    /// A property with a number in a set.
    pub(crate) const fn id(set: PropertySet, id: u32, kind: PropertyType) -> Self {
        Self { name: PropertyName::Id(set, id), kind }
    }

    /// A property with a word in a set.
    pub(crate) const fn word(set: PropertySet, word: &'static str, kind: PropertyType) -> Self {
        Self { name: PropertyName::Word(set, word), kind }
    }

    /// The attributes of its `ExtendedFieldURI`.
    pub(crate) fn attributes(self) -> Vec<(&'static str, String)> {
        let name = match self.name {
            PropertyName::Tag(tag) => vec![("PropertyTag", format!("{tag:#06x}"))],
            PropertyName::Id(set, id) => vec![set.attribute(), ("PropertyId", id.to_string())],
            PropertyName::Word(set, word) => vec![set.attribute(), ("PropertyName", word.to_owned())],
        };
        name.into_iter().chain([("PropertyType", self.kind.word().to_owned())]).collect()
    }

    /// Writes `<t:ExtendedFieldURI …/>`.
    pub(crate) fn write(self, writer: &mut Writer) {
        let attributes = self.attributes();
        let attributes: Vec<_> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        writer.empty("t:ExtendedFieldURI", &attributes);
    }

    /// Whether an `ExtendedFieldURI` names it. The type is what was asked for.
    pub(super) fn is_named_by(self, path: &Element) -> bool {
        let is =
            |attribute: &str, expected: u32| path.attribute(attribute).and_then(number) == Some(expected);
        match self.name {
            PropertyName::Tag(tag) => is("PropertyTag", tag.into()),
            PropertyName::Id(set, id) => set.is_of(path) && is("PropertyId", id),
            PropertyName::Word(set, word) => {
                let name = path.attribute("PropertyName");
                set.is_of(path) && name.is_some_and(|name| name.eq_ignore_ascii_case(word))
            }
        }
    }
}

impl PropertyType {
    fn word(self) -> &'static str {
        match self {
            Self::Binary => "Binary",
            Self::BinaryArray => "BinaryArray",
            Self::Boolean => "Boolean",
            Self::Integer => "Integer",
            Self::Short => "Short",
            Self::String => "String",
            Self::StringArray => "StringArray",
            Self::SystemTime => "SystemTime",
        }
    }
}

/// `0x10f4` or `4340`.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{element, written};

    const TAG: ExtendedPath = ExtendedPath::tag(0x10F4, PropertyType::Boolean);
    const ID: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8503, PropertyType::Boolean);
    const OF_TASKS: ExtendedPath = ExtendedPath::id(PropertySet::TASK, 0x8104, PropertyType::StringArray);
    const OF_NOTES: ExtendedPath = ExtendedPath::id(PropertySet::NOTE, 0x8B00, PropertyType::Integer);
    const STREET: ExtendedPath = ExtendedPath::id(PropertySet::ADDRESS, 0x8045, PropertyType::String);
    const WORD: ExtendedPath =
        ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-mark", PropertyType::String);
    const ALL: [ExtendedPath; 6] = [TAG, ID, OF_TASKS, OF_NOTES, STREET, WORD];

    #[test]
    fn every_name_comes_back() {
        for (path, attributes) in [
            (TAG, "PropertyTag=\"0x10f4\" PropertyType=\"Boolean\""),
            (ID, "DistinguishedPropertySetId=\"Common\" PropertyId=\"34051\" PropertyType=\"Boolean\""),
            (
                WORD,
                "DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"omm-mark\" PropertyType=\"String\"",
            ),
            // A word that Exchange 2007 does not know.
            (
                OF_TASKS,
                "PropertySetId=\"00062003-0000-0000-c000-000000000046\" PropertyId=\"33028\" PropertyType=\"StringArray\"",
            ),
            // A set without a word.
            (
                OF_NOTES,
                "PropertySetId=\"0006200e-0000-0000-c000-000000000046\" PropertyId=\"35584\" PropertyType=\"Integer\"",
            ),
        ] {
            let xml = format!("<t:ExtendedFieldURI {attributes}/>");
            assert_eq!(written(|writer| path.write(writer)), xml);
            let named: Vec<_> = ALL.into_iter().filter(|path| path.is_named_by(&element(&xml))).collect();
            assert_eq!(named, [path], "{xml}");
        }
    }

    #[test]
    fn spellings_of_servers() {
        for (attributes, path) in [
            ("PropertyTag='0X10F4'", Some(TAG)),
            ("PropertyTag='4340'", Some(TAG)),
            ("PropertySetId='{00062008-0000-0000-C000-000000000046}' PropertyId='0x8503'", Some(ID)),
            ("PropertySetId='0006200e-0000-0000-c000-000000000046' PropertyId='35584'", Some(OF_NOTES)),
            ("DistinguishedPropertySetId='Address' PropertyId='32837'", Some(STREET)),
            ("PropertySetId='00062004-0000-0000-c000-000000000046' PropertyId='0x8045'", Some(STREET)),
            ("DistinguishedPropertySetId='Task' PropertyId='33028'", Some(OF_TASKS)),
            ("DistinguishedPropertySetId='PublicStrings' PropertyName='OMM-mark'", Some(WORD)),
            ("PropertyTag='0x10F40000'", None),
            ("PropertyTag='0x1091'", None),
            ("PropertySetId='00062008' PropertyId='34051'", None),
            ("PropertyId='34051'", None),
            ("DistinguishedPropertySetId='Common' PropertyId='32837'", None),
            ("DistinguishedPropertySetId='Common'", None),
            ("PropertyName='omm-mark'", None),
        ] {
            let xml = element(&format!("<ExtendedFieldURI {attributes} PropertyType='Null'/>"));
            let named: Vec<_> = ALL.into_iter().filter(|path| path.is_named_by(&xml)).collect();
            assert_eq!(named, Vec::from_iter(path), "{attributes}");
        }
    }
}
