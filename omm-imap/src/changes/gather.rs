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
    /// How many are believed to be there.
    most: usize,
    /// Whether something was said that nobody can read, or of a message that nobody knows.
    is_lost: bool,
}

impl Gathered {
    /// For UIDs of a range only: of others a server may speak unasked, and then not say everything.
    /// More than so many are not believed either: it costs a server nothing to make them up.
    pub(super) fn new(wanted: RangeInclusive<u32>, most: usize) -> Self {
        Self { wanted, by_uid: BTreeMap::new(), most, is_lost: false }
    }

    pub(super) fn take(&mut self, response: Response) {
        let Response::Fetch(fetched) = response else {
            self.is_lost |= response.is_lost("FETCH");
            return;
        };
        // Without a UID nobody knows whose it is; 0 is none (RFC 9051 §2.3.1.1).
        // With flags only, it is news that nobody asked for.
        self.is_lost |= fetched.uid.is_none() && (fetched.size.is_some() || fetched.internal_date.is_some());
        let Some(uid) = fetched.uid.filter(|uid| *uid > 0 && self.wanted.contains(uid)) else { return };
        let is_full = self.by_uid.len() >= self.most;
        match self.by_uid.get_mut(&uid) {
            Some(earlier) => merge(earlier, fetched),
            None if is_full => self.is_lost = true,
            None => drop(self.by_uid.insert(uid, fetched)),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_uid.len()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Which of these nothing was said of.
    pub(super) fn missing(&self, uids: &[u32]) -> Vec<u32> {
        uids.iter().copied().filter(|uid| !self.by_uid.contains_key(uid)).collect()
    }

    /// Takes it that these are there, with nothing known of them but their UIDs.
    pub(super) fn assume(&mut self, uids: &[u32]) {
        for uid in uids {
            self.by_uid.entry(*uid).or_default();
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
