//! Memory of the system's for large bodies, used again and again.
//!
//! Bodies of all sizes come and go by the thousand, in several threads. An allocator keeps the gaps that large ones leave,
//! in each thread's heap, until a budget of 24 MiB takes 50. So large ones do not go through it: they lie in regions of their
//! own. The next body gets a region that is there already, because the system clears each page of a new one, and interrupts
//! all threads to take one back. What lies idle and what is in use is together no more than the budget, as far as bodies
//! leave room for it.

use memmap2::MmapMut;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// From this size on a body is large.
pub(crate) const LARGE: usize = 32 * 1024;
/// Regions come in so many sizes between a power of two and the next, so that one fits the next body as well: an eighth of
/// it may stay empty.
const STEPS: usize = 8;

/// The regions of a budget. Cloning gives another handle to the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Regions(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// Bytes that may lie idle and be in use together.
    most: usize,
    used: usize,
    idle: BTreeMap<usize, Vec<MmapMut>>,
    idle_bytes: usize,
}

/// Bytes in a region, with room for more; it goes back when this is dropped.
#[derive(Debug)]
pub(crate) struct Region {
    // Nothing only while it is dropped.
    map: Option<MmapMut>,
    /// How much of it was asked for.
    room: usize,
    // Invariant: not more than `room`.
    len: usize,
    home: Regions,
}

impl Regions {
    /// None yet; together they are to have so many bytes.
    pub(crate) fn new(most: u64) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self(Arc::new(Mutex::new(Known { most, ..Known::default() })))
    }

    /// One with room for so many bytes, unless the system has no more to give, of which it has only so many.
    pub(crate) fn get(&self, room: usize) -> Option<Region> {
        let size = size_for(room);
        let idle = self.known().take(size);
        let map = match idle {
            Some(map) => map,
            None => MmapMut::map_anon(size).ok()?,
        };
        self.known().used += map.len();
        Some(Region { map: Some(map), room, len: 0, home: self.clone() })
    }

    fn give_back(&self, map: MmapMut) {
        let refused = self.known().keep(map);
        // Not while others wait for the lock.
        drop(refused);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The size of the region for so many bytes.
fn size_for(room: usize) -> usize {
    let step = room.checked_next_power_of_two().map_or(1, |above| (above / 2 / STEPS).max(1));
    room.checked_next_multiple_of(step).unwrap_or(room)
}

impl Known {
    /// An idle one of this size. If there is none, others go, so that there is room for a new one.
    fn take(&mut self, size: usize) -> Option<MmapMut> {
        let found = self.idle.get_mut(&size).and_then(Vec::pop);
        if found.is_some() {
            self.idle_bytes -= size;
            return found;
        }
        while self.used.saturating_add(self.idle_bytes).saturating_add(size) > self.most {
            let Some(mut largest) = self.idle.last_entry() else { break };
            match largest.get_mut().pop() {
                Some(map) => self.idle_bytes -= map.len(),
                None => drop(largest.remove()),
            }
        }
        None
    }

    /// Keeps one for the next body, or gives it back if that would be too much.
    fn keep(&mut self, map: MmapMut) -> Option<MmapMut> {
        let size = map.len();
        self.used = self.used.saturating_sub(size);
        if self.used.saturating_add(self.idle_bytes).saturating_add(size) > self.most {
            return Some(map);
        }
        self.idle_bytes += size;
        self.idle.entry(size).or_default().push(map);
        None
    }
}

impl Region {
    /// How many bytes there is room for.
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// Appends bytes for which there is room.
    pub(crate) fn extend_from_slice(&mut self, more: &[u8]) {
        let end = self.len + more.len();
        let free = self.map.as_mut().filter(|_| end <= self.room).and_then(|map| map.get_mut(self.len..end));
        debug_assert!(free.is_some(), "room is made before");
        if let Some(free) = free {
            free.copy_from_slice(more);
            self.len = end;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(map) = self.map.take() {
            self.home.give_back(map);
        }
    }
}

impl AsRef<[u8]> for Region {
    fn as_ref(&self) -> &[u8] {
        self.map.as_ref().and_then(|map| map.get(..self.len)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(region: &Region) -> *const u8 {
        region.as_ref().as_ptr()
    }

    // Would catch: regions that are mapped anew for each body, and bytes of the body before in the next one.
    #[test]
    fn the_next_body_of_about_its_size_gets_the_region() {
        let regions = Regions::new(1 << 20);
        let mut first = regions.get(100_000).unwrap();
        first.extend_from_slice(b"somebody else's");
        let there = place(&first);
        drop(first);
        let mut next = regions.get(99_000).unwrap();
        assert_eq!((place(&next), next.as_ref()), (there, &b""[..]));
        next.extend_from_slice(b"mine");
        assert_eq!(next.as_ref(), b"mine");
        assert_ne!(place(&regions.get(100_000).unwrap()), there, "it is in use");
    }

    // Would catch: idle memory beside a whole budget of bodies.
    #[test]
    fn idle_ones_give_way() {
        let regions = Regions::new(300_000);
        let known = |of: fn(&Known) -> usize| of(&regions.known());
        let three = [0; 3].map(|_| regions.get(100_000).unwrap());
        assert!(known(|known| known.used) > 300_000, "bodies come first");
        drop(three);
        let idle = known(|known| known.idle_bytes);
        assert!((100_000..=300_000).contains(&idle), "{idle}");
        let large = regions.get(250_000).unwrap();
        assert_eq!((known(|known| known.used), known(|known| known.idle_bytes)), (size_for(250_000), 0));
        drop(large);
    }

    // Would catch: a size that is smaller than what is asked for, or much larger.
    #[test]
    fn sizes_fit() {
        for room in (1..200_000).step_by(97).chain([LARGE, LARGE + 1, 1 << 30, usize::MAX]) {
            let size = size_for(room);
            assert!(size >= room && size - room <= room / STEPS + 1, "{room} in {size}");
        }
        assert_eq!(size_for(100_001), size_for(102_000));
    }
}
