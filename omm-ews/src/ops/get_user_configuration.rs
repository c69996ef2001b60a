//! GetUserConfiguration ([MS-OXWSUSRCFG]): what programs keep in a folder for themselves, such as the colours of
//! categories; since 2010.

use super::{FolderRef, Operation};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Asks for what a program keeps, as XML.
#[derive(Clone, Debug)]
pub(crate) struct GetUserConfiguration {
    /// What it is called: `CategoryList`.
    pub(crate) name: &'static str,
    /// In which folder: for categories the calendar.
    pub(crate) folder: FolderRef,
}

/// What a program keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserConfiguration {
    /// Its XML, if there is any: a document of its own.
    pub(crate) xml: Option<Vec<u8>>,
}

impl GetUserConfiguration {
    /// The categories of a mailbox, with their colours.
    pub(crate) fn categories(mailbox: Option<&str>) -> Self {
        Self { name: "CategoryList", folder: FolderRef::distinguished("calendar", mailbox) }
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
            writer.text("m:UserConfigurationProperties", "XmlData");
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
            Ok(UserConfiguration { xml: xml.transpose()? })
        })
    }
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
        let none = answered(&operation, &bad("ErrorItemNotFound")).expect("an answer");
        assert_eq!(none.expect_err("a refusal").code.as_str(), "ErrorItemNotFound");
    }
}
