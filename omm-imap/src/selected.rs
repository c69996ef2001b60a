//! What is known of the folder that is open on a connection.

use crate::proto::{Code, Response};

/// An open folder (RFC 9051 §6.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Its name, as on the wire.
    pub(crate) name: Vec<u8>,
    pub(crate) uid_validity: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) highest_mod_seq: Option<u64>,
    pub(crate) exists: u32,
    /// `None`: not said, so everything can be set (RFC 9051 §7.1).
    pub(crate) permanent_flags: Option<Vec<String>>,
    pub(crate) read_only: bool,
    /// Whether it was opened with EXAMINE, so that it can only be read.
    pub(crate) examined: bool,
}

impl Selected {
    pub(crate) fn new(name: &[u8], examined: bool) -> Self {
        Self { name: name.to_vec(), examined, ..Self::default() }
    }

    pub(crate) fn note(&mut self, response: &Response) {
        match response {
            Response::Exists(count) => self.exists = *count,
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            // RFC 7162 §3.2.10: instead of EXPUNGE once QRESYNC is enabled; EARLIER ones were gone before.
            Response::Vanished { earlier: false, uids } => {
                let gone = u32::try_from(uids.count()).unwrap_or(u32::MAX);
                self.exists = self.exists.saturating_sub(gone);
            }
            _ => {}
        }
    }

    pub(crate) fn note_code(&mut self, code: &Code) {
        match code {
            Code::UidValidity(value) => self.uid_validity = Some(*value),
            Code::UidNext(value) => self.uid_next = Some(*value),
            Code::HighestModSeq(value) => self.highest_mod_seq = Some(*value),
            Code::NoModSeq => self.highest_mod_seq = None,
            Code::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            Code::ReadOnly => self.read_only = true,
            Code::ReadWrite => self.read_only = false,
            _ => {}
        }
    }
}
