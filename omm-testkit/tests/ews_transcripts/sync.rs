//! How a folder is followed.

use crate::talk::{Bench, Node, server};

fn sync(bench: &Bench, state: &str, most: usize) -> Node {
    let state = if state.is_empty() { String::new() } else { format!("<m:SyncState>{state}</m:SyncState>") };
    bench.ask(&format!(
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId \
         Id=\"inbox\"/></m:SyncFolderId>{state}<m:MaxChangesReturned>{most}</m:MaxChangesReturned></m:SyncFolderItems>"
    ))
}

fn kinds(root: &Node) -> Vec<&str> {
    root.find("Changes")
        .map(|changes| changes.children.iter().map(|change| change.name.as_str()).collect())
        .unwrap_or_default()
}

#[test]
fn changes_come_once_and_in_pages() {
    let bench = Bench::new(server());
    let mailbox = bench.server.mailbox("ann@example.com");
    let ids: Vec<String> = (0..5)
        .map(|n| mailbox.add_mail("inbox", b"Subject: x\r\n\r\n", "2026-01-01T00:00:00Z", n == 0))
        .collect();
    let first = sync(&bench, "", 3);
    assert_eq!((kinds(&first).len(), first.text("IncludesLastItemInRange")), (3, "false"));
    let second = sync(&bench, first.text("SyncState"), 3);
    assert_eq!((kinds(&second).len(), second.text("IncludesLastItemInRange")), (2, "true"));
    let state = second.text("SyncState");
    assert_eq!(kinds(&sync(&bench, state, 3)).len(), 0);
    mailbox.mark_read(&ids[1], true).set(&ids[2], "Subject", "y").remove(&ids[3]);
    mailbox.relocate(&ids[4], "drafts");
    mailbox.add_mail("inbox", b"Subject: z\r\n\r\n", "2026-01-01T00:00:00Z", true);
    // Came and went between two looks: nobody hears of it.
    let brief = mailbox.add_mail("inbox", b"Subject: brief\r\n\r\n", "2026-01-01T00:00:00Z", true);
    mailbox.remove(&brief);
    let third = sync(&bench, state, 512);
    assert_eq!(kinds(&third), ["ReadFlagChange", "Update", "Delete", "Delete", "Create"]);
    // The same state gives the same again.
    assert_eq!(kinds(&sync(&bench, state, 512)).len(), 5);
}

#[test]
fn a_state_that_is_not_ours_is_invalid() {
    let bench = Bench::new(server());
    let state = sync(&bench, "", 1).text("SyncState").to_owned();
    assert_eq!(sync(&bench, &state, 1).codes(), ["NoError"]);
    for wrong in ["H4sIAAA=", "x", &state[4..]] {
        assert_eq!(sync(&bench, wrong, 1).codes(), ["ErrorInvalidSyncStateData"]);
    }
    bench.server.invalidate_sync_states();
    assert_eq!(sync(&bench, &state, 1).codes(), ["ErrorInvalidSyncStateData"]);
    assert_eq!(sync(&bench, "", 513).codes(), ["ErrorInvalidRequest"]);
}
