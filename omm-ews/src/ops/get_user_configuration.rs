//! GetUserConfiguration ([MS-OXWSUSRCFG]): what programs keep in a folder for themselves, such as the colours of
//! categories; since 2010.

use super::{FolderRef, Operation};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// No dictionary has more entries.
const MOST: usize = 1_000;

/// Asks for what a program keeps.
#[derive(Clone, Debug)]
pub(crate) struct GetUserConfiguration {
    /// What it is called: `CategoryList`.
    name: &'static str,
    /// In which folder: for categories the calendar.
    folder: FolderRef,
    /// In which form: `XmlData`, `Dictionary`.
    form: &'static str,
}

/// What a program keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserConfiguration {
    /// Its XML, if there is any: a document of its own.
    pub(crate) xml: Option<Vec<u8>>,
    /// Its settings by their names, those with texts.
    pub(crate) settings: Vec<(String, String)>,
}

impl GetUserConfiguration {
    /// The categories of a mailbox, with their colours.
    pub(crate) fn categories(mailbox: Option<&str>) -> Self {
        let folder = FolderRef::distinguished("calendar", mailbox);
        Self { name: "CategoryList", folder, form: "XmlData" }
    }

    /// What somebody chose in Outlook on the web; the zone, for one.
    pub(crate) fn web_options(mailbox: Option<&str>) -> Self {
        let folder = FolderRef::distinguished("root", mailbox);
        Self { name: "OWA.UserOptions", folder, form: "Dictionary" }
    }
}

impl UserConfiguration {
    /// What a setting is set to.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Operation for GetUserConfiguration {
    const NAME: &'static str = "GetUserConfiguration";
    const WRITES: bool = false;
    type Answer = Result<UserConfiguration, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:GetUserConfiguration", |writer| {
            writer.element_with("m:UserConfigurationName", &[("Name", self.name)], |writer| {
                self.folder.write(writer);
            });
            writer.text("m:UserConfigurationProperties", self.form);
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, |message| {
            let kept = message.child("UserConfiguration");
            let kept = kept.ok_or_else(|| Unreadable::without("UserConfiguration"))?;
            let xml = kept.text_of("XmlData").map(|text| {
                let letters: String = text.split_ascii_whitespace().collect();
                STANDARD
                    .decode(letters)
                    .map_err(|_| Unreadable("the answer's XmlData is no base64".to_owned()))
            });
            let dictionary = kept.child("Dictionary").into_iter().flat_map(|all| all.all("DictionaryEntry"));
            let settings = dictionary.take(MOST).filter_map(setting).collect();
            Ok(UserConfiguration { xml: xml.transpose()?, settings })
        })
    }
}

/// An entry whose value is a text; of several the first.
fn setting(entry: &Element) -> Option<(String, String)> {
    let text = |part: &str| Some(entry.child(part)?.text_of("Value")?.to_owned());
    Some((text("DictionaryKey")?, text("DictionaryValue")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    #[test]
    fn the_request() {
        assert_eq!(
            request(&GetUserConfiguration::categories(None)),
            "<m:GetUserConfiguration><m:UserConfigurationName Name=\"CategoryList\"><t:DistinguishedFolderId Id=\"calendar\"/>\
             </m:UserConfigurationName><m:UserConfigurationProperties>XmlData</m:UserConfigurationProperties>\
             </m:GetUserConfiguration>"
        );
        assert_eq!(
            request(&GetUserConfiguration::web_options(None)),
            "<m:GetUserConfiguration><m:UserConfigurationName Name=\"OWA.UserOptions\"><t:DistinguishedFolderId Id=\"root\"/>\
             </m:UserConfigurationName><m:UserConfigurationProperties>Dictionary</m:UserConfigurationProperties>\
             </m:GetUserConfiguration>"
        );
    }

    #[test]
    fn the_answer() {
        let operation = GetUserConfiguration::categories(None);
        for (inside, xml) in [
            (
                "<m:UserConfiguration><t:XmlData>PGEv\r\nPg==</t:XmlData></m:UserConfiguration>",
                Ok(Some(b"<a/>".to_vec())),
            ),
            ("<m:UserConfiguration><t:ItemId Id='a'/></m:UserConfiguration>", Ok(None)),
            ("<m:UserConfiguration><t:XmlData>?</t:XmlData></m:UserConfiguration>", Err(())),
            ("", Err(())),
        ] {
            let answer = answered(&operation, &good(inside)).map_err(|_| ());
            assert_eq!(answer.map(|kept| kept.expect("kept").xml), xml, "{inside}");
        }
        let dictionary = "<m:UserConfiguration><t:Dictionary><t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type>\
            <t:Value>timezone</t:Value></t:DictionaryKey><t:DictionaryValue><t:Type>String</t:Type><t:Value>UTC</t:Value>\
            </t:DictionaryValue></t:DictionaryEntry><t:DictionaryEntry/></t:Dictionary></m:UserConfiguration>";
        let kept = answered(&operation, &good(dictionary)).expect("an answer").expect("kept");
        assert_eq!((kept.setting("timezone"), kept.setting("theme")), (Some("UTC"), None));
        let none = answered(&operation, &bad("ErrorItemNotFound")).expect("an answer");
        assert_eq!(none.expect_err("a refusal").code.as_str(), "ErrorItemNotFound");
    }
}
