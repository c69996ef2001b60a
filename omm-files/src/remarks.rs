//! What a reader of plan and report should know of files that are damaged, or hold what cannot be carried.

use omm_core::model::SourceItemId;
use std::sync::{Mutex, PoisonError};

/// Lines that are kept; what is beyond is counted.
const MOST: usize = 1000;
/// The longest line, in characters.
const LONGEST: usize = 500;

/// Lines for people, each once, in the order in which they came up.
#[derive(Debug, Default)]
pub(crate) struct Remarks(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<String>,
    left_out: u64,
}

impl Remarks {
    /// Adds a line. What names and values of others make of it is cut to a length that people read.
    pub(crate) fn say(&self, mut line: String) {
        if let Some((end, _)) = line.char_indices().nth(LONGEST) {
            line.truncate(end);
            line.push('…');
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.lines.contains(&line) {
            return;
        }
        if kept.lines.len() < MOST { kept.lines.push(line) } else { kept.left_out += 1 }
    }

    /// Says what of an item could not be carried.
    pub(crate) fn losses(&self, id: &SourceItemId, losses: &[String]) {
        losses.iter().for_each(|loss| self.say(format!("item {id}: {loss}")));
    }

    /// All lines.
    pub(crate) fn all(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = kept.lines.clone();
        if kept.left_out > 0 {
            lines.push(format!("{} more lines like these", kept.left_out));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_once_and_not_without_end() {
        let remarks = Remarks::default();
        for number in (0..MOST + 2).chain(0..2) {
            remarks.say(format!("block {number}"));
        }
        let all = remarks.all();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!((all[0].as_str(), all[MOST].as_str()), ("block 0", "2 more lines like these"));
        let long = Remarks::default();
        long.say("é".repeat(LONGEST + 1));
        assert_eq!(long.all()[0].chars().count(), LONGEST + 1);
    }
}
