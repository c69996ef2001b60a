//! File names of what was written lately, so that a fresh copy is found without reading its directory.

use std::collections::HashMap;

/// Names in a generation. More than all folders at work together write between a write and the look at it.
const GENERATION: usize = 4096;

/// The names that were written last, of all folders together, in two generations: the memory has a bound, and the
/// last [`GENERATION`] names are always there.
#[derive(Default)]
pub(super) struct Recent {
    young: HashMap<String, String>,
    old: HashMap<String, String>,
}

impl Recent {
    /// Remembers the file name of an item.
    pub(super) fn remember(&mut self, folder: &str, id: &str, name: String) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key(folder, id), name);
    }

    /// The file name that an item had.
    pub(super) fn name(&self, folder: &str, id: &str) -> Option<&str> {
        let key = key(folder, id);
        self.young.get(&key).or_else(|| self.old.get(&key)).map(String::as_str)
    }
}

/// No id has a slash in it.
fn key(folder: &str, id: &str) -> String {
    format!("{folder}/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: everything forgotten at once when there are many, after which the directory is read for each
    // item of the batch that was just written; and names that are kept for ever.
    #[test]
    fn the_last_names_are_there_and_no_more() {
        let mut recent = Recent::default();
        for number in 0..3 * GENERATION {
            recent.remember("f", &number.to_string(), format!("{number}:2,S"));
            for back in [1, 256, GENERATION - 1] {
                let Some(earlier) = number.checked_sub(back) else { continue };
                let name = format!("{earlier}:2,S");
                assert_eq!(recent.name("f", &earlier.to_string()), Some(name.as_str()));
            }
        }
        assert_eq!(recent.name("f", "0"), None);
        assert_eq!(recent.name("g", &(3 * GENERATION - 1).to_string()), None);
        assert!(recent.young.len() + recent.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn the_newer_name_counts() {
        let mut recent = Recent::default();
        recent.remember("f", "1", "1:2,".to_owned());
        (2..=GENERATION).for_each(|number| recent.remember("f", &number.to_string(), String::new()));
        recent.remember("f", "1", "1:2,S".to_owned());
        assert_eq!(recent.name("f", "1"), Some("1:2,S"));
    }
}
