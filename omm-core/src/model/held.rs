//! The bytes of an arriving body in memory.
//!
//! Bodies of all sizes come and go by the thousand, in several threads. An allocator keeps the gaps that large ones leave,
//! in each thread's heap, until a budget of 24 MiB takes 50. So large ones do not go through it: their memory comes from
//! the system and goes back there.

use bytes::Bytes;
use memmap2::MmapMut;
use std::ops::Deref;

/// From this size on a body is large.
const LARGE: usize = 32 * 1024;

/// Bytes, with room for more.
#[derive(Debug)]
pub(super) enum Held {
    Small(Vec<u8>),
    Large(Region),
}

/// Memory of the system's, as far as it is filled.
#[derive(Debug)]
pub(super) struct Region {
    map: MmapMut,
    // Invariant: not longer than the map.
    len: usize,
}

impl Held {
    /// How many bytes there is room for.
    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Small(bytes) => bytes.capacity(),
            Self::Large(region) => region.map.len(),
        }
    }

    /// Makes room for so many more, and hardly more than that.
    pub(super) fn reserve_exact(&mut self, more: usize) {
        let wanted = self.len() + more;
        if wanted <= self.capacity() {
            return;
        }
        let map = if wanted < LARGE { None } else { MmapMut::map_anon(wanted).ok() };
        if let Some(map) = map {
            let mut region = Region { map, len: 0 };
            region.extend_from_slice(self);
            *self = Self::Large(region);
        } else if let Self::Small(bytes) = self {
            bytes.reserve_exact(more);
        } else {
            // The system has no more regions to give, of which it has only so many.
            let mut bytes = Vec::with_capacity(wanted);
            bytes.extend_from_slice(self);
            *self = Self::Small(bytes);
        }
    }

    /// Appends bytes.
    pub(super) fn extend_from_slice(&mut self, more: &[u8]) {
        self.reserve_exact(more.len());
        match self {
            Self::Small(bytes) => bytes.extend_from_slice(more),
            Self::Large(region) => region.extend_from_slice(more),
        }
    }

    /// The bytes, for good.
    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Small(bytes) => bytes.into_boxed_slice().into(),
            // What was not written to was never taken.
            Self::Large(region) => Bytes::from_owner(region),
        }
    }
}

impl Region {
    fn extend_from_slice(&mut self, more: &[u8]) {
        if let Some(room) = self.map.get_mut(self.len..self.len + more.len()) {
            room.copy_from_slice(more);
            self.len += more.len();
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(region) => region.as_ref(),
        }
    }
}

impl AsRef<[u8]> for Region {
    fn as_ref(&self) -> &[u8] {
        self.map.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: bytes lost or repeated where a body becomes large, and room that nobody asked for.
    #[test]
    fn bytes_are_the_same_whatever_their_number() {
        for (first, chunk) in
            [(0, 9999), (10, 70_000), (LARGE - 1, 4097), (LARGE, 5000), (3 * LARGE, 100_000)]
        {
            let mut held = Held::default();
            held.reserve_exact(first);
            let bytes: Vec<u8> = (0..3 * LARGE + 7).map(|at| (at % 251) as u8).collect();
            for piece in bytes.chunks(chunk) {
                let before = held.capacity();
                held.extend_from_slice(piece);
                assert!(held.capacity() == before || before < held.len(), "{first} {chunk}");
            }
            assert_eq!(held.len(), bytes.len());
            assert!(matches!(held, Held::Large(_)));
            assert_eq!(held.into_bytes(), bytes, "{first} {chunk}");
        }
        let mut small = Held::default();
        small.extend_from_slice(b"small");
        assert!(matches!(small, Held::Small(_)));
        assert_eq!(small.into_bytes(), &b"small"[..]);
    }
}
