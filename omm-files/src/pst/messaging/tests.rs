//! A whole store, made in memory.

use super::{
    Context, Pst,
    bag::{Budget, Missing},
};
use crate::pst::{
    ltp::{PropertyContext, Table},
    ndb::{Bid, Format, Ndb, Nid, Subnodes},
    sample::{FORMATS, Sample, context, table},
};
use omm_core::model::Role;
use omm_mapi::{
    Message,
    property::{Value, tag},
};
use std::sync::Arc;

pub(super) const SUBTREE: Nid = Nid(0x8022);
pub(super) const INBOX: Nid = Nid(0x8042);
pub(super) const LISTED: Nid = Nid(0x20_0024);
pub(super) const ORPHAN: Nid = Nid(0x20_0044);
pub(super) const ATTACHMENT: Nid = Nid(0x8025);

pub(super) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn entry_id(nid: Nid) -> Vec<u8> {
    [&[0; 20][..], &nid.0.to_le_bytes()].concat()
}

/// An inbox with a message in its table, and one that is in none.
pub(super) fn store(format: Format) -> Sample {
    let mut sample = Sample::new(format);
    let mut add = |nid: Nid, parent: Nid, data: &[u8], subnodes: u64| {
        let bid = 4 * u64::from(nid.0);
        sample.block(bid, data);
        sample.node(nid, bid, subnodes, parent);
    };
    add(
        Nid::MESSAGE_STORE,
        Nid(0),
        &context(&[(0x35E0, 0x102, &entry_id(SUBTREE)), (0x67FF, 3, &[1, 2, 3, 4])]),
        0,
    );
    add(Nid::NAME_TO_ID_MAP, Nid(0), &context(&[]), 0);
    add(Nid::ROOT_FOLDER, Nid::ROOT_FOLDER, &context(&[]), 0);
    add(SUBTREE, Nid::ROOT_FOLDER, &context(&[(0x3001, 0x1F, &wide("Top"))]), 0);
    add(INBOX, SUBTREE, &context(&[(0x3001, 0x1F, &wide("Inbox")), (0x3613, 0x1F, &wide("IPF.Note"))]), 0);
    add(INBOX.sibling(0x0E), Nid(0), &table(format, &[(LISTED.0, 1)]), 0);
    let subject = wide("\u{1}\u{5}RE: hi");
    add(LISTED, INBOX, &context(&[(0x37, 0x1F, &subject), (0x1A, 0x1F, &wide("IPM.Note"))]), 2);
    add(ORPHAN, INBOX, &context(&[(0x37, 0x1F, &wide("lost")), (0x0E07, 3, &[2])]), 0);
    add(Nid(0x8068), INBOX, &context(&[]), 0);
    add(Nid(0x8083), Nid::ROOT_FOLDER, &context(&[]), 0);
    let list = sample.subnodes(0, &[&[ATTACHMENT.0.into(), 40_000, 0]]);
    sample.block(2, &list);
    sample.block(40_000, &context(&[(0x3701, 0x102, b"bytes"), (0x3705, 3, &[1])]));
    sample
}

#[test]
fn a_whole_store() {
    for format in FORMATS {
        let pst = Pst::open(Arc::new(store(format).make().bytes)).unwrap();
        assert!(pst.has_password());
        let folders = pst.folders().unwrap();
        let shown: Vec<_> =
            folders.iter().map(|folder| (folder.nid, folder.path.join("/"), folder.items)).collect();
        let expected = [(SUBTREE, "", 0), (INBOX, "Inbox", 1), (Pst::RECOVERED, "Recovered", 1)];
        assert_eq!(shown, expected.map(|(nid, path, items)| (nid, path.to_owned(), items)), "{format:?}");
        assert_eq!(folders[1].role, Some(Role::Inbox));
        let census = pst.census().unwrap();
        assert_eq!((census.folders[1].associated, census.search_folders), (1, 1));
        let rows = pst.items(INBOX).unwrap();
        assert_eq!((rows.len(), rows[0].nid, rows[0].flags), (1, LISTED, 1));
        let recovered = pst.items(Pst::RECOVERED).unwrap();
        assert_eq!((recovered.len(), recovered[0].nid, recovered[0].flags), (1, ORPHAN, 2));
        assert!(pst.damage().lines.is_empty(), "{:?}", pst.damage());
    }
}

