//! Extended properties: those of MAPI, by tag or by name.

use crate::ews::xml::Element;

/// How a property is called. The same property has one name, however it was written: well-known sets are their GUIDs,
/// tags are numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PropertyName {
    /// The number of one that has no set.
    pub tag: Option<u16>,
    /// The set of a named one, a GUID in small letters.
    pub set: Option<String>,
    /// The number in the set.
    pub id: Option<i64>,
    /// The name in the set.
    pub name: Option<String>,
    /// The type of its values, as EWS calls it: `String`, `StringArray`.
    pub kind: String,
}

/// A property with its values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property {
    /// Its name.
    pub name: PropertyName,
    /// One value; several of one whose type ends in `Array`.
    pub values: Vec<String>,
}

/// The GUIDs of the well-known sets ([MS-OXPROPS] names them).
const SETS: [(&str, &str); 11] = [
    ("Meeting", "6ed8da90-450b-101b-98da-00aa003f1305"),
    ("Appointment", "00062002-0000-0000-c000-000000000046"),
    ("Common", "00062008-0000-0000-c000-000000000046"),
    ("PublicStrings", "00020329-0000-0000-c000-000000000046"),
    ("Address", "00062004-0000-0000-c000-000000000046"),
    ("InternetHeaders", "00020386-0000-0000-c000-000000000046"),
    ("CalendarAssistant", "11000e07-b51b-40d6-af21-caa85edab1d0"),
    ("UnifiedMessaging", "4442858e-a9e3-4e80-b900-317a210cc15b"),
    ("Task", "00062003-0000-0000-c000-000000000046"),
    ("Sharing", "00062040-0000-0000-c000-000000000046"),
    ("Log", "0006200a-0000-0000-c000-000000000046"),
];

impl PropertyName {
    /// One with a tag.
    pub fn tagged(tag: u16, kind: &str) -> Self {
        Self { tag: Some(tag), set: None, id: None, name: None, kind: kind.to_owned() }
    }

    /// One with a name in a set: a GUID, or a well-known set's name.
    pub fn named(set: &str, name: &str, kind: &str) -> Self {
        Self { tag: None, set: Some(guid(set)), id: None, name: Some(name.to_owned()), kind: kind.to_owned() }
    }

    /// One with a number in a set: a GUID, or a well-known set's name.
    pub fn numbered(set: &str, id: i64, kind: &str) -> Self {
        Self { tag: None, set: Some(guid(set)), id: Some(id), name: None, kind: kind.to_owned() }
    }

    /// Of an ExtendedFieldURI; nothing when it is none that the schema or the server allows.
    pub(in crate::ews) fn read(element: &Element) -> Option<Self> {
        let kind = element.attribute("PropertyType")?;
        if let Some(tag) = element.attribute("PropertyTag") {
            let tag = match tag.strip_prefix("0x").or_else(|| tag.strip_prefix("0X")) {
                Some(digits) => u16::from_str_radix(digits, 16).ok()?,
                None => tag.parse().ok()?,
            };
            // Tags from 0x8000 on are another property in every mailbox.
            return (tag < 0x8000).then(|| Self::tagged(tag, kind));
        }
        let set =
            element.attribute("DistinguishedPropertySetId").or_else(|| element.attribute("PropertySetId"))?;
        match (element.attribute("PropertyName"), element.attribute("PropertyId")) {
            (Some(name), None) => Some(Self::named(set, name, kind)),
            (None, Some(id)) => Some(Self::numbered(set, id.parse().ok()?, kind)),
            _ => None,
        }
    }

    /// As an ExtendedFieldURI.
    pub(in crate::ews) fn element(&self) -> Element {
        let mut element = Element::new("ExtendedFieldURI");
        if let Some(tag) = self.tag {
            element = element.with("PropertyTag", format!("0x{tag:x}"));
        }
        if let Some(set) = &self.set {
            // Seen: Exchange writes the well-known name where there is one.
            element = match SETS.iter().find(|(_, guid)| guid == set) {
                Some((name, _)) if !matches!(*name, "Log") => {
                    element.with("DistinguishedPropertySetId", *name)
                }
                _ => element.with("PropertySetId", set.clone()),
            };
        }
        if let Some(name) = &self.name {
            element = element.with("PropertyName", name.clone());
        }
        if let Some(id) = self.id {
            element = element.with("PropertyId", id.to_string());
        }
        element.with("PropertyType", self.kind.clone())
    }

    /// Whether it has several values.
    pub(in crate::ews) fn is_array(&self) -> bool {
        self.kind.ends_with("Array")
    }
}

impl Property {
    /// With one value.
    pub fn new(name: PropertyName, value: impl Into<String>) -> Self {
        Self { name, values: vec![value.into()] }
    }

    /// Of an ExtendedProperty element.
    pub(in crate::ews) fn read(element: &Element) -> Option<Self> {
        let name = PropertyName::read(element.child("ExtendedFieldURI")?)?;
        let values = match element.child("Values") {
            Some(values) => values.all("Value").map(|value| value.text.clone()).collect(),
            None => vec![element.child("Value")?.text.clone()],
        };
        Some(Self { name, values })
    }

    /// As an ExtendedProperty element.
    pub(in crate::ews) fn element(&self) -> Element {
        let value = |text: &String| Element::text("Value", text.clone());
        let element = Element::new("ExtendedProperty").holding(self.name.element());
        match self.name.is_array() {
            true => element.holding(Element::new("Values").holding_all(self.values.iter().map(value))),
            false => element.holding_all(self.values.iter().take(1).map(value)),
        }
    }
}

/// The element that shows the same as a property with this tag.
pub(in crate::ews) fn mirrored(tag: u16) -> Option<&'static str> {
    Some(match tag {
        0x001A => "ItemClass",
        0x0037 => "Subject",
        0x0017 => "Importance",
        0x0036 => "Sensitivity",
        0x0039 => "DateTimeSent",
        0x0E06 => "DateTimeReceived",
        0x1035 => "InternetMessageId",
        0x1042 => "InReplyTo",
        0x1039 => "References",
        0x1090 => "Flag",
        0x3007 => "DateTimeCreated",
        _ => return None,
    })
}

fn guid(set: &str) -> String {
    let known = SETS.iter().find(|(name, _)| *name == set).map(|(_, guid)| (*guid).to_owned());
    known.unwrap_or_else(|| set.trim_matches(['{', '}']).to_ascii_lowercase())
}
