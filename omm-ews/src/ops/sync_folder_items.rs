//! SyncFolderItems ([MS-OXWSSYNC]): what has changed in a folder since a state of it.

use super::{FolderRef, Operation, Shape, Synced};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// Asks for what has changed in a folder.
#[derive(Clone, Debug)]
pub(crate) struct SyncFolderItems {
    /// In which one.
    pub(crate) folder: FolderRef,
    /// What changed items are shown with. Bodies and attachments are not shown here.
    pub(crate) shape: Shape,
    /// Since when; none: since ever, so that all items are new.
    pub(crate) state: Option<String>,
    /// How many changes at most; a server gives 512 at most.
    pub(crate) most: u16,
}

/// What a server gives at most; it refuses a request for more.
const MOST: u16 = 512;

impl Operation for SyncFolderItems {
    const NAME: &'static str = "SyncFolderItems";
    const WRITES: bool = false;
    /// A state that the server does not know any more is refused with `ErrorInvalidSyncStateData`.
    type Answer = Result<Synced, Refusal>;

    fn write(&self, writer: &mut Writer, version: Version) {
        writer.element("m:SyncFolderItems", |writer| {
            self.shape.write("m:ItemShape", writer, version);
            writer.element("m:SyncFolderId", |writer| self.folder.write(writer));
            writer.optional("m:SyncState", self.state.as_deref());
            writer.text("m:MaxChangesReturned", &self.most.clamp(1, MOST).to_string());
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, Synced::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        SyncChange,
        trial::{answered, bad, good, request},
    };

    fn sync(state: Option<&str>, most: u16) -> SyncFolderItems {
        SyncFolderItems {
            folder: FolderRef::distinguished("inbox", None),
            shape: Shape::id_only(),
            state: state.map(str::to_owned),
            most,
        }
    }

    #[test]
    fn the_request() {
        for (state, written, most, sent) in [
            (None, "", 100, 100),
            (Some("H4s="), "<m:SyncState>H4s=</m:SyncState>", 1_000, 512),
            (None, "", 0, 1),
        ] {
            assert_eq!(
                request(&sync(state, most)),
                format!(
                    "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>\
                     <t:DistinguishedFolderId Id=\"inbox\"/></m:SyncFolderId>{written}<m:MaxChangesReturned>{sent}\
                     </m:MaxChangesReturned></m:SyncFolderItems>"
                )
            );
        }
    }

    #[test]
    fn changes_of_every_kind() {
        let item = "<t:ItemId Id='a' ChangeKey='k'/>";
        let page = format!(
            "<m:SyncState> H4s= </m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes>\
             <t:Create><t:Contact>{item}</t:Contact></t:Create><t:Update><t:Message>{item}</t:Message></t:Update>\
             <t:Delete>{item}</t:Delete><t:ReadFlagChange>{item}<t:IsRead>true</t:IsRead></t:ReadFlagChange><t:New/>\
             </m:Changes>"
        );
        let synced = answered(&sync(None, 5), &good(&page)).expect("an answer").expect("changes");
        assert_eq!((synced.state.as_str(), synced.more), ("H4s=", true));
        let words: Vec<String> = synced
            .changes
            .iter()
            .map(|change| match change {
                SyncChange::Create(item) => format!("new {} {}", item.element.name, item.id.id),
                SyncChange::Update(item) => format!("changed {} {}", item.element.name, item.id.id),
                SyncChange::Delete(id) => format!("gone {}", id.id),
                SyncChange::ReadFlag(id, is_read) => format!("read {} {is_read}", id.id),
                SyncChange::Unknown(name) => name.clone(),
            })
            .collect();
        assert_eq!(words, ["new Contact a", "changed Message a", "gone a", "read a true", "New"]);
    }

    #[test]
    fn the_last_page_and_what_is_none() {
        for (inside, more) in [
            (
                "<SyncState>s</SyncState><IncludesLastItemInRange>true</IncludesLastItemInRange><Changes/>",
                Some(false),
            ),
            ("<SyncState>s</SyncState><Changes/>", Some(false)),
            ("<SyncState>s</SyncState>", Some(false)),
            ("<SyncState>s</SyncState><Changes><Delete><ItemId Id='a'/></Delete></Changes>", Some(true)),
            ("<SyncState/><Changes/>", None),
            ("<SyncState>s</SyncState><Changes><Create/></Changes>", None),
            ("<SyncState>s</SyncState><Changes><Delete/></Changes>", None),
            (
                "<SyncState>s</SyncState><Changes><ReadFlagChange><ItemId Id='a'/></ReadFlagChange></Changes>",
                None,
            ),
        ] {
            let answer = answered(&sync(None, 5), &good(inside)).ok();
            assert_eq!(answer.map(|synced| synced.expect("changes").more), more, "{inside}");
        }
        let expired = answered(&sync(Some("old"), 5), &bad("ErrorInvalidSyncStateData")).expect("an answer");
        assert_eq!(expired.expect_err("a refusal").code.as_str(), "ErrorInvalidSyncStateData");
    }
}
