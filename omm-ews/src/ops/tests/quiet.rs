//! Nothing leaves a server because of us: every request that changes anything says so, and none has a word for sending.

use crate::{
    ops::{
        CreateItem, DeleteItem, Draft, FolderRef, ItemChange, ItemId, ItemRef, Operation, Update, UpdateItem,
        trial::request_for,
    },
    soap::Version,
};

/// The values that would send something, delete for good, or overwrite receipts.
const LOUD: [&str; 7] = [
    "SendOnly",
    "SendAndSaveCopy",
    "SendOnlyToAll",
    "SendToAllAndSaveCopy",
    "SendOnlyToChanged",
    "HardDelete",
    "SuppressReadReceipts=\"false\"",
];

fn check(request: &str, quiet: &[&str]) {
    for word in LOUD {
        assert!(!request.contains(word), "{word}: {request}");
    }
    for word in quiet {
        assert!(request.contains(word), "{word}: {request}");
    }
}

#[test]
fn whatever_the_server_nothing_is_sent() {
    let item = ItemRef::Id(ItemId { id: "a".to_owned(), change_key: None });
    let create = CreateItem {
        folder: FolderRef::distinguished("calendar", None),
        items: vec![Draft::new("t:CalendarItem", |_| ())],
    };
    let updates = vec![Update::set(crate::ops::FieldPath::Field("item:Subject"), "t:CalendarItem", |_| ())];
    let update = UpdateItem {
        changes: vec![ItemChange { item: item.clone(), updates }],
        conflict: crate::ops::Conflict::Leave,
    };
    let delete = DeleteItem { items: vec![item] };
    for version in Version::NEWEST_FIRST {
        let receipts: &[&str] =
            if version >= Version::E2013 { &["SuppressReadReceipts=\"true\""] } else { &[] };
        let both = |words: &[&'static str]| [words, receipts].concat();
        check(
            &request_for(version, &create),
            &["MessageDisposition=\"SaveOnly\"", "SendMeetingInvitations=\"SendToNone\""],
        );
        check(
            &request_for(version, &update),
            &both(&[
                "MessageDisposition=\"SaveOnly\"",
                "SendMeetingInvitationsOrCancellations=\"SendToNone\"",
            ]),
        );
        check(
            &request_for(version, &delete),
            &both(&["DeleteType=\"SoftDelete\"", "SendMeetingCancellations=\"SendToNone\""]),
        );
    }
}

#[test]
fn no_operation_has_the_name_of_one_that_sends() {
    for name in crate::ops::any::NAMES {
        assert!(!name.contains("Send") && !name.contains("Empty") && !name.contains("Rules"), "{name}");
    }
    // Whose answer is lost, of that nobody knows what it did.
    const { assert!(CreateItem::WRITES && UpdateItem::WRITES && DeleteItem::WRITES) };
}
