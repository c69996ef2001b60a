//! The node database, on files made in memory.

use super::{Bid, DataReader, Encoding, Format, Ndb, Nid, Subnode};
use crate::pst::sample::{FORMATS, Made, Sample};
use std::{io::Read, sync::Arc};

fn open(bytes: Vec<u8>) -> Arc<Ndb> {
    Arc::new(Ndb::open(Arc::new(bytes)).unwrap())
}

/// Ten nodes with a block each, so that both trees have two levels.
fn ten(format: Format) -> Sample {
    let mut sample = Sample::new(format);
    for number in 1..=10 {
        let bid = u64::from(number) * 4;
        sample.block(bid, &[number as u8; 100]);
        sample.node(Nid(number * 32), bid, 0, Nid(7));
    }
    sample
}

fn data(ndb: &Ndb, nid: Nid) -> Option<Vec<u8>> {
    let node = ndb.node_entry(nid).unwrap()?;
    let data = ndb.data(node.data).unwrap();
    ndb.whole(&data, 1 << 20).ok().map(Vec::from)
}

#[test]
fn nodes_and_blocks() {
    for format in FORMATS {
        let ndb = open(ten(format).make().bytes);
        for number in 1..=10 {
            assert_eq!(data(&ndb, Nid(number * 32)), Some(vec![number as u8; 100]), "{format:?} {number}");
        }
        assert_eq!(ndb.node_entry(Nid(33)).unwrap(), None);
        assert_eq!(ndb.node_entry(Nid(0)).unwrap(), None);
        let mut seen = Vec::new();
        ndb.each_node(&mut |node| seen.push((node.nid.0, node.parent.0))).unwrap();
        assert_eq!(seen, (1..=10).map(|number| (number * 32, 7)).collect::<Vec<_>>(), "{format:?}");
        assert!(ndb.remarks.all().lines.is_empty(), "{:?}", ndb.remarks.all());
    }
}

#[test]
fn damage_is_remarked_and_read_around() {
    /// What is done to a file, what is remarked, and how many nodes are still read.
    type Row = (fn(&mut Made), &'static str, usize);
    let rows: [Row; 6] = [
        (|made| made.bytes[made.offsets[2].1 + 5] ^= 1, "checksum differs", 10),
        (|made| made.bytes[made.blocks_root..][..512].fill(0), "unreadable", 10),
        (|made| made.bytes[made.nodes_root..][..512].fill(0), "unreadable", 10),
        (|made| made.bytes[made.nodes_root + 400] ^= 1, "checksum differs", 10),
        // The root points to itself.
        (
            |made| {
                let (at, root) = (made.nodes_root + 16, made.nodes_root as u64);
                made.bytes[at..at + 8].copy_from_slice(&root.to_le_bytes());
            },
            "unreadable",
            10,
        ),
        (|made| made.bytes.truncate(made.offsets[5].1), "unreadable", 0),
    ];
    for (index, (harm, remark, readable)) in rows.into_iter().enumerate() {
        let mut made = ten(Format::Unicode).make();
        harm(&mut made);
        let ndb = open(made.bytes);
        let mut nodes = Vec::new();
        ndb.each_node(&mut |node| nodes.push(node.nid)).unwrap();
        let found =
            nodes.iter().filter(|nid| data(&ndb, **nid).is_some_and(|data| data.len() == 100)).count();
        let lines = ndb.remarks.all().lines;
        assert_eq!(found, readable, "row {index}: {lines:?}");
        assert!(lines.iter().any(|line| line.contains(remark)), "row {index}: {lines:?}");
    }
}

#[test]
fn lists_of_blocks() {
    for format in FORMATS {
        for encoding in [Encoding::None, Encoding::Cyclic] {
            let mut sample = Sample::new(format);
            sample.encoding = encoding;
            let mut whole = Vec::new();
            for number in 1..=30u64 {
                let piece = vec![number as u8; 1000];
                whole.extend(&piece);
                sample.block(number * 4, &piece);
            }
            let bids: Vec<u64> = (1..=30).map(|number| number * 4).collect();
            sample.block(202, &sample.list(1, 20_000, &bids[..20]));
            sample.block(206, &sample.list(1, 10_000, &bids[20..]));
            sample.block(210, &sample.list(2, 30_000, &[202, 206]));
            sample.node(Nid(32), 210, 0, Nid(0));
            let ndb = open(sample.make().bytes);
            assert_eq!(data(&ndb, Nid(32)).as_ref(), Some(&whole), "{format:?} {encoding:?}");
            let tree = ndb.data(Bid::new(210)).unwrap();
            assert_eq!(ndb.len(&tree).unwrap(), 30_000);
            let mut streamed = Vec::new();
            DataReader::new(Arc::clone(&ndb), tree.clone()).read_to_end(&mut streamed).unwrap();
            assert_eq!(streamed, whole, "{format:?} {encoding:?}");
            assert!(ndb.whole(&tree, 29_999).is_err());
        }
    }
}

#[test]
fn lists_of_subnodes() {
    for format in FORMATS {
        let mut sample = Sample::new(format);
        sample.block(2, &sample.subnodes(0, &[&[0x25, 4, 0], &[0x45, 8, 12]]));
        sample.block(6, &sample.subnodes(0, &[&[0x671, 16, 0]]));
        sample.block(10, &sample.subnodes(1, &[&[0x25, 2], &[0x671, 6]]));
        sample.node(Nid(32), 0, 10, Nid(0));
        let ndb = open(sample.make().bytes);
        let subnodes = ndb.subnodes(Bid::new(10)).unwrap();
        let expected = Subnode { nid: Nid(0x45), data: Bid::new(8), subnodes: Bid::new(12) };
        assert_eq!(subnodes.get(Nid(0x45)), Some(expected), "{format:?}");
        assert_eq!(subnodes.of_kind(5).count(), 2, "{format:?}");
        assert!(subnodes.get(Nid(0x671)).is_some() && subnodes.get(Nid(0x65)).is_none());
    }
}

#[test]
fn compressed_blocks() {
    let mut sample = Sample::new(Format::Unicode4k);
    sample.compressed(4, &[b'x'; 9000]);
    sample.node(Nid(32), 4, 0, Nid(0));
    let made = sample.make();
    assert_eq!(data(&open(made.bytes.clone()), Nid(32)), Some(vec![b'x'; 9000]));
    let mut bytes = made.bytes;
    bytes[made.offsets[0].1] = 0;
    assert_eq!(data(&open(bytes), Nid(32)), None);
}
