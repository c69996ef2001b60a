//! DeleteItem ([MS-OXWSCORE]): deletes items so that they can be recovered, and tells nobody.

use super::{ItemRef, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Deletes items, always softly.
#[derive(Clone, Debug)]
pub(crate) struct DeleteItem {
    /// Which ones. The server does not look at change keys here.
    pub(crate) items: Vec<ItemRef>,
}

impl Operation for DeleteItem {
    const NAME: &'static str = "DeleteItem";
    const WRITES: bool = true;
    type Answer = Batch<()>;

    fn write(&self, writer: &mut Writer, version: Version) {
        let mut attributes = vec![
            ("DeleteType", "SoftDelete"),
            ("SendMeetingCancellations", "SendToNone"),
            ("AffectedTaskOccurrences", "AllOccurrences"),
        ];
        // A mail that is deleted unread answers the wish for a receipt, unless told not to.
        if version >= Version::E2013 {
            attributes.push(("SuppressReadReceipts", "true"));
        }
        writer.element_with("m:DeleteItem", &attributes, |writer| {
            ItemRef::write_all(&self.items, "m:ItemIds", writer);
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        ItemId,
        trial::{answered, bad, good, request_for},
    };

    fn delete() -> DeleteItem {
        let id = |id: &str| ItemRef::Id(ItemId { id: id.to_owned(), change_key: None });
        DeleteItem { items: vec![id("a"), id("b"), id("c")] }
    }

    #[test]
    fn the_request() {
        for (version, receipts) in
            [(Version::E2013Sp1, " SuppressReadReceipts=\"true\""), (Version::E2007Sp1, "")]
        {
            assert_eq!(
                request_for(version, &delete()),
                format!(
                    "<m:DeleteItem DeleteType=\"SoftDelete\" SendMeetingCancellations=\"SendToNone\" \
                     AffectedTaskOccurrences=\"AllOccurrences\"{receipts}><m:ItemIds><t:ItemId Id=\"a\"/><t:ItemId Id=\"b\"/>\
                     <t:ItemId Id=\"c\"/></m:ItemIds></m:DeleteItem>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let batch = answered(&delete(), &[good(""), bad("ErrorItemNotFound")].concat()).expect("an answer");
        assert!(matches!(&batch.answered[..], [Ok(()), Err(_)]));
        assert_eq!(batch.unanswered, 1);
    }
}
