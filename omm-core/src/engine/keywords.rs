//! How many different keywords a destination folder has room for.

use crate::model::Flags;
use std::collections::HashSet;

/// The keywords that were met in one folder, up to the limit.
pub(super) struct Keywords {
    most: Option<u64>,
    met: HashSet<String>,
}

impl Keywords {
    pub(super) fn new(most: Option<u64>) -> Self {
        Self { most, met: HashSet::new() }
    }

    /// Whether all keywords of an item can be kept. Those that can have their place from now on.
    pub(super) fn have_room_for(&mut self, flags: &Flags) -> bool {
        let Some(most) = self.most else { return true };
        let mut all = true;
        for keyword in flags.keywords() {
            let keyword = keyword.to_lowercase();
            if (self.met.len() as u64) < most {
                self.met.insert(keyword);
            } else {
                all &= self.met.contains(&keyword);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_have_a_place() {
        let mut keywords = Keywords::new(Some(2));
        for (flags, fits) in [
            ("\\Seen", true),
            ("Work", true),
            ("WORK Home", true),
            ("Late", false),
            ("home \\Flagged", true),
            ("Home Late", false),
        ] {
            assert_eq!(keywords.have_room_for(&Flags::parse(flags)), fits, "{flags}");
        }
        assert!(!Keywords::new(Some(0)).have_room_for(&Flags::parse("Work")), "a server without keywords");
        assert!(Keywords::new(None).have_room_for(&Flags::parse("Work")));
    }
}
