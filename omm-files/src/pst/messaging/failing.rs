//! A file that cannot be read is no damage: whatever read fails, it is said, and nothing is missing in silence.

use super::{
    Pst,
    tests::{INBOX, store},
};
use crate::pst::{ndb::Format, read_at::ReadAt};
use omm_mapi::{Attachment, Error, Message, Result};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Bytes that cannot be read once, after so many reads.
struct Failing {
    bytes: Vec<u8>,
    left: AtomicUsize,
}

impl ReadAt for Failing {
    fn size(&self) -> io::Result<u64> {
        self.bytes.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self.left.fetch_sub(1, Ordering::Relaxed) {
            0 => Err(io::Error::other("the disk is gone")),
            _ => self.bytes.read_at(buffer, offset),
        }
    }
}

/// All that a file has, in words.
fn all(file: &Arc<Failing>) -> Result<Vec<String>> {
    let pst = Pst::open(Arc::clone(file) as Arc<dyn ReadAt>)?;
    let mut all = vec![format!("{:?}", pst.properties())];
    let census = pst.census()?;
    all.push(format!("{:?} {:?} {}", census.folders, census.orphans, census.outside_items));
    for folder in pst.folders()? {
        all.push(format!("{folder:?}"));
        for row in pst.items(folder.nid)? {
            all.push(format!("{row:?} {:?}", pst.sketch(row.nid, &[0x001A, 0x300B, 0x3008, 0x1035], &[])?));
            let message = pst.message(row.nid)?;
            all.push(format!("{:?} {:?}", message.properties(), message.recipients()?));
            for attachment in message.attachments()? {
                all.push(content(&*attachment)?);
            }
        }
    }
    all.extend(pst.damage().lines);
    Ok(all)
}

fn content(attachment: &dyn Attachment) -> Result<String> {
    let mut bytes = Vec::new();
    if let Some(mut data) = attachment.data()? {
        data.read_to_end(&mut bytes)?;
    }
    Ok(format!("{:?} {bytes:?}", attachment.properties()))
}

#[test]
fn no_read_fails_in_silence() {
    let made = store(Format::Unicode).make();
    let place = |bid: u64| made.offsets.iter().find(|(known, _)| *known == bid).unwrap().1;
    let harm = |at: usize| {
        let mut bytes = made.bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    for (what, bytes) in [
        ("whole", made.bytes.clone()),
        ("node tree", harm(made.nodes_root + 400)),
        ("block tree", harm(made.blocks_root + 488)),
        ("contents table", harm(place(4 * u64::from(INBOX.sibling(0x0E).0)) + 2)),
    ] {
        let of = |left| Arc::new(Failing { bytes: bytes.clone(), left: AtomicUsize::new(left) });
        let whole = all(&of(usize::MAX)).unwrap();
        let mut silent = Vec::new();
        let mut said = 0;
        for failing in 0.. {
            let file = of(failing);
            match all(&file) {
                Ok(found) if found != whole => silent.push(failing),
                Ok(_) => {}
                Err(Error::Io(_)) => said += 1,
                Err(other) => panic!("{what}, read {failing}: {other}"),
            }
            // It was never reached.
            if file.left.load(Ordering::Relaxed) < usize::MAX / 2 {
                break;
            }
        }
        assert!(silent.is_empty(), "{what}: in silence when these reads failed: {silent:?}");
        assert!(said > 20, "{what}: {said}");
    }
}
