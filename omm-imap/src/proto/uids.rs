//! Sets of UIDs, as ranges (RFC 9051 §9: sequence-set without `*`).

/// Ranges in the order they were given; not sorted, since COPYUID and APPENDUID line up by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UidSet {
    /// First and last of each, both inclusive.
    ranges: Vec<(u32, u32)>,
}

impl UidSet {
    /// The set of these UIDs, neighbours joined into ranges, order kept.
    pub(crate) fn from_uids(uids: impl IntoIterator<Item = u32>) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for uid in uids {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
                _ => ranges.push((uid, uid)),
            }
        }
        Self { ranges }
    }

    /// Reads `4,7:9`. `*` has no place in what a server says, and neither has 0.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut set = Self::default();
        for range in text.split(|byte| *byte == b',') {
            let (one, other) = match memchr::memchr(b':', range) {
                Some(at) => (&range[..at], &range[at + 1..]),
                None => (range, range),
            };
            set.push_range(number(one)?, number(other)?);
        }
        Some(set)
    }

    /// Adds a range as it stands; a reversed one is turned round (RFC 9051 §9: order does not matter).
    pub(crate) fn push_range(&mut self, one: u32, other: u32) {
        self.ranges.push((one.min(other), one.max(other)));
    }

    /// First and last of each range.
    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Every UID, in order. A hostile set (`1:4294967295`) is long: take only so many.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// How many there are, counting repetitions.
    pub(crate) fn count(&self) -> u64 {
        self.ranges.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    pub(crate) fn contains(&self, uid: u32) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&uid))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

impl std::fmt::Display for UidSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if first == last { write!(f, "{comma}{first}")? } else { write!(f, "{comma}{first}:{last}")? }
        }
        Ok(())
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(digits).ok().filter(|_| is_number)?;
    number.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_as_text() {
        for (text, ranges) in
            [("7", &[(7, 7)][..]), ("9:7,1", &[(7, 9), (1, 1)]), ("4294967295", &[(u32::MAX, u32::MAX)])]
        {
            assert_eq!(UidSet::parse(text.as_bytes()).expect("a set").ranges(), ranges);
        }
        for text in ["", "0", "1,", ",1", "1:", "*", "1:*", "1 2", "+1", "4294967296", "1:2:3"] {
            assert_eq!(UidSet::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(UidSet::from_uids([1, 2, 3, 9, 4]).to_string(), "1:3,9,4");
        assert_eq!(UidSet::from_uids([u32::MAX, u32::MAX]).count(), 2);
    }
}
