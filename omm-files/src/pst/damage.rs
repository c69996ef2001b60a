//! What is wrong with a file that is read nevertheless.

use omm_mapi::{Error, Result};
use std::{collections::HashSet, fmt, sync::Mutex};

/// How many lines are kept; the rest is counted.
const LINES: usize = 1000;

/// The damage met so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// Each a line for people: what is wrong, and where. In the order in which it was met.
    pub lines: Vec<String>,
    /// How many more there are, above the thousand that are kept.
    pub more: u64,
}

/// Tells damage, which the reader remarks and reads around, from a file that cannot be read.
pub(crate) trait OrDamage<T> {
    /// What was read, or the damage in its place.
    ///
    /// # Errors
    /// [`Error::Io`] alone: a disk that fails or is gone says nothing of what is on it.
    fn or_damage(self) -> Result<Result<T>>;
}

impl<T> OrDamage<T> for Result<T> {
    fn or_damage(self) -> Result<Self> {
        match self {
            Err(Error::Io(cause)) => Err(Error::Io(cause)),
            read => Ok(read),
        }
    }
}

/// Where damage is written down.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    damage: Damage,
    known: HashSet<String>,
}

impl Remarks {
    /// Writes a line down, once.
    pub(crate) fn add(&self, line: impl fmt::Display) {
        let line = line.to_string();
        let Ok(mut inner) = self.inner.lock() else { return };
        if inner.known.contains(&line) {
            return;
        }
        if inner.damage.lines.len() < LINES {
            inner.known.insert(line.clone());
            inner.damage.lines.push(line);
        } else {
            inner.damage.more += 1;
        }
    }

    /// All of it.
    pub(crate) fn all(&self) -> Damage {
        self.inner.lock().map(|inner| inner.damage.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_and_once() {
        let remarks = Remarks::default();
        (0..2).for_each(|_| remarks.add("same"));
        (0..LINES + 4).for_each(|number| remarks.add(number));
        let damage = remarks.all();
        assert_eq!((damage.lines.len(), damage.more), (LINES, 5));
        assert_eq!(damage.lines[..2], ["same", "0"]);
    }
}
