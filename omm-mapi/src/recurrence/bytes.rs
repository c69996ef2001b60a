//! Little-endian fields of a blob, one after another.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

/// What is left of a blob. Every getter answers nothing at its end.
pub(super) struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let (taken, rest) = self.rest.split_first_chunk::<2>()?;
        self.rest = rest;
        Some(u16::from_le_bytes(*taken))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let (taken, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*taken))
    }

    /// So many numbers of four bytes, or nothing.
    pub(super) fn fields<const COUNT: usize>(&mut self) -> Option<[u32; COUNT]> {
        let mut all = self.take(COUNT.checked_mul(4)?)?.chunks_exact(4);
        Some(std::array::from_fn(|_| {
            all.next().and_then(|four| four.first_chunk()).map_or(0, |four| u32::from_le_bytes(*four))
        }))
    }

    /// A block with its size before it.
    pub(super) fn block(&mut self) -> Option<&'a [u8]> {
        let size = self.u32()?;
        self.take(usize::try_from(size).ok()?)
    }

    /// UTF-16 with its length in letters before it.
    pub(super) fn wide_text(&mut self) -> Option<String> {
        let length = self.u16()?;
        let bytes = self.take(usize::from(length) * 2)?;
        let units: Vec<u16> = bytes.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        Some(String::from_utf16_lossy(&units))
    }
}

/// Minutes since 1601 ([MS-OXOCAL] §2.2.1.44.1).
pub(super) fn time(minutes: u32) -> NaiveDateTime {
    let start = NaiveDate::from_ymd_opt(1601, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
    // 2^32 minutes end in the year 9767, within every calendar.
    start.checked_add_signed(Duration::minutes(i64::from(minutes))).unwrap_or(start)
}
