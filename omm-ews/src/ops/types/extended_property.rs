//! Properties of MAPI with their values ([MS-OXWSXPROP] ExtendedPropertyType).

use super::{ExtendedPath, Moment, PropertyName};
use crate::xml::{Element, Writer};
use base64::{Engine, engine::general_purpose::STANDARD};

/// A property of MAPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExtendedProperty {
    /// Which one.
    pub(crate) path: ExtendedPath,
    /// What it is.
    pub(crate) value: PropertyValue,
}

/// A value as it stands in XML: bytes in base64, times as in XML Schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PropertyValue {
    /// One.
    One(String),
    /// Several, of a type whose word ends with Array.
    Many(Vec<String>),
}

impl ExtendedProperty {
    /// With one value, in the form of its type.
    pub(crate) fn one(path: ExtendedPath, value: impl Into<String>) -> Self {
        Self { path, value: PropertyValue::One(value.into()) }
    }

    /// With several.
    pub(crate) fn many(path: ExtendedPath, values: impl IntoIterator<Item = String>) -> Self {
        Self { path, value: PropertyValue::Many(values.into_iter().collect()) }
    }

    /// With bytes.
    pub(crate) fn bytes(path: ExtendedPath, bytes: &[u8]) -> Self {
        Self::one(path, STANDARD.encode(bytes))
    }

    /// Writes `<t:ExtendedProperty>…`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.element("t:ExtendedProperty", |writer| {
            self.path.write(writer);
            match &self.value {
                PropertyValue::One(value) => writer.text("t:Value", value),
                PropertyValue::Many(values) => writer.element("t:Values", |writer| {
                    values.iter().for_each(|value| writer.text("t:Value", value));
                }),
            }
        });
    }

    /// Those that an item or a folder has. One whose name or type nobody knows is left out.
    pub(crate) fn all(element: &Element) -> impl Iterator<Item = Self> {
        element.all("ExtendedProperty").filter_map(Self::read)
    }

    /// The one with this name.
    pub(crate) fn find(element: &Element, name: &PropertyName) -> Option<Self> {
        Self::all(element).find(|property| property.path.name == *name)
    }

    /// Its only or first value.
    pub(crate) fn text(&self) -> Option<&str> {
        self.texts().first().map(String::as_str)
    }

    /// Its values.
    pub(crate) fn texts(&self) -> &[String] {
        match &self.value {
            PropertyValue::One(value) => std::slice::from_ref(value),
            PropertyValue::Many(values) => values,
        }
    }

    /// As a truth.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        boolean(self.text()?)
    }

    /// As a number.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        self.text()?.trim().parse().ok()
    }

    /// As bytes.
    pub(crate) fn as_bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.text()?.trim()).ok()
    }

    /// As a time.
    pub(crate) fn as_moment(&self) -> Option<Moment> {
        Moment::read(self.text()?)
    }

    fn read(element: &Element) -> Option<Self> {
        let path = ExtendedPath::read(element.child("ExtendedFieldURI")?)?;
        let value = match (element.child("Value"), element.child("Values")) {
            (_, Some(values)) => {
                PropertyValue::Many(values.all("Value").map(|value| value.raw_text.clone()).collect())
            }
            (Some(value), None) => PropertyValue::One(value.raw_text.clone()),
            (None, None) => return None,
        };
        Some(Self { path, value })
    }
}

/// A truth of XML Schema, whatever its case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        HIDDEN, OMM_MARK, PropertySet, PropertyType,
        trial::{element, written},
    };

    #[test]
    fn what_is_written_is_read() {
        let keywords = ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "Keywords", PropertyType::StringArray);
        for (property, xml) in [
            (ExtendedProperty::one(OMM_MARK, " a&b "), "<t:Value> a&amp;b </t:Value>"),
            (
                ExtendedProperty::many(keywords.clone(), ["a".to_owned(), "b".to_owned()]),
                "<t:Values><t:Value>a</t:Value><t:Value>b</t:Value></t:Values>",
            ),
            (ExtendedProperty::many(keywords, []), "<t:Values></t:Values>"),
        ] {
            let text = written(|writer| property.write(writer));
            assert!(text.contains(xml), "{text}");
            let item = element(&format!("<t:Message>{text}</t:Message>"));
            assert_eq!(ExtendedProperty::find(&item, &property.path.name), Some(property));
        }
    }

    #[test]
    fn values_by_type() {
        let of = |value: &str| ExtendedProperty::one(HIDDEN, value);
        assert_eq!(
            [of(" True").as_bool(), of("0").as_bool(), of("yes").as_bool()],
            [Some(true), Some(false), None]
        );
        assert_eq!([of("-1").as_integer(), of("").as_integer()], [Some(-1), None]);
        assert_eq!(of(" AQI= ").as_bytes(), Some(vec![1, 2]));
        assert!(of("2020-09-10T14:15:11.1234567Z").as_moment().is_some());
        assert_eq!(ExtendedProperty::bytes(HIDDEN, &[1, 2]), of("AQI="));
    }

    #[test]
    fn what_nobody_knows_is_left_out() {
        let item = element(
            "<Message><ExtendedProperty><ExtendedFieldURI PropertyTag='1' PropertyType='Colour'/><Value>1</Value>\
             </ExtendedProperty><ExtendedProperty/><ExtendedProperty><ExtendedFieldURI PropertyTag='0x10f4' \
             PropertyType='Boolean'/><Value>true</Value></ExtendedProperty></Message>",
        );
        let found: Vec<_> = ExtendedProperty::all(&item).collect();
        assert_eq!(found, [ExtendedProperty::one(HIDDEN, "true")]);
    }
}
