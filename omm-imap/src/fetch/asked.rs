//! Who is still to be answered.

use crate::{proto::UidSet, source::uid_of};
use omm_core::model::SourceItemId;
use std::collections::{BTreeMap, HashSet};

/// RFC 2683 §3.2.1.5: a line of a command should not be longer than 1000 octets.
const LONGEST_SET: usize = 900;

/// Ids of one UIDVALIDITY that have no answer yet.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) uid_validity: u32,
    pub(super) open: BTreeMap<u32, SourceItemId>,
}

impl Asked {
    /// Those that can be asked for, each once; and those that cannot be there: no ids of ours, or of another
    /// UIDVALIDITY than the first.
    pub(super) fn sort(ids: &[SourceItemId]) -> (Self, Vec<SourceItemId>) {
        let (mut asked, mut strangers) = (Self::default(), Vec::new());
        let mut seen = HashSet::new();
        for id in ids.iter().filter(|id| seen.insert(*id)) {
            match uid_of(id) {
                Some((validity, uid)) if asked.open.is_empty() || asked.uid_validity == validity => {
                    asked.uid_validity = validity;
                    asked.open.insert(uid, id.clone());
                }
                _ => strangers.push(id.clone()),
            }
        }
        (asked, strangers)
    }

    /// The only one.
    pub(super) fn alone(&self) -> Option<(u32, SourceItemId)> {
        let (uid, id) = self.open.first_key_value()?;
        (self.open.len() == 1).then(|| (*uid, id.clone()))
    }

    /// The highest open UID.
    pub(super) fn newest(&self) -> u32 {
        self.open.last_key_value().map_or(0, |(uid, _)| *uid)
    }

    /// The open ones as sets, each short enough for a line.
    pub(super) fn sets(&self) -> Vec<UidSet> {
        let mut sets = vec![UidSet::default()];
        let mut len = 0;
        for (first, last) in UidSet::from_uids(self.open.keys().copied()).ranges() {
            let more = first.to_string().len() + last.to_string().len() + 2;
            if len + more > LONGEST_SET {
                sets.push(UidSet::default());
                len = 0;
            }
            len += more;
            if let Some(set) = sets.last_mut() {
                set.push_range(*first, *last);
            }
        }
        sets.retain(|set| !set.is_empty());
        sets
    }

    /// The open ones of a set.
    pub(super) fn open_in(&self, set: &UidSet) -> Vec<u32> {
        self.open.keys().copied().filter(|uid| set.contains(*uid)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(words: &str) -> Vec<SourceItemId> {
        words.split(' ').map(SourceItemId::new).collect()
    }

    #[test]
    fn each_id_is_asked_for_once_or_not_at_all() {
        let (asked, strangers) = Asked::sort(&ids("5:9 x 5:1 5:9 6:2 5:0 5:09 +5:7 5: :5 x 5:4294967296"));
        assert_eq!(asked.uid_validity, 5);
        assert_eq!(asked.open.values().cloned().collect::<Vec<_>>(), ids("5:1 5:9"));
        assert_eq!(strangers, ids("x 6:2 5:0 5:09 +5:7 5: :5 5:4294967296"));
        assert_eq!(asked.alone(), None);
        assert_eq!(Asked::sort(&ids("5:9 x")).0.alone(), Some((9, SourceItemId::new("5:9"))));
    }

    #[test]
    fn sets_are_short_enough_for_a_line_and_leave_nobody_out() {
        let many: Vec<_> =
            (1..=3000_u32).map(|uid| SourceItemId::new(format!("1:{}", uid * 7_000))).collect();
        let (asked, _) = Asked::sort(&many);
        let sets = asked.sets();
        assert!(sets.iter().all(|set| set.to_string().len() <= LONGEST_SET));
        assert_eq!(sets.iter().map(UidSet::count).sum::<u64>(), 3000);
        assert_eq!(Asked::sort(&ids("1:1 1:2 1:3 1:9")).0.sets()[0].to_string(), "1:3,9");
    }
}
