//! Stores that are damaged, or made to do harm.

use super::{
    Pst,
    tests::{ATTACHMENT, INBOX, LISTED, ORPHAN, SUBTREE, entry_id, store, wide},
};
use crate::pst::{
    ndb::{Format, Nid},
    sample::{Sample, at_node, context, table},
};
use omm_mapi::{Message, property::tag};
use std::sync::Arc;

const WIDE: Format = Format::Unicode;

fn open(sample: &Sample) -> Pst {
    Pst::open(Arc::new(sample.make().bytes)).unwrap()
}

/// The block of a node's data in [`store`].
fn block(nid: Nid) -> u64 {
    4 * u64::from(nid.0)
}

fn nids(pst: &Pst, folder: Nid) -> Vec<Nid> {
    pst.items(folder).unwrap().iter().map(|row| row.nid).collect()
}

#[test]
fn what_another_folder_lists_is_not_lost() {
    for has_table in [false, true] {
        let mut sample = store(WIDE);
        sample.reparent(LISTED, SUBTREE);
        if has_table {
            sample.block(404, &table(WIDE, &[]));
            sample.node(SUBTREE.sibling(0x0E), 404, 0, Nid(0));
        }
        let pst = open(&sample);
        assert_eq!(pst.census().unwrap().orphans, [ORPHAN], "{has_table}");
        assert_eq!(nids(&pst, INBOX), [LISTED], "{has_table}");
        assert!(nids(&pst, SUBTREE).is_empty(), "{has_table}");
    }
}

#[test]
fn an_item_is_listed_once() {
    let mut sample = store(WIDE);
    sample.replace(block(INBOX.sibling(0x0E)), &table(WIDE, &[(LISTED.0, 1), (LISTED.0, 1)]));
    let pst = open(&sample);
    assert_eq!(nids(&pst, INBOX), [LISTED]);
    assert!(pst.damage().lines.iter().any(|line| line.contains("order")), "{:?}", pst.damage());
}

#[test]
fn a_flipped_key_hides_no_others() {
    let mut sample = store(WIDE);
    let listed = [LISTED.0 - 64, 0x7020_0004, LISTED.0, LISTED.0 + 64];
    sample.replace(block(INBOX.sibling(0x0E)), &table(WIDE, &listed.map(|nid| (nid, 1))));
    assert_eq!(nids(&open(&sample), INBOX), listed.map(Nid));
}

#[test]
fn a_row_that_is_lost_says_what_the_message_says() {
    let mut sample = store(WIDE);
    let mut bytes = table(WIDE, &[(LISTED.0, 1)]);
    let row = bytes.windows(4).rposition(|bytes| bytes == LISTED.0.to_le_bytes()).unwrap();
    bytes[row] ^= 0xFF;
    sample.replace(block(INBOX.sibling(0x0E)), &bytes);
    let rows = open(&sample).items(INBOX).unwrap();
    assert_eq!((rows[0].nid, &*rows[0].class), (LISTED, "IPM.Note"));
}

#[test]
fn a_root_that_is_no_folder_is_not_believed() {
    for wrong in [Nid(0x9022), LISTED, ATTACHMENT] {
        let mut sample = store(WIDE);
        sample.replace(block(Nid::MESSAGE_STORE), &context(&[(0x35E0, 0x102, &entry_id(wrong))]));
        let folders = open(&sample).folders().unwrap();
        assert!(folders.iter().any(|folder| folder.nid == INBOX), "{wrong}: {folders:?}");
    }
}

#[test]
fn attachments_that_the_table_forgot() {
    let mut sample = store(WIDE);
    sample.replace(2, &sample.subnodes(0, &[&[0x671, 40_004, 0], &[ATTACHMENT.0.into(), 40_000, 0]]));
    sample.block(40_004, &table(WIDE, &[]));
    let message = open(&sample).message(LISTED).unwrap();
    assert_eq!(message.attachments().unwrap().len(), 1);
}

#[test]
fn what_is_too_large_is_said() {
    let mut sample = store(WIDE);
    let list = context(&[(0x1000, 0x1F, b""), (0x1A, 0x1F, &wide("IPM.Note"))]);
    sample.replace(block(LISTED), &at_node(list, 0x1000, 0x1F, 0x3F));
    sample.replace(2, &sample.subnodes(0, &[&[0x3F, 40_002, 0], &[ATTACHMENT.0.into(), 40_000, 0]]));
    sample.block(40_002, &sample.list(1, 100 << 20, &[40_000, 40_000]));
    let pst = open(&sample);
    let message = pst.message(LISTED).unwrap();
    assert_eq!(message.large().collect::<Vec<_>>(), [0x1000]);
    assert!(pst.damage().lines.iter().any(|line| line.contains("0x1000")), "{:?}", pst.damage());
}

