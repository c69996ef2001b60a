//! What is wrong with a stream, in words.

use std::fmt;

/// Lines of one stream; what is beyond is as good as said.
const LINES: usize = 100;

/// What was said so far.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<String>);

impl Remarks {
    /// Says a line, unless there are too many.
    pub(super) fn say(&mut self, line: impl fmt::Display) {
        if self.0.len() < LINES {
            self.0.push(line.to_string());
        }
    }

    /// All of it.
    pub(super) fn all(self) -> Vec<String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded() {
        let mut remarks = Remarks::default();
        (0..LINES + 5).for_each(|number| remarks.say(number));
        assert_eq!(remarks.all().len(), LINES);
    }
}
