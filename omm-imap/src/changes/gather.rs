//! FETCH responses as items: in any order, in pieces, twice, with things missing.

use crate::{
    gmail::Labels,
    proto::{Fetched, Response},
    source::{flags, item_id},
};
use omm_core::{
    model::{ItemKind, ItemMeta},
    seam::Change,
};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// What was said of messages, by UID.
pub(super) struct Gathered {
    wanted: RangeInclusive<u32>,
    by_uid: BTreeMap<u32, Fetched>,
}

impl Gathered {
    /// For UIDs of a range only: of others a server may speak unasked, and then not say everything.
    pub(super) fn new(wanted: RangeInclusive<u32>) -> Self {
        Self { wanted, by_uid: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, response: Response) {
        let Response::Fetch(fetched) = response else { return };
        // Without a UID nobody knows whose it is; 0 is none (RFC 9051 §2.3.1.1).
        let Some(uid) = fetched.uid.filter(|uid| *uid > 0 && self.wanted.contains(uid)) else { return };
        match self.by_uid.get_mut(&uid) {
            Some(earlier) => merge(earlier, fetched),
            None => {
                self.by_uid.insert(uid, fetched);
            }
        }
    }

    pub(super) fn last_uid(&self) -> Option<u32> {
        self.by_uid.keys().next_back().copied()
    }

    /// Every message that is at home in the folder, by UID.
    pub(super) fn present(&self, folder: &[u8], uid_validity: u32, labels: Option<&Labels>) -> Vec<Change> {
        let at_home = |fetched: &Fetched| match (labels, &fetched.gm_labels) {
            (Some(labels), Some(named)) => labels.is_home(folder, named),
            _ => true,
        };
        let at_home = self.by_uid.iter().filter(|(_, fetched)| at_home(fetched));
        let meta = |(uid, fetched): (&u32, &Fetched)| {
            let mut meta = ItemMeta::new(item_id(uid_validity, *uid), ItemKind::Mail);
            meta.size = fetched.size;
            meta.received = fetched.internal_date;
            meta.flags = flags(fetched, folder, labels);
            Change::Present(meta)
        };
        at_home.map(meta).collect()
    }

    /// The flags of those that said any, by UID.
    pub(super) fn reflagged(&self, folder: &[u8], uid_validity: u32) -> Vec<Change> {
        let said = self.by_uid.iter().filter(|(_, fetched)| fetched.flags.is_some());
        said.map(|(uid, fetched)| Change::Flags(item_id(uid_validity, *uid), flags(fetched, folder, None)))
            .collect()
    }
}

/// What is said later counts.
pub(crate) fn merge(earlier: &mut Fetched, later: Fetched) {
    let Fetched { flags, internal_date, size, mod_seq, gm_msgid, gm_labels, .. } = later;
    earlier.flags = flags.or(earlier.flags.take());
    earlier.internal_date = internal_date.or(earlier.internal_date);
    earlier.size = size.or(earlier.size);
    earlier.mod_seq = mod_seq.or(earlier.mod_seq);
    earlier.gm_msgid = gm_msgid.or(earlier.gm_msgid);
    earlier.gm_labels = gm_labels.or(earlier.gm_labels.take());
}
