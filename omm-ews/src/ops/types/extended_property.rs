//! Values of properties of MAPI, as they stand in items and folders: bytes in base64, times as in XML Schema
//! ([MS-OXWSXPROP] ExtendedPropertyType).

use super::{ExtendedPath, Moment};
use crate::xml::{Element, Writer};
use base64::{Engine, engine::general_purpose::STANDARD};

/// No list is read beyond this.
const MOST: usize = 10_000;

impl ExtendedPath {
    /// Writes the property with a value, in the form of its type.
    pub(crate) fn write_value(self, value: &str, writer: &mut Writer) {
        writer.element("t:ExtendedProperty", |writer| {
            self.write(writer);
            writer.text("t:Value", value);
        });
    }

    /// Its text, blanks at its ends included; nothing if it is not there or says nothing.
    pub(crate) fn text(self, of: &Element) -> Option<String> {
        let value = &self.find(of)?.child("Value")?.raw_text;
        (!value.trim().is_empty()).then(|| value.clone())
    }

    /// Its texts, blanks around them left out; those that say nothing are none.
    pub(crate) fn texts(self, of: &Element) -> Vec<String> {
        let Some(found) = self.find(of) else { return Vec::new() };
        let values = found.child("Values").unwrap_or(found);
        let texts = values.all("Value").map(|value| value.text().to_owned());
        texts.filter(|text| !text.is_empty()).take(MOST).collect()
    }

    /// Its number.
    pub(crate) fn number(self, of: &Element) -> Option<i64> {
        self.find(of)?.text_of("Value")?.parse().ok()
    }

    /// Whether it is there and true.
    pub(crate) fn is(self, of: &Element) -> bool {
        self.find(of).and_then(|found| found.text_of("Value")).and_then(boolean).unwrap_or(false)
    }

    /// Its bytes.
    pub(crate) fn bytes(self, of: &Element) -> Option<Vec<u8>> {
        bytes(self.find(of)?.text_of("Value")?)
    }

    /// Its time.
    pub(crate) fn moment(self, of: &Element) -> Option<Moment> {
        Moment::read(self.find(of)?.text_of("Value")?)
    }

    fn find(self, of: &Element) -> Option<&Element> {
        let is_it =
            |found: &&Element| found.child("ExtendedFieldURI").is_some_and(|path| self.is_named_by(path));
        of.all("ExtendedProperty").find(is_it)
    }
}

/// A truth of XML Schema, whatever its case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Bytes in base64, which a server may break into lines.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        HIDDEN, OMM_MARK, PropertySet, PropertyType,
        trial::{element, written},
    };

    const KEYWORDS: ExtendedPath =
        ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "Keywords", PropertyType::StringArray);

    fn with(path: ExtendedPath, value: &str) -> Element {
        let path = written(|writer| path.write(writer));
        element(&format!("<Message><t:ExtendedProperty>{path}{value}</t:ExtendedProperty></Message>"))
    }

    #[test]
    fn what_is_written_is_read() {
        let text = written(|writer| OMM_MARK.write_value(" a&b ", writer));
        assert!(text.contains("<t:Value> a&amp;b </t:Value>"), "{text}");
        let item = element(&format!("<t:Message>{text}</t:Message>"));
        assert_eq!((OMM_MARK.text(&item).as_deref(), KEYWORDS.text(&item)), (Some(" a&b "), None));
    }

    #[test]
    fn values_by_type() {
        let of = |value: &str| with(HIDDEN, &format!("<t:Value>{value}</t:Value>"));
        let is = |value: &str| HIDDEN.is(&of(value));
        assert_eq!([is(" True"), is("1"), is("0"), is("yes"), is("")], [true, true, false, false, false]);
        assert_eq!([HIDDEN.number(&of(" -1 ")), HIDDEN.number(&of(""))], [Some(-1), None]);
        assert_eq!([HIDDEN.bytes(&of(" AQ\nI= ")), HIDDEN.bytes(&of("A"))], [Some(vec![1, 2]), None]);
        assert!(HIDDEN.moment(&of("2020-09-10T14:15:11.1234567Z")).is_some());
        assert_eq!(HIDDEN.text(&of(" ")), None);
    }

    #[test]
    fn lists() {
        for (values, texts) in [
            ("<t:Values><t:Value> a </t:Value><t:Value/><t:Value>b</t:Value></t:Values>", &["a", "b"][..]),
            ("<t:Values></t:Values>", &[]),
            ("<t:Value>1</t:Value>", &["1"]),
            ("", &[]),
        ] {
            assert_eq!(KEYWORDS.texts(&with(KEYWORDS, values)), texts, "{values}");
        }
    }

    #[test]
    fn what_nobody_knows_is_left_out() {
        let item = element(
            "<Message><ExtendedProperty><ExtendedFieldURI PropertyTag='1' PropertyType='Colour'/><Value>1</Value>\
             </ExtendedProperty><ExtendedProperty/><ExtendedProperty><ExtendedFieldURI PropertyTag='0x10f4' \
             PropertyType='Boolean'/><Value>true</Value></ExtendedProperty></Message>",
        );
        assert!(HIDDEN.is(&item));
    }
}
