//! Which message stands for which probe: one-to-one, and never by size alone.

use omm_core::{model::Fingerprint, seam::Probe};
use std::collections::{HashMap, HashSet};

/// Messages that have the size of one of the probes.
pub(super) fn of_these_sizes(sizes: &[(u32, u64)], probes: &[Probe]) -> Vec<u32> {
    let wanted: HashSet<u64> = probes.iter().map(|probe| probe.stored_size).collect();
    sizes.iter().filter(|(_, size)| wanted.contains(size)).map(|(uid, _)| *uid).collect()
}

/// Each probe gets the first free message with its digest. Two equal probes get two messages or one of them none.
pub(super) fn assign(
    probes: &[Probe],
    free: &[u32],
    read: &HashMap<u32, Fingerprint>,
    by_header: bool,
) -> Vec<Option<u32>> {
    let mut taken = HashSet::new();
    let is_same = |probe: &Probe, there: &Fingerprint| {
        probe.fingerprint.body == there.body || (by_header && probe.fingerprint.header == there.header)
    };
    let give = |probe: &Probe| {
        let fits =
            |uid: &&u32| !taken.contains(*uid) && read.get(uid).is_some_and(|there| is_same(probe, there));
        let uid = free.iter().find(fits).copied()?;
        taken.insert(uid);
        Some(uid)
    };
    probes.iter().map(give).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::model::{Body, ItemKind};

    fn fingerprint(text: &str) -> Fingerprint {
        Body::from_bytes(text.as_bytes().to_vec()).fingerprint()
    }

    fn probe(text: &str) -> Probe {
        Probe::new(ItemKind::Mail, fingerprint(text), text.len() as u64, None)
    }

    #[test]
    fn one_to_one_and_by_digest() {
        let read: HashMap<u32, Fingerprint> = [(5, "twin"), (6, "other"), (7, "twin"), (8, "diff")]
            .map(|(uid, text)| (uid, fingerprint(text)))
            .into();
        let probes = [probe("twin"), probe("twin"), probe("gone"), probe("twin"), probe("other")];
        let found = assign(&probes, &[5, 6, 7, 8], &read, false);
        assert_eq!(found, [Some(5), Some(7), None, None, Some(6)]);
        assert_eq!(assign(&probes[..1], &[6, 7], &read, false), [Some(7)], "what is owned is not offered");
        assert_eq!(assign(&probes[..1], &[9], &read, false), [None], "what was not read is nothing");
    }

    #[test]
    fn a_header_is_enough_only_where_bodies_are_changed() {
        let read = [(5, fingerprint("A: b\r\n\r\nchanged"))].into();
        let probes = [probe("A: b\r\n\r\nsent")];
        assert_eq!(assign(&probes, &[5], &read, false), [None]);
        assert_eq!(assign(&probes, &[5], &read, true), [Some(5)]);
    }

    #[test]
    fn only_the_right_sizes_are_read() {
        assert_eq!(of_these_sizes(&[(1, 4), (2, 5), (3, 4)], &[probe("twin")]), [1, 3]);
    }
}
