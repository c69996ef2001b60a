//! Bytes from the front.

/// Takes from the front of bytes, never beyond their end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Bytes and what pads them to a multiple of four; padding that is missing at the end is not missed.
    pub(super) fn padded(&mut self, count: usize) -> Option<&'a [u8]> {
        let bytes = self.bytes(count)?;
        let padding = count.wrapping_neg() % 4;
        self.0 = self.0.get(padding..).unwrap_or_default();
        Some(bytes)
    }
}
