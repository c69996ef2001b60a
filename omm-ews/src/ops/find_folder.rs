//! FindFolder ([MS-OXWSSRCH]): the folders below others.

use super::{EwsFolder, FolderRef, FolderShape, Found, Operation, Page};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Asks for folders below others.
#[derive(Clone, Debug)]
pub(crate) struct FindFolder {
    /// Below which ones. Exchange wants to be asked for those of the archive and of public folders separately.
    pub(crate) below: Vec<FolderRef>,
    /// Whether those below those as well. Public folders are shown level by level only.
    pub(crate) deep: bool,
    /// What they are shown with.
    pub(crate) shape: FolderShape,
    /// Which part of the list.
    pub(crate) page: Page,
}

impl Operation for FindFolder {
    const NAME: &'static str = "FindFolder";
    const WRITES: bool = false;
    type Answer = Batch<Found<EwsFolder>>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        let traversal = if self.deep { "Deep" } else { "Shallow" };
        writer.element_with("m:FindFolder", &[("Traversal", traversal)], |writer| {
            self.shape.write(writer);
            self.page.write("m:IndexedPageFolderView", writer);
            writer.element("m:ParentFolderIds", |writer| {
                self.below.iter().for_each(|folder| folder.write(writer));
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.below.len(), |message| {
            Found::read(message, "Folders", self.page, EwsFolder::read)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        Base, HIDDEN,
        trial::{answered, bad, good, request},
    };

    fn find(deep: bool) -> FindFolder {
        FindFolder {
            below: vec![FolderRef::distinguished("msgfolderroot", Some("a@b.example"))],
            deep,
            shape: FolderShape::new(Base::Default).with([HIDDEN.into()]),
            page: Page::first(100),
        }
    }

    #[test]
    fn the_request() {
        for (deep, traversal) in [(true, "Deep"), (false, "Shallow")] {
            assert_eq!(
                request(&find(deep)),
                format!(
                    "<m:FindFolder Traversal=\"{traversal}\"><m:FolderShape><t:BaseShape>Default</t:BaseShape>\
                     <t:AdditionalProperties><t:ExtendedFieldURI PropertyTag=\"0x10f4\" PropertyType=\"Boolean\"/>\
                     </t:AdditionalProperties></m:FolderShape><m:IndexedPageFolderView MaxEntriesReturned=\"100\" \
                     Offset=\"0\" BasePoint=\"Beginning\"/><m:ParentFolderIds><t:DistinguishedFolderId \
                     Id=\"msgfolderroot\"><t:Mailbox><t:EmailAddress>a@b.example</t:EmailAddress></t:Mailbox>\
                     </t:DistinguishedFolderId></m:ParentFolderIds></m:FindFolder>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let folders = "<m:RootFolder TotalItemsInView='9' IndexedPagingOffset='2' IncludesLastItemInRange='false'>\
            <t:Folders><t:Folder><t:FolderId Id='1'/><t:ParentFolderId Id='0'/><t:FolderClass>IPF.Note</t:FolderClass>\
            <t:DisplayName> A </t:DisplayName><t:TotalCount>3</t:TotalCount><t:ExtendedProperty><t:ExtendedFieldURI \
            PropertyTag='0x10f4' PropertyType='Boolean'/><t:Value>true</t:Value></t:ExtendedProperty></t:Folder>\
            <t:CalendarFolder><t:FolderId Id='2'/></t:CalendarFolder></t:Folders></m:RootFolder>";
        let found = answered(&find(true), &good(folders)).expect("an answer").only().expect("folders");
        assert_eq!((found.next, found.total), (Some(2), Some(9)));
        let [first, second] = &found.entries[..] else { panic!("{found:?}") };
        assert_eq!((first.name.as_str(), first.items, first.is_hidden), (" A ", Some(3), true));
        assert_eq!(
            (second.element.as_str(), second.class.as_deref(), second.is_hidden),
            ("CalendarFolder", None, false)
        );
        for broken in [
            bad("ErrorAccessDenied"),
            good(""),
            good("<m:RootFolder><t:Folders><t:Folder/></t:Folders></m:RootFolder>"),
        ] {
            assert!(answered(&find(true), &broken).expect("an answer").only().is_err(), "{broken}");
        }
    }
}
