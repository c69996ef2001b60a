//! What is lost of single items, in words, for the report.

use crate::error::one_line;
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// More are only counted.
const MOST: usize = 1_000;

/// Lines for people, each once. Empty to begin with.
#[derive(Debug, Default)]
pub(crate) struct Losses(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    lines: BTreeSet<String>,
    more: u64,
}

/// A line for each loss of an item, which is called so by people.
pub(crate) fn lines(item: &str, losses: &[String]) -> Vec<String> {
    losses.iter().map(|loss| format!("{}: {}", one_line(item), one_line(loss))).collect()
}

impl Losses {
    /// What is lost of an item, which is called so by people.
    pub(crate) fn note(&self, item: &str, losses: &[String]) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines(item, losses) {
            if told.lines.len() < MOST || told.lines.contains(&line) {
                told.lines.insert(line);
            } else {
                told.more += 1;
            }
        }
    }

    /// The lines, and how many more there were.
    pub(crate) fn all(&self) -> Vec<String> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let more = (told.more > 0).then(|| format!("losses of more items than are listed: {}", told.more));
        told.lines.iter().cloned().chain(more).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_once_and_not_without_end() {
        let losses = Losses::default();
        for at in 0..MOST + 5 {
            losses.note(&format!("item {at}"), &["a\nb".to_owned()]);
            losses.note("item 0", &["a\nb".to_owned()]);
        }
        let all = losses.all();
        assert_eq!((all.len(), all[0].as_str()), (MOST + 1, "item 0: a b"));
        assert_eq!(all[MOST], "losses of more items than are listed: 5");
    }
}
