//! Sets of numbers: `1:4,7,*`.

use super::args::bad;
use crate::imap::session::Refusal;

/// A set as it was written. `None` is `*`, the highest number there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    Numbers(Vec<(Option<u32>, Option<u32>)>),
    /// `$`: what the last SEARCH saved (RFC 5182).
    Saved,
}

/// A set without stars: closed ranges, ascending, not overlapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<(u32, u32)>);

impl Set {
    pub(crate) fn read(text: &str) -> Result<Self, Refusal> {
        if text == "$" {
            return Ok(Self::Saved);
        }
        text.split(',')
            .map(range)
            .collect::<Option<Vec<_>>>()
            .map(Self::Numbers)
            .ok_or_else(|| bad("set of numbers expected"))
    }

    /// `highest` is what `*` stands for; `saved` what `$` stands for.
    pub(crate) fn resolve(&self, highest: u32, saved: &[u32]) -> Ranges {
        match self {
            Self::Saved => Ranges::of(saved.iter().map(|number| (*number, *number)).collect()),
            Self::Numbers(ranges) => {
                let number = |end: Option<u32>| end.unwrap_or(highest);
                // RFC 9051 §9 `seq-range`: the order of the two ends does not matter.
                let order = |(a, b)| (number(a).min(number(b)), number(a).max(number(b)));
                Ranges::of(ranges.iter().copied().map(order).collect())
            }
        }
    }

    /// Whether a number of it, not a star, is above `highest`.
    pub(crate) fn exceeds(&self, highest: u32) -> bool {
        match self {
            Self::Saved => false,
            Self::Numbers(ranges) => {
                ranges.iter().any(|(a, b)| [a, b].into_iter().flatten().any(|number| *number > highest))
                    || (highest == 0 && !ranges.is_empty())
            }
        }
    }
}

impl Ranges {
    pub(crate) fn of(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.0.iter().copied()
    }

    pub(crate) fn contains(&self, number: u32) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        after > 0 && self.0[after - 1].1 >= number
    }
}

/// `1:3,5` for ascending numbers.
pub(crate) fn compress(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(last) if last.1.checked_add(1) == Some(number) => last.1 = number,
            _ => ranges.push((number, number)),
        }
    }
    let words = ranges.into_iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") });
    words.collect::<Vec<_>>().join(",")
}

fn range(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    match text.split_once(':') {
        Some((a, b)) => Some((end(a)?, end(b)?)),
        None => end(text).map(|number| (number, number)),
    }
}

fn end(text: &str) -> Option<Option<u32>> {
    match text {
        "*" => Some(None),
        // RFC 9051 §9 `nz-number`: never nought.
        _ if text.starts_with('0') || text.contains('$') => None,
        _ => text.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_and_written() {
        for (text, highest, expected) in [
            ("1:3,5", 9, "1:3,5"),
            ("*", 4, "4"),
            ("7:*", 4, "4:7"),
            ("3:1,2:5", 9, "1:5"),
            ("*:2", 4, "2:4"),
        ] {
            let ranges = Set::read(text).expect(text).resolve(highest, &[]);
            assert_eq!(compress((0..20).filter(|n| ranges.contains(*n))), expected, "{text}");
        }
        for wrong in ["", "0", "1:", "a", "1,,2", "01"] {
            assert!(Set::read(wrong).is_err(), "{wrong}");
        }
    }
}
