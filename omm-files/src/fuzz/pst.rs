//! Outlook data files.

use crate::pst::Pst;
use omm_mapi::{Message, Options};
use std::{io::Read, sync::Arc};

/// How much of a file's contents a target reads.
const MESSAGES: usize = 200;
const ATTACHMENT_BYTES: u64 = 1 << 20;

/// No file makes the reader of PSTs, or the converter of what it reads, panic or go on for ever.
pub fn pst(data: &[u8]) {
    let Ok(pst) = Pst::open(Arc::new(data.to_vec())) else { return };
    let mut left = MESSAGES;
    let Ok(folders) = pst.folders() else { return };
    for folder in folders.iter().take(MESSAGES) {
        for row in pst.items(folder.nid).unwrap_or_default() {
            let Some(less) = left.checked_sub(1) else { return };
            left = less;
            let _ = pst.sketch(row.nid, omm_mapi::MARKS, &[]);
            if let Ok(message) = pst.message(row.nid) {
                let _ = omm_mapi::convert(&message, &Options::default());
            }
            if let Ok(message) = pst.message(row.nid) {
                read(&message, &mut left);
            }
        }
    }
    let _ = pst.damage();
}

fn read(message: &dyn Message, left: &mut usize) {
    let _ = message.recipients();
    for attachment in message.attachments().unwrap_or_default() {
        let Some(less) = left.checked_sub(1) else { return };
        *left = less;
        if let Ok(Some(data)) = attachment.data() {
            let _ = data.take(ATTACHMENT_BYTES).read_to_end(&mut Vec::new());
        }
        if let Ok(Some(message)) = attachment.message() {
            read(message.as_ref(), left);
        }
    }
}
