//! What was left out of a message and of the messages in it, in words.

use std::sync::{Mutex, PoisonError};

/// Remarks of one file; what is beyond is as good as said.
const MOST: usize = 100;

/// Remarks, each once: recipients and attachments are read when they are asked for, perhaps twice.
#[derive(Debug, Default)]
pub(super) struct Said(Mutex<Vec<String>>);

impl Said {
    /// Adds what was found wrong in a part.
    pub(super) fn say(&self, of: &str, remarks: Vec<String>) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for remark in remarks {
            let line = if of.is_empty() { remark } else { format!("{of}: {remark}") };
            if said.len() < MOST && !said.contains(&line) {
                said.push(line);
            }
        }
    }

    /// All of it so far.
    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
