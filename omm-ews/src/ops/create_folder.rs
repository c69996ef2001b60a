//! CreateFolder ([MS-OXWSFOLD]): makes folders.

use super::{FolderId, FolderRef, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Makes folders in another.
#[derive(Clone, Debug)]
pub(crate) struct CreateFolder {
    /// In which one.
    pub(crate) parent: FolderRef,
    /// The folders.
    pub(crate) folders: Vec<NewFolder>,
}

/// A folder to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewFolder {
    /// Its name.
    pub(crate) name: String,
    /// What is kept in it: `IPF.Note`, `IPF.Appointment` …
    pub(crate) class: &'static str,
}

impl NewFolder {
    /// The element that the class wants: a server refuses others, and gives the element's class where none is said.
    fn element(&self) -> &'static str {
        match self.class {
            "IPF.Appointment" => "t:CalendarFolder",
            "IPF.Contact" => "t:ContactsFolder",
            "IPF.Task" => "t:TasksFolder",
            _ => "t:Folder",
        }
    }
}

impl Operation for CreateFolder {
    const NAME: &'static str = "CreateFolder";
    const WRITES: bool = true;
    /// One that is there already is refused with `ErrorFolderExists`.
    type Answer = Batch<FolderId>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:CreateFolder", |writer| {
            writer.element("m:ParentFolderId", |writer| self.parent.write(writer));
            writer.element("m:Folders", |writer| {
                for folder in &self.folders {
                    writer.element(folder.element(), |writer| {
                        writer.text("t:FolderClass", folder.class);
                        writer.text("t:DisplayName", &folder.name);
                    });
                }
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.folders.len(), |message| {
            let list = message.child("Folders").ok_or_else(|| Unreadable::without("Folders"))?;
            let made = list.children.first().ok_or_else(|| Unreadable::without("folder in Folders"))?;
            FolderId::of(made, "FolderId")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    #[test]
    fn the_request() {
        for (class, element) in [
            ("IPF.Note", "t:Folder"),
            ("IPF.Appointment", "t:CalendarFolder"),
            ("IPF.Contact", "t:ContactsFolder"),
            ("IPF.Task", "t:TasksFolder"),
            ("IPF.StickyNote", "t:Folder"),
        ] {
            let folders = vec![NewFolder { name: "A & B".to_owned(), class }];
            let operation = CreateFolder { parent: FolderRef::distinguished("msgfolderroot", None), folders };
            assert_eq!(
                request(&operation),
                format!(
                    "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ParentFolderId>\
                     <m:Folders><{element}><t:FolderClass>{class}</t:FolderClass><t:DisplayName>A &amp; B</t:DisplayName>\
                     </{element}></m:Folders></m:CreateFolder>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let folder = NewFolder { name: "A".to_owned(), class: "IPF.Note" };
        let parent = FolderRef::distinguished("msgfolderroot", None);
        let operation = CreateFolder { parent, folders: vec![folder.clone(), folder.clone(), folder] };
        let made = "<m:Folders><t:Folder><t:FolderId Id='a' ChangeKey='k'/></t:Folder></m:Folders>";
        let messages = [good(made), bad("ErrorFolderExists"), good("<m:Folders/>")].concat();
        let batch = answered(&operation, &messages).expect("an answer");
        let [Ok(id), Err(_), Err(_)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!(id.id, "a");
    }
}
