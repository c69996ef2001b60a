//! Where a property of MAPI is found: by its number, or by its set and its name ([MS-OXWSXPROP]).

use crate::xml::{Element, Writer};
use std::borrow::Cow;

/// A property of MAPI, and the form of its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExtendedPath {
    /// What it is called.
    pub(crate) name: PropertyName,
    /// The form of its value.
    pub(crate) kind: PropertyType,
}

/// What a property of MAPI is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PropertyName {
    /// A number that is the same everywhere, below 0x8000.
    Tag(u16),
    /// A number within a set.
    Id(PropertySet, u32),
    /// A word within a set. Case counts, but among headers of mail, where it is lower.
    Word(PropertySet, Cow<'static, str>),
}

/// A set of properties: a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PropertySet(pub(crate) u128);

/// The form of a value ([MS-OXWSXPROP] MapiPropertyTypeType).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PropertyType {
    ApplicationTime,
    ApplicationTimeArray,
    Binary,
    BinaryArray,
    Boolean,
    Clsid,
    ClsidArray,
    Currency,
    CurrencyArray,
    Double,
    DoubleArray,
    Error,
    Float,
    FloatArray,
    Integer,
    IntegerArray,
    Long,
    LongArray,
    Null,
    Object,
    ObjectArray,
    Short,
    ShortArray,
    String,
    StringArray,
    SystemTime,
    SystemTimeArray,
}

impl PropertySet {
    pub(crate) const MEETING: Self = Self(0x6ED8_DA90_450B_101B_98DA_00AA_003F_1305);
    pub(crate) const APPOINTMENT: Self = Self(0x0006_2002_0000_0000_C000_0000_0000_0046);
    pub(crate) const COMMON: Self = Self(0x0006_2008_0000_0000_C000_0000_0000_0046);
    pub(crate) const PUBLIC_STRINGS: Self = Self(0x0002_0329_0000_0000_C000_0000_0000_0046);
    pub(crate) const ADDRESS: Self = Self(0x0006_2004_0000_0000_C000_0000_0000_0046);
    pub(crate) const INTERNET_HEADERS: Self = Self(0x0002_0386_0000_0000_C000_0000_0000_0046);
    pub(crate) const CALENDAR_ASSISTANT: Self = Self(0x1100_0E07_B51B_40D6_AF21_CAA8_5EDA_B1D0);
    pub(crate) const UNIFIED_MESSAGING: Self = Self(0x4442_858E_A9E3_4E80_B900_317A_210C_C15B);
    pub(crate) const TASK: Self = Self(0x0006_2003_0000_0000_C000_0000_0000_0046);
    pub(crate) const NOTE: Self = Self(0x0006_200E_0000_0000_C000_0000_0000_0046);
    pub(crate) const JOURNAL: Self = Self(0x0006_200A_0000_0000_C000_0000_0000_0046);
    pub(crate) const SHARING: Self = Self(0x0006_2040_0000_0000_C000_0000_0000_0046);

    /// From its word in DistinguishedPropertySetId.
    fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, set)| *set)
    }

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
}

/// The words of DistinguishedPropertySetId. The first eight are known to every server, the others to newer ones, so that
/// those are written as GUIDs.
const WORDS: [(&str, PropertySet); 10] = [
    ("Meeting", PropertySet::MEETING),
    ("Appointment", PropertySet::APPOINTMENT),
    ("Common", PropertySet::COMMON),
    ("PublicStrings", PropertySet::PUBLIC_STRINGS),
    ("Address", PropertySet::ADDRESS),
    ("InternetHeaders", PropertySet::INTERNET_HEADERS),
    ("CalendarAssistant", PropertySet::CALENDAR_ASSISTANT),
    ("UnifiedMessaging", PropertySet::UNIFIED_MESSAGING),
    ("Task", PropertySet::TASK),
    ("Sharing", PropertySet::SHARING),
];
const KNOWN_EVERYWHERE: usize = 8;

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
        Self { name: PropertyName::Word(set, Cow::Borrowed(word)), kind }
    }

    /// Writes `<t:ExtendedFieldURI …/>`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        let kind = ("PropertyType", self.kind.word());
        match &self.name {
            PropertyName::Tag(tag) => {
                writer.empty("t:ExtendedFieldURI", &[("PropertyTag", &format!("{tag:#06x}")), kind]);
            }
            PropertyName::Id(set, id) => {
                write_named(writer, *set, ("PropertyId", &id.to_string()), kind);
            }
            PropertyName::Word(set, word) => write_named(writer, *set, ("PropertyName", word), kind),
        }
    }

    /// Reads an ExtendedFieldURI, if it is one that a property can have.
    pub(crate) fn read(element: &Element) -> Option<Self> {
        let kind = PropertyType::from_word(element.attribute("PropertyType")?)?;
        Some(Self { name: PropertyName::read(element)?, kind })
    }
}

