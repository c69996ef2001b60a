//! Folders as EWS shows them ([MS-OXWSFOLD]).

use super::{CHANGED, FolderId, HIDDEN, Moment, REPLICAS};
use crate::{
    soap::Unreadable,
    xml::{Element, Writer},
};

/// A folder that every mailbox has, by the name EWS gives it ([MS-OXWSFOLD] DistinguishedFolderIdNameType).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistinguishedFolder {
    /// Such as `msgfolderroot`.
    pub(crate) name: &'static str,
    /// Of whose mailbox; of one's own, or of the one who is impersonated, if none.
    pub(crate) mailbox: Option<String>,
}

/// Which folder is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FolderRef {
    /// One that every mailbox has.
    Distinguished(DistinguishedFolder),
    /// By its id.
    Id(FolderId),
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EwsFolder {
    /// What it is called.
    pub(crate) id: FolderId,
    /// In which one it lies; not said of the root.
    pub(crate) parent: Option<FolderId>,
    /// `IPF.Note` and such.
    pub(crate) class: Option<String>,
    /// Its name.
    pub(crate) name: String,
    /// What every mailbox has it for, as servers from 2013 on say it: `inbox`.
    pub(crate) distinguished: Option<String>,
    /// How many items are in it.
    pub(crate) items: Option<u64>,
    /// How many folders are right below.
    pub(crate) children: Option<u64>,
    /// The kind of element it was: `Folder`, `CalendarFolder`, `SearchFolder` …
    pub(crate) element: String,
    /// Whether nobody is shown it; known if [`HIDDEN`] was asked for.
    pub(crate) is_hidden: bool,
    /// In which mailbox the items of a public folder are, if [`REPLICAS`] was asked for.
    pub(crate) replicas: Option<Vec<u8>>,
    /// When an item in it was changed last, if [`CHANGED`] was asked for.
    pub(crate) changed: Option<Moment>,
}

impl FolderRef {
    /// A folder that every mailbox has.
    pub(crate) fn distinguished(name: &'static str, mailbox: Option<&str>) -> Self {
        Self::Distinguished(DistinguishedFolder { name, mailbox: mailbox.map(str::to_owned) })
    }

    /// Writes the id.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Id(id) => id.write(writer),
            Self::Distinguished(DistinguishedFolder { name, mailbox: None }) => {
                writer.empty("t:DistinguishedFolderId", &[("Id", name)]);
            }
            Self::Distinguished(DistinguishedFolder { name, mailbox: Some(mailbox) }) => {
                writer.element_with("t:DistinguishedFolderId", &[("Id", name)], |writer| {
                    writer.element("t:Mailbox", |writer| writer.text("t:EmailAddress", mailbox));
                });
            }
        }
    }
}

impl EwsFolder {
    /// Reads an element of `Folders`.
    ///
    /// # Errors
    /// If it has no id.
    pub(crate) fn read(element: &Element) -> Result<Self, Unreadable> {
        let number = |name| element.text_of(name).and_then(|text| text.parse().ok());
        let text = |name| element.text_of(name).map(str::to_owned);
        Ok(Self {
            id: FolderId::of(element, "FolderId")?,
            parent: FolderId::of(element, "ParentFolderId").ok(),
            class: text("FolderClass"),
            // Blanks at the ends of a name are part of it.
            name: element.child("DisplayName").map(|name| name.raw_text.clone()).unwrap_or_default(),
            distinguished: text("DistinguishedFolderId"),
            items: number("TotalCount"),
            children: number("ChildFolderCount"),
            element: element.name.clone(),
            is_hidden: HIDDEN.is(element),
            replicas: REPLICAS.bytes(element),
            changed: CHANGED.moment(element),
        })
    }
}
