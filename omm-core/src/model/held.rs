//! The bytes of an arriving body in memory: small ones where the allocator puts them, large ones in regions.

use crate::host::{LARGE, Region, Regions};
use bytes::Bytes;
use std::ops::Deref;

/// Bytes, with room for more.
#[derive(Debug)]
pub(super) struct Held {
    bytes: Place,
    regions: Regions,
}

#[derive(Debug)]
enum Place {
    Small(Vec<u8>),
    Large(Region),
}

impl Held {
    /// Nothing; what becomes large goes to these regions.
    pub(super) fn new(regions: Regions) -> Self {
        Self { bytes: Place::Small(Vec::new()), regions }
    }

    /// How many bytes there is room for.
    pub(super) fn capacity(&self) -> usize {
        match &self.bytes {
            Place::Small(bytes) => bytes.capacity(),
            Place::Large(region) => region.room(),
        }
    }

    /// Makes room for so many more, and hardly more than that.
    pub(super) fn reserve_exact(&mut self, more: usize) {
        let wanted = self.len() + more;
        if wanted <= self.capacity() {
            return;
        }
        let region = if wanted < LARGE { None } else { self.regions.get(wanted) };
        if let Some(mut region) = region {
            region.extend_from_slice(self);
            self.bytes = Place::Large(region);
        } else if let Place::Small(bytes) = &mut self.bytes {
            bytes.reserve_exact(more);
        } else {
            let mut bytes = Vec::with_capacity(wanted);
            bytes.extend_from_slice(self);
            self.bytes = Place::Small(bytes);
        }
    }

    /// Appends bytes.
    pub(super) fn extend_from_slice(&mut self, more: &[u8]) {
        self.reserve_exact(more.len());
        match &mut self.bytes {
            Place::Small(bytes) => bytes.extend_from_slice(more),
            Place::Large(region) => region.extend_from_slice(more),
        }
    }

    /// Forgets the bytes, not the room.
    pub(super) fn clear(&mut self) {
        match &mut self.bytes {
            Place::Small(bytes) => bytes.clear(),
            Place::Large(region) => region.clear(),
        }
    }

    /// The bytes, leaving nothing here.
    pub(super) fn take(&mut self) -> Self {
        let regions = self.regions.clone();
        std::mem::replace(self, Self::new(regions))
    }

    /// The bytes, for good.
    pub(super) fn into_bytes(self) -> Bytes {
        match self.bytes {
            Place::Small(bytes) => bytes.into_boxed_slice().into(),
            Place::Large(region) => Bytes::from_owner(region),
        }
    }
}

impl Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Place::Small(bytes) => bytes,
            Place::Large(region) => region.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: bytes lost or repeated where a body becomes large, and room that nobody asked for.
    #[test]
    fn bytes_are_the_same_whatever_their_number() {
        let regions = Regions::new(1 << 20);
        for (first, chunk) in
            [(0, 9999), (10, 70_000), (LARGE - 1, 4097), (LARGE, 5000), (3 * LARGE, 100_000)]
        {
            let mut held = Held::new(regions.clone());
            held.reserve_exact(first);
            let bytes: Vec<u8> = (0..3 * LARGE + 7).map(|at| (at % 251) as u8).collect();
            for piece in bytes.chunks(chunk) {
                let before = held.capacity();
                held.extend_from_slice(piece);
                assert!(held.capacity() == before || before < held.len(), "{first} {chunk}");
            }
            assert_eq!(held.len(), bytes.len());
            assert!(matches!(held.bytes, Place::Large(_)));
            assert_eq!(held.into_bytes(), bytes, "{first} {chunk}");
        }
        let mut small = Held::new(regions);
        small.extend_from_slice(b"small");
        assert!(matches!(small.bytes, Place::Small(_)));
        assert_eq!(small.take().into_bytes(), &b"small"[..]);
        assert!(small.is_empty());
    }
}
