//! A stored message.

use crate::imap::answer::split;
use bytes::Bytes;
use chrono::{DateTime, FixedOffset};

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    pub(crate) modseq: u64,
    /// Without `\Recent`, which belongs to a session.
    pub(crate) flags: Vec<String>,
    pub(crate) received: DateTime<FixedOffset>,
    pub(crate) bytes: Bytes,
    /// The same for all copies of one message: EMAILID and X-GM-MSGID.
    pub(crate) identity: u64,
}

impl Message {
    pub(crate) fn has(&self, flag: &str) -> bool {
        has_flag(&self.flags, flag)
    }

    pub(crate) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Header and body; the empty line belongs to the header.
    pub(crate) fn split(&self) -> (&[u8], &[u8]) {
        split(&self.bytes)
    }
}

pub(crate) fn has_flag(flags: &[String], flag: &str) -> bool {
    flags.iter().any(|own| own.eq_ignore_ascii_case(flag))
}

/// System flags in their usual letters; keywords as they are.
pub(crate) fn normal_flag(flag: &str) -> String {
    let system = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "\\Recent"];
    system.into_iter().find(|known| known.eq_ignore_ascii_case(flag)).unwrap_or(flag).to_owned()
}
