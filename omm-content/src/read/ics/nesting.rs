//! Which components are open, and what an END closes.

/// Components within components; RFC 5545 has two levels, RFC 9073 three.
const DEEPEST: usize = 8;

/// The open components, outermost first.
#[derive(Debug, Default)]
pub(crate) struct Nesting {
    // In capitals.
    open: Vec<Vec<u8>>,
}

/// What an END does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It closes one, and these that were not closed inside it, innermost first.
    Over(Vec<Vec<u8>>),
    /// It closes nothing.
    Nothing,
}

impl Nesting {
    /// Opens one; false if it would be too deep.
    pub(crate) fn begin(&mut self, name: Vec<u8>) -> bool {
        let fits = self.open.len() < DEEPEST;
        if fits {
            self.open.push(name);
        }
        fits
    }

    /// Closes one, and what is still open inside it.
    pub(crate) fn end(&mut self, name: &[u8]) -> Closed {
        match self.open.iter().rposition(|open| open == name) {
            Some(at) => {
                let inside = self.open.drain(at..).skip(1).rev().collect();
                Closed::Over(inside)
            }
            None => Closed::Nothing,
        }
    }

    /// How many are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }
}

/// A longer name is cut, so that a frame is never folded: RFC 5545 §3.1 has 75 octets for a line.
const LONGEST: usize = 60;

/// The name in a BEGIN or END, in capitals. RFC 5545 §3.1: letters, digits and `-`; others are left out.
pub(crate) fn component(value: &[u8]) -> Vec<u8> {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    letters.take(LONGEST).map(u8::to_ascii_uppercase).collect()
}
