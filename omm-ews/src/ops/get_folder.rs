//! GetFolder ([MS-OXWSFOLD] §3.1.4.6): whether folders are there, and what they hold.

use super::{Base, CHANGED, EwsFolder, FolderRef, FolderShape, Operation};
use crate::{
    soap::{Refusal, Unreadable, Version, messages},
    xml::{Element, Writer},
};

/// Asks for folders.
#[derive(Clone, Debug)]
pub(crate) struct GetFolder {
    /// Which ones.
    pub(crate) folders: Vec<FolderRef>,
}

impl Operation for GetFolder {
    const NAME: &'static str = "GetFolder";
    const WRITES: bool = false;
    type Answer = Vec<Result<EwsFolder, Refusal>>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:GetFolder", |writer| {
            FolderShape::new(Base::Default).with([CHANGED.into()]).write(writer);
            writer.element("m:FolderIds", |writer| {
                for folder in &self.folders {
                    folder.write(writer);
                }
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        messages(answer, |message| {
            let folders = message.child("Folders").ok_or_else(|| Unreadable::without("Folders"))?;
            let folder = folders.children.first().ok_or_else(|| Unreadable::without("folder in Folders"))?;
            EwsFolder::read(folder)
        })
    }
}
