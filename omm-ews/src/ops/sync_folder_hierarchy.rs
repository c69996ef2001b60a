//! SyncFolderHierarchy ([MS-OXWSSYNC]): what has changed among the folders since a state of them.

use super::{EwsFolder, FolderId, FolderRef, FolderShape, Operation, Synced};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// Asks for what has changed among the folders.
#[derive(Clone, Debug)]
pub(crate) struct SyncFolderHierarchy {
    /// What they are shown with.
    pub(crate) shape: FolderShape,
    /// Below which one; none: in the whole mailbox.
    pub(crate) below: Option<FolderRef>,
    /// Since when; none: since ever, so that all folders are new.
    pub(crate) state: Option<String>,
}

/// A change of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FolderChange {
    /// It is new.
    Create(EwsFolder),
    /// It, or what is in it, was changed.
    Update(EwsFolder),
    /// It is gone.
    Delete(FolderId),
    /// Something that nobody here has heard of.
    Unknown(String),
}

impl Operation for SyncFolderHierarchy {
    const NAME: &'static str = "SyncFolderHierarchy";
    const WRITES: bool = false;
    type Answer = Result<Synced<FolderChange>, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:SyncFolderHierarchy", |writer| {
            self.shape.write(writer);
            if let Some(below) = &self.below {
                writer.element("m:SyncFolderId", |writer| below.write(writer));
            }
            writer.optional("m:SyncState", self.state.as_deref());
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, |message| Synced::read(message, "IncludesLastFolderInRange", FolderChange::read))
    }
}

impl FolderChange {
    fn read(change: &Element) -> Result<Self, Unreadable> {
        let folder = || {
            let folder = change.children.first().ok_or_else(|| Unreadable::without("folder in a change"))?;
            EwsFolder::read(folder)
        };
        Ok(match change.name.as_str() {
            "Create" => Self::Create(folder()?),
            "Update" => Self::Update(folder()?),
            "Delete" => Self::Delete(FolderId::of(change, "FolderId")?),
            other => Self::Unknown(other.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        Base,
        trial::{answered, good, request},
    };

    fn sync(state: Option<&str>, below: Option<FolderRef>) -> SyncFolderHierarchy {
        SyncFolderHierarchy { shape: FolderShape::new(Base::IdOnly), below, state: state.map(str::to_owned) }
    }

    #[test]
    fn the_request() {
        let shape = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>";
        for (operation, inside) in [
            (sync(None, None), String::new()),
            (
                sync(Some("s"), Some(FolderRef::distinguished("msgfolderroot", None))),
                "<m:SyncFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:SyncFolderId><m:SyncState>s</m:SyncState>"
                    .to_owned(),
            ),
        ] {
            let xml = format!("<m:SyncFolderHierarchy>{shape}{inside}</m:SyncFolderHierarchy>");
            assert_eq!(request(&operation), xml);
        }
    }

    #[test]
    fn the_answer() {
        let folder = "<t:Folder><t:FolderId Id='a'/><t:DisplayName>A</t:DisplayName></t:Folder>";
        let page = format!(
            "<m:SyncState>s</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes>\
             <t:Create>{folder}</t:Create><t:Update>{folder}</t:Update><t:Delete><t:FolderId Id='b'/></t:Delete><t:New/>\
             </m:Changes>"
        );
        let synced = answered(&sync(None, None), &good(&page)).expect("an answer").expect("changes");
        assert!(!synced.more);
        match &synced.changes[..] {
            [
                FolderChange::Create(a),
                FolderChange::Update(b),
                FolderChange::Delete(c),
                FolderChange::Unknown(d),
            ] => {
                assert_eq!(
                    (a.name.as_str(), b.name.as_str(), c.id.as_str(), d.as_str()),
                    ("A", "A", "b", "New")
                );
            }
            changes => panic!("{changes:?}"),
        }
        assert!(
            answered(&sync(None, None), &good("<SyncState>s</SyncState><Changes><Create/></Changes>"))
                .is_err()
        );
    }
}
