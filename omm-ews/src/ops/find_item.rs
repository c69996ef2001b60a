//! FindItem ([MS-OXWSSRCH]): items of folders, page by page, all or those that are looked for.

use super::{FolderRef, Found, Item, Operation, Page, Restriction, Shape, SortOrder};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Asks for items of folders. Bodies, recipients and MIME are not shown here, whatever the shape.
#[derive(Clone, Debug)]
pub(crate) struct FindItem {
    /// In which ones.
    pub(crate) folders: Vec<FolderRef>,
    /// What they are shown with.
    pub(crate) shape: Shape,
    /// Which part of the list.
    pub(crate) page: Page,
    /// What must be true of them.
    pub(crate) restriction: Option<Restriction>,
    /// In what order; none: as the server likes.
    pub(crate) order: Vec<SortOrder>,
}

impl FindItem {
    /// All items of a folder, with their ids.
    pub(crate) fn all(folder: FolderRef, page: Page) -> Self {
        Self { folders: vec![folder], shape: Shape::id_only(), page, restriction: None, order: Vec::new() }
    }
}

impl Operation for FindItem {
    const NAME: &'static str = "FindItem";
    const WRITES: bool = false;
    type Answer = Batch<Found<Item>>;

    fn write(&self, writer: &mut Writer, version: Version) {
        // Those that one sees: neither what programs keep for themselves nor what was deleted.
        writer.element_with("m:FindItem", &[("Traversal", "Shallow")], |writer| {
            self.shape.write("m:ItemShape", writer, version);
            self.page.write("m:IndexedPageItemView", writer);
            if let Some(restriction) = &self.restriction {
                restriction.write(writer);
            }
            SortOrder::write(&self.order, writer);
            writer.element("m:ParentFolderIds", |writer| {
                self.folders.iter().for_each(|folder| folder.write(writer));
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.folders.len(), |message| {
            Found::read(message, "Items", self.page, Item::read)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        FieldPath, OMM_MARK,
        trial::{answered, good, request},
    };

    #[test]
    fn the_request() {
        let plain = FindItem::all(FolderRef::distinguished("inbox", None), Page { offset: 5, most: 10 });
        let found = FindItem {
            restriction: Some(Restriction::IsEqualTo(OMM_MARK.into(), "x".to_owned())),
            order: vec![SortOrder { path: FieldPath::Field("item:Size"), descending: false }],
            shape: Shape::id_only().with([FieldPath::Field("item:Size")]),
            ..plain.clone()
        };
        let frame = |additional, restriction| {
            format!(
                "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>{additional}\
                 </m:ItemShape><m:IndexedPageItemView MaxEntriesReturned=\"10\" Offset=\"5\" BasePoint=\"Beginning\"/>\
                 {restriction}<m:ParentFolderIds><t:DistinguishedFolderId Id=\"inbox\"/></m:ParentFolderIds></m:FindItem>"
            )
        };
        assert_eq!(request(&plain), frame("", ""));
        let size = "<t:FieldURI FieldURI=\"item:Size\"/>";
        assert_eq!(
            request(&found),
            frame(
                &format!("<t:AdditionalProperties>{size}</t:AdditionalProperties>"),
                &format!(
                    "<m:Restriction><t:IsEqualTo><t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" \
                     PropertyName=\"omm-mark\" PropertyType=\"String\"/><t:FieldURIOrConstant><t:Constant Value=\"x\"/>\
                     </t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:SortOrder><t:FieldOrder \
                     Order=\"Ascending\">{size}</t:FieldOrder></m:SortOrder>"
                )
            )
        );
    }

    #[test]
    fn the_answer() {
        let find = FindItem::all(FolderRef::distinguished("inbox", None), Page::first(2));
        let item = |id| format!("<t:Message><t:ItemId Id='{id}' ChangeKey='k'/></t:Message>");
        let plain = format!("<t:Items>{}{}</t:Items>", item("a"), item("b"));
        let group = |id| {
            format!(
                "<t:GroupedItems><t:GroupIndex>g</t:GroupIndex><t:Items>{}</t:Items></t:GroupedItems>",
                item(id)
            )
        };
        let grouped = format!("<t:Groups>{}{}</t:Groups>", group("a"), group("b"));
        for list in [plain, grouped] {
            let root = format!(
                "<m:RootFolder IncludesLastItemInRange='false' TotalItemsInView='3'>{list}</m:RootFolder>"
            );
            let found = answered(&find, &good(&root)).expect("an answer").only().expect("items");
            let ids: Vec<&str> = found.entries.iter().map(|item| item.id.id.as_str()).collect();
            assert_eq!((ids, found.next, found.total), (vec!["a", "b"], Some(2), Some(3)));
        }
        let none =
            "<m:RootFolder TotalItemsInView='0' IncludesLastItemInRange='true'><t:Items/></m:RootFolder>";
        let found = answered(&find, &good(none)).expect("an answer").only().expect("items");
        assert_eq!((found.entries.len(), found.next), (0, None));
    }
}