impl PropertyName {
    fn read(element: &Element) -> Option<Self> {
        if let Some(tag) = element.attribute("PropertyTag") {
            return number(tag).and_then(|tag| u16::try_from(tag).ok()).map(Self::Tag);
        }
        let by_word = element.attribute("DistinguishedPropertySetId").and_then(PropertySet::from_word);
        let by_guid = || element.attribute("PropertySetId").and_then(PropertySet::from_guid);
        let set = by_word.or_else(by_guid)?;
        if let Some(id) = element.attribute("PropertyId") {
            return number(id).map(|id| Self::Id(set, id));
        }
        let word = element.attribute("PropertyName")?;
        let is_header = set == PropertySet::INTERNET_HEADERS;
        let word = if is_header { word.to_ascii_lowercase() } else { word.to_owned() };
        Some(Self::Word(set, word.into()))
    }
}

impl PropertyType {
    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        TYPES.iter().find(|(kind, _)| *kind == self).map_or("Null", |(_, word)| word)
    }

    fn from_word(word: &str) -> Option<Self> {
        TYPES.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

const TYPES: [(PropertyType, &str); 27] = [
    (PropertyType::ApplicationTime, "ApplicationTime"),
    (PropertyType::ApplicationTimeArray, "ApplicationTimeArray"),
    (PropertyType::Binary, "Binary"),
    (PropertyType::BinaryArray, "BinaryArray"),
    (PropertyType::Boolean, "Boolean"),
    (PropertyType::Clsid, "CLSID"),
    (PropertyType::ClsidArray, "CLSIDArray"),
    (PropertyType::Currency, "Currency"),
    (PropertyType::CurrencyArray, "CurrencyArray"),
    (PropertyType::Double, "Double"),
    (PropertyType::DoubleArray, "DoubleArray"),
    (PropertyType::Error, "Error"),
    (PropertyType::Float, "Float"),
    (PropertyType::FloatArray, "FloatArray"),
    (PropertyType::Integer, "Integer"),
    (PropertyType::IntegerArray, "IntegerArray"),
    (PropertyType::Long, "Long"),
    (PropertyType::LongArray, "LongArray"),
    (PropertyType::Null, "Null"),
    (PropertyType::Object, "Object"),
    (PropertyType::ObjectArray, "ObjectArray"),
    (PropertyType::Short, "Short"),
    (PropertyType::ShortArray, "ShortArray"),
    (PropertyType::String, "String"),
    (PropertyType::StringArray, "StringArray"),
    (PropertyType::SystemTime, "SystemTime"),
    (PropertyType::SystemTimeArray, "SystemTimeArray"),
];

fn write_named(writer: &mut Writer, set: PropertySet, name: (&str, &str), kind: (&str, &str)) {
    let known = WORDS.iter().take(KNOWN_EVERYWHERE).find(|(_, known)| *known == set);
    match known {
        Some((word, _)) => {
            writer.empty("t:ExtendedFieldURI", &[("DistinguishedPropertySetId", word), name, kind]);
        }
        None => writer.empty("t:ExtendedFieldURI", &[("PropertySetId", &set.guid()), name, kind]),
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

    #[test]
    fn every_name_comes_back() {
        for (path, xml) in [
            (
                ExtendedPath::tag(0x10F4, PropertyType::Boolean),
                "<t:ExtendedFieldURI PropertyTag=\"0x10f4\" PropertyType=\"Boolean\"/>",
            ),
            (
                ExtendedPath::id(PropertySet::COMMON, 0x8503, PropertyType::Boolean),
                "<t:ExtendedFieldURI DistinguishedPropertySetId=\"Common\" PropertyId=\"34051\" PropertyType=\"Boolean\"/>",
            ),
            (
                ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-mark", PropertyType::String),
                "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"omm-mark\" PropertyType=\"String\"/>",
            ),
            // A word that Exchange 2007 does not know.
            (
                ExtendedPath::id(PropertySet::TASK, 0x8104, PropertyType::SystemTimeArray),
                "<t:ExtendedFieldURI PropertySetId=\"00062003-0000-0000-c000-000000000046\" PropertyId=\"33028\" PropertyType=\"SystemTimeArray\"/>",
            ),
        ] {
            assert_eq!(written(|writer| path.write(writer)), xml);
            assert_eq!(ExtendedPath::read(&element(xml)), Some(path));
        }
    }

    #[test]
    fn spellings_of_servers() {
        for (attributes, name) in [
            ("PropertyTag='0X10F4'", Some(PropertyName::Tag(0x10F4))),
            ("PropertyTag='4340'", Some(PropertyName::Tag(0x10F4))),
            (
                "PropertySetId='{00062008-0000-0000-C000-000000000046}' PropertyId='0x8503'",
                Some(PropertyName::Id(PropertySet::COMMON, 0x8503)),
            ),
            (
                "DistinguishedPropertySetId='InternetHeaders' PropertyName='X-Spam'",
                Some(PropertyName::Word(PropertySet::INTERNET_HEADERS, "x-spam".into())),
            ),
            ("PropertyTag='0x10F40000'", None),
            ("PropertySetId='00062008' PropertyId='1'", None),
            ("PropertyId='1'", None),
            ("DistinguishedPropertySetId='Common'", None),
        ] {
            let path = ExtendedPath::read(&element(&format!(
                "<ExtendedFieldURI {attributes} PropertyType='Null'/>"
            )));
            assert_eq!(path.map(|path| path.name), name, "{attributes}");
        }
        assert_eq!(ExtendedPath::read(&element("<x PropertyTag='1' PropertyType='Colour'/>")), None);
    }
}
