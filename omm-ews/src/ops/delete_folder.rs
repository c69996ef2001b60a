//! DeleteFolder ([MS-OXWSFOLD]): deletes folders so that they can be recovered. A server deletes what is in them as well,
//! so whoever asks has looked before: only what is empty, and ours.

use super::{FolderId, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Deletes folders, always softly.
#[derive(Clone, Debug)]
pub(crate) struct DeleteFolder {
    /// Which ones. Those that every mailbox has cannot be named here.
    pub(crate) folders: Vec<FolderId>,
}

impl Operation for DeleteFolder {
    const NAME: &'static str = "DeleteFolder";
    const WRITES: bool = true;
    type Answer = Batch<()>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element_with("m:DeleteFolder", &[("DeleteType", "SoftDelete")], |writer| {
            writer.element("m:FolderIds", |writer| {
                self.folders.iter().for_each(|folder| folder.write(writer));
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.folders.len(), |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    #[test]
    fn the_request_and_the_answer() {
        let id = |id: &str| FolderId { id: id.to_owned(), change_key: None };
        let operation = DeleteFolder { folders: vec![id("a"), id("b")] };
        assert_eq!(
            request(&operation),
            "<m:DeleteFolder DeleteType=\"SoftDelete\"><m:FolderIds><t:FolderId Id=\"a\"/><t:FolderId Id=\"b\"/>\
             </m:FolderIds></m:DeleteFolder>"
        );
        let batch = answered(&operation, &[bad("ErrorDeleteDistinguishedFolder"), good("")].concat());
        assert!(matches!(&batch.expect("an answer").answered[..], [Err(_), Ok(())]));
    }
}
