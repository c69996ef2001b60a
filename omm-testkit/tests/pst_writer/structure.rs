//! What the format promises, read from the bytes.

use crate::file::{KINDS, bytes};
use omm_testkit::pst::{BlockKind, Format, PstBuilder, filled, flip};
use std::io::Cursor;

/// The CRC of the format, bit by bit ([MS-PST] §5.3).
fn crc(data: &[u8]) -> u32 {
    data.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    bytes[at..at + width].iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[test]
fn the_same_calls_make_the_same_bytes() {
    for (format, crypt) in KINDS {
        assert!(bytes(format, crypt).0 == bytes(format, crypt).0, "{format:?} {crypt:?}");
    }
}

#[test]
fn the_header_is_right() {
    for (format, crypt) in KINDS {
        let (file, _) = bytes(format, crypt);
        assert_eq!(&file[..4], b"!BDN");
        assert_eq!(number(&file, 4, 4), u64::from(crc(&file[8..479])), "dwCRCPartial");
        let (wide, root) = if format == Format::Unicode { (8, 180) } else { (4, 164) };
        if format == Format::Unicode {
            assert_eq!(number(&file, 524, 4), u64::from(crc(&file[8..524])), "dwCRCFull");
        }
        assert_eq!(number(&file, root + 4, wide), file.len() as u64, "ibFileEof");
        let last_map = number(&file, root + 4 + wide, wide) as usize;
        assert_eq!((last_map - 0x4400) % 253_952, 0);
        assert_eq!(last_map + 253_952, file.len());
        assert_eq!(file[root + 4 + 8 * wide], 2, "fAMapValid");
    }
}

#[test]
fn every_block_lies_where_the_maps_say_and_is_as_its_trailer_says() {
    for (format, crypt) in KINDS {
        let (file, made) = bytes(format, crypt);
        let (wide, trailer) = if format == Format::Unicode { (8, 16) } else { (4, 12) };
        let mut kinds = Vec::new();
        for block in made.items.iter().flat_map(|(_, _, placed)| &placed.blocks) {
            let (at, size) = (block.offset as usize, block.size as usize);
            let whole = (size + trailer).next_multiple_of(64);
            let trail = &file[at + whole - trailer..at + whole];
            let (crc_at, bid_at) = if format == Format::Unicode { (4, 8) } else { (8, 4) };
            let bid = number(trail, bid_at, wide);
            assert_eq!(number(trail, 0, 2), block.size);
            assert_eq!(number(trail, crc_at, 4), u64::from(crc(&file[at..at + size])));
            let folded = (block.offset ^ bid) as u32;
            assert_eq!(number(trail, 2, 2), u64::from((folded >> 16) as u16 ^ folded as u16));
            assert_eq!(bid & 2 == 2, block.kind != BlockKind::Data);
            assert!(whole <= 8192 && at % 64 == 0);
            for slot in (at..at + whole).step_by(64) {
                let map = (slot - 0x4400) / 253_952 * 253_952 + 0x4400;
                let bits = map + if format == Format::Unicode { 0 } else { 4 };
                let bit = (slot - map) / 64;
                assert_ne!(file[bits + bit / 8] & (0x80 >> (bit % 8)), 0, "slot at {slot:#x} is free");
            }
            kinds.push((block.kind, file[at], file[at + 1]));
        }
        for list in [(BlockKind::DataList, 1, 1), (BlockKind::DataList, 1, 2), (BlockKind::SubnodeList, 2, 0)]
        {
            assert!(kinds.contains(&list), "{format:?}: no {list:?}");
        }
    }
}

#[test]
fn a_flipped_block_no_longer_has_its_checksum() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("flipped.pst");
    let (before, made) = bytes(KINDS[0].0, KINDS[0].1);
    std::fs::write(&path, &before).unwrap();
    let block = made.items[1].2.blocks.iter().rfind(|block| block.kind == BlockKind::Data).unwrap();
    flip(&path, block.offset + 20, 4).unwrap();
    let after = std::fs::read(&path).unwrap();
    let range = block.offset as usize..(block.offset + block.size) as usize;
    assert_ne!(crc(&before[range.clone()]), crc(&after[range]));
    assert_eq!(before.iter().zip(&after).filter(|(old, new)| old != new).count(), 4);
}

#[test]
fn a_file_of_many_regions_keeps_its_maps() {
    let mut pst = PstBuilder::new(Format::Unicode).start(Cursor::new(Vec::new())).unwrap();
    filled::bulk(&mut pst, 40 << 20).unwrap();
    let file = pst.finish().unwrap().into_inner();
    assert!(file.len() > 40 << 20);
    for (index, map) in (0x4400..file.len()).step_by(253_952).enumerate() {
        let kind = |page: usize| file[map + page * 512 + 496];
        assert_eq!(kind(0), 0x84, "allocation map {index}");
        assert_eq!(number(&file, map + 504, 8), map as u64);
        if index % 8 == 0 {
            assert_eq!(kind(1), 0x83, "page map {index}");
        }
        if index == 128 {
            assert_eq!(kind(2), 0x82, "free map");
        }
    }
}
