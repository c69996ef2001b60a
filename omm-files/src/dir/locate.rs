//! Looking for copies: by size first, then, of those few, by reading and hashing them.

use super::{
    append::number_of,
    copies::{digest_of, each_file, id_of},
    own::{Own, Place},
};
use omm_core::{
    Result,
    model::{DestFolderId, DestItemId, Digest, ItemKind, Mark},
    seam::Probe,
};
use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::Path,
};

/// A file that is byte for byte what some probe looks for.
pub(super) struct Candidate {
    pub(super) id: DestItemId,
    size: u64,
    digest: Digest,
}

impl Own {
    /// All files that a probe looks for, oldest first. Waits until a writer that nobody waits for has ended.
    pub(super) fn candidates(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
    ) -> Result<Vec<Candidate>> {
        let place = self.place(folder)?;
        let _lock = self.lock()?;
        let from = above.map(|mark| mark.as_str().parse().unwrap_or(0));
        search(&place, from, probes).map_err(|cause| place.failed("look for copies", cause))
    }
}

/// Gives each probe one candidate at most, and each candidate to one probe.
pub(super) fn assign(
    probes: &[Probe],
    candidates: Vec<Candidate>,
    owned: &[bool],
) -> Vec<Option<DestItemId>> {
    let mut free: HashMap<(u64, Digest), Vec<DestItemId>> = HashMap::new();
    for (candidate, _) in candidates.into_iter().zip(owned).rev().filter(|(_, owned)| !**owned) {
        free.entry((candidate.size, candidate.digest)).or_default().push(candidate.id);
    }
    let take = |probe: &Probe| free.get_mut(&(probe.stored_size, probe.fingerprint.body))?.pop();
    probes.iter().map(take).collect()
}

fn search(place: &Place, from: Option<u64>, probes: &[Probe]) -> io::Result<Vec<Candidate>> {
    let probes = || probes.iter().filter(|probe| probe.kind == place.kind);
    let sizes: HashSet<u64> = probes().map(|probe| probe.stored_size).collect();
    let digests: HashSet<(u64, Digest)> =
        probes().map(|probe| (probe.stored_size, probe.fingerprint.body)).collect();
    let shorts: HashSet<u64> = probes().map(|probe| probe.fingerprint.body.short()).collect();
    let (mut candidates, mut seen) = (Vec::new(), HashSet::new());
    each_file(place, |name, entry| {
        let id = id_of(place, name);
        // Only our own files have numbers, so a file that somebody else put there lies above no mark.
        let above = from.is_none_or(|from| number_of(id).is_some_and(|number| number >= from));
        if !above || !may_match(place, id, &sizes, &shorts) {
            return Ok(());
        }
        let path = entry.path();
        let Some(size) = size_of(&path)?.filter(|size| sizes.contains(size)) else { return Ok(()) };
        let Some(digest) = unless_gone(digest_of(&path))? else { return Ok(()) };
        if digests.contains(&(size, digest)) && seen.insert(id.to_owned()) {
            candidates.push(Candidate { id: DestItemId::new(id), size, digest });
        }
        Ok(())
    })?;
    candidates.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(candidates)
}

/// What the name alone rules out. Mail is never rewritten under its name; a contact may be.
fn may_match(place: &Place, id: &str, sizes: &HashSet<u64>, shorts: &HashSet<u64>) -> bool {
    let parts = || {
        let (digest, size) = id.split_once('.')?.1.split_once(".omm,S=")?;
        Some((u64::from_str_radix(digest, 16).ok()?, size.parse::<u64>().ok()?))
    };
    match parts() {
        Some((short, size)) if place.kind == ItemKind::Mail => {
            shorts.contains(&short) && sizes.contains(&size)
        }
        _ => true,
    }
}

fn size_of(path: &Path) -> io::Result<Option<u64>> {
    Ok(unless_gone(fs::metadata(path))?.filter(fs::Metadata::is_file).map(|stat| stat.len()))
}

fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}