/// A message with two attachments, both of which are the message.
fn itself() -> Sample {
    let mut sample = store(WIDE);
    let inside = 0x20_0104u32;
    let object = [inside.to_le_bytes(), [0; 4]].concat();
    sample.replace(40_000, &context(&[(0x3701, 0x0D, &object), (0x3705, 3, &[5])]));
    sample.replace(2, &sample.subnodes(0, &[&[0x8025, 40_000, 6], &[0x8045, 40_000, 6]]));
    sample.block(6, &sample.subnodes(0, &[&[inside.into(), block(LISTED), 2]]));
    sample
}

/// Kills: a budget for each attachment, of as many as a list of subnodes has.
#[test]
fn attachments_share_what_they_may_take() {
    let mut sample = store(WIDE);
    let subnode = |at: u64| [0x8025 + at * 32, 40_000, 6];
    let list: Vec<_> = (0..20).map(subnode).collect();
    let list: Vec<_> = list.iter().map(|row| &row[..]).collect();
    sample.replace(2, &sample.subnodes(0, &list));
    // A million truths, each of which takes as much memory as any value.
    sample.replace(40_000, &at_node(context(&[(0x3711, 0x100B, b"")]), 0x3711, 0x100B, 0x3F));
    sample.block(6, &sample.subnodes(0, &[&[0x3F, 40_006, 0]]));
    sample.block(40_006, &sample.list(1, 128 * 8176, &[40_004; 128]));
    sample.block(40_004, &[1; 8176]);
    let attachments = open(&sample).message(LISTED).unwrap().attachments().unwrap();
    let read = attachments.iter().filter(|one| one.properties().get(0x3711).is_some()).count();
    assert_eq!(attachments.len(), 20);
    assert!((1..20).contains(&read), "{read}");
}

/// Kills: a table of a few bytes that is counted once for each folder.
#[test]
fn a_table_that_many_folders_share_is_not_counted_for_each() {
    let mut sample = store(WIDE);
    let rows: Vec<_> = (0..100).map(|at| (LISTED.0 + at * 32, 1)).collect();
    sample.block(404, &table(WIDE, &rows));
    for at in 0..30 {
        let folder = Nid(0x9002 + at * 32);
        sample.node(folder, block(INBOX), 0, SUBTREE);
        sample.node(folder.sibling(0x0E), 404, 0, Nid(0));
    }
    let pst = open(&sample);
    let items: u64 = pst.folders().unwrap().iter().map(|folder| folder.items).sum();
    assert!((100..150).contains(&items), "{items}");
    assert!(
        pst.damage().lines.iter().any(|line| line.contains("more than the file has")),
        "{:?}",
        pst.damage()
    );
}

#[test]
fn a_message_that_lies_in_itself_has_an_end() {
    /// The messages within a message, until there are far too many.
    fn count(message: &dyn Message, most: usize) -> usize {
        let mut found = 0;
        for attachment in message.attachments().unwrap() {
            if let (true, Ok(Some(inside))) = (found < most, attachment.message()) {
                found += 1 + count(&*inside, most - found);
            }
        }
        found
    }
    let pst = open(&itself());
    for _ in 0..2 {
        let message = pst.message(LISTED).unwrap();
        assert_eq!(count(&message, 5000), 1000);
    }
}

#[test]
fn the_code_page_of_the_option_is_for_those_without() {
    for (page, text) in [(None, "б"), (Some(1252u16), "á")] {
        let mut sample = store(WIDE);
        let own = page.map(u16::to_le_bytes);
        let own = own.as_ref().map(|page| (0x3FFD, 3, &page[..]));
        let properties: Vec<_> = [(0x37, 0x1E, &b"\xE1"[..])].into_iter().chain(own).collect();
        sample.replace(block(LISTED), &context(&properties));
        sample.replace(40_000, &context(&[(0x3707, 0x1E, b"\xE1"), (0x3705, 3, &[1])]));
        let message = open(&sample).with_code_page(Some(1251)).message(LISTED).unwrap();
        assert_eq!(message.properties().text(tag::SUBJECT).as_deref(), Some(text), "{page:?}");
        let name = message.attachments().unwrap()[0].properties().text(0x3707);
        assert_eq!(name.as_deref(), Some(text), "{page:?}");
    }
}