#[test]
fn a_message_and_its_attachment() {
    let pst = Pst::open(Arc::new(store(Format::Unicode).make().bytes)).unwrap();
    let message = pst.message(LISTED).unwrap();
    assert_eq!(message.properties().text(tag::SUBJECT).as_deref(), Some("RE: hi"));
    assert!(message.recipients().unwrap().is_empty());
    let attachments = message.attachments().unwrap();
    let mut bytes = Vec::new();
    attachments[0].data().unwrap().unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!((attachments.len(), bytes.as_slice()), (1, &b"bytes"[..]));
    assert_eq!(attachments[0].properties().get(tag::ATTACH_DATA), None);
    let sketch = pst.sketch(LISTED, &[tag::MESSAGE_CLASS], &[]).unwrap();
    assert_eq!(sketch.text(tag::MESSAGE_CLASS).as_deref(), Some("IPM.Note"));
    assert!(pst.message(Nid(0x20_0064)).is_err());
}

#[test]
fn a_folder_without_its_table_shows_its_messages() {
    let sample = store(Format::Unicode);
    let mut made = sample.make();
    let table = 4 * u64::from(INBOX.sibling(0x0E).0);
    let at = made.offsets.iter().find(|(bid, _)| *bid == table).unwrap().1;
    made.bytes[at + 2] = 0;
    let pst = Pst::open(Arc::new(made.bytes)).unwrap();
    let rows: Vec<Nid> = pst.items(INBOX).unwrap().into_iter().map(|row| row.nid).collect();
    assert_eq!(rows, [LISTED, ORPHAN]);
    let lines = pst.damage().lines;
    assert!(lines.iter().any(|line| line.contains("contents table is lost")), "{lines:?}");
}

/// Opens a block as the data of a node, without subnodes.
fn node(format: Format, data: &[u8]) -> (Arc<Ndb>, Bid) {
    let mut sample = Sample::new(format);
    sample.block(4, data);
    sample.node(Nid(32), 4, 0, Nid(0));
    (Arc::new(Ndb::open(Arc::new(sample.make().bytes)).unwrap()), Bid::new(4))
}

#[test]
fn lists_of_properties() {
    let data = context(&[
        (0x3001, 0x1F, &wide("name")),
        (0x0E07, 3, &[1]),
        (0x0E08, 0x14, &[9, 0, 0, 0, 0, 0, 0, 0]),
    ]);
    for format in FORMATS {
        let (ndb, bid) = node(format, &data);
        let mut list = PropertyContext::open(&ndb, bid, Arc::new(Subnodes::default())).unwrap();
        let (bag, missing) = Context::new(ndb).bag_of(&mut list, "x", &mut Budget::new()).unwrap();
        assert_eq!((bag.len(), missing), (3, Missing::default()));
        assert_eq!(bag.get(0x3001), Some(&Value::String("name".to_owned())));
        assert_eq!(bag.get(0x0E08), Some(&Value::Integer64(9)));
    }
    // However it is cut or changed, there is no panic.
    for at in 0..data.len() {
        let mut harmed = data.clone();
        harmed[at] ^= 0xFF;
        for data in [&harmed[..], &data[..at]] {
            let (ndb, bid) = node(Format::Unicode, data);
            let Ok(mut list) = PropertyContext::open(&ndb, bid, Arc::default()) else { continue };
            let (bag, _) = Context::new(ndb).bag_of(&mut list, "x", &mut Budget::new()).unwrap();
            assert!(bag.len() <= 3);
        }
    }
}

#[test]
fn tables() {
    let rows = [(0x24, 7), (0x44, 8)];
    for format in FORMATS {
        let (ndb, bid) = node(format, &table(format, &rows));
        let mut table = Table::open(&ndb, bid, Arc::default()).unwrap();
        let flags = table.column(0x0E07).unwrap();
        let mut found = Vec::new();
        while let Some(row) = table.next_row(&"x").unwrap() {
            found.push((row.nid.0, table.value(&row, flags).unwrap()));
        }
        assert_eq!(found, rows.map(|(nid, flags)| (nid, Some(Value::Integer32(flags as i32)))), "{format:?}");
    }
}
