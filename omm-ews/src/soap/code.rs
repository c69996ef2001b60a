//! Response codes ([MS-OXWSCDATA] §2.2.5.24): kept as the server wrote them, so that one nobody here has heard of can
//! still be read in a report.

use std::fmt;

/// A response code, such as `ErrorItemNotFound`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Code(Box<str>);

impl Code {
    /// As the server wrote it. Longer ones than any that there is are cut.
    pub(crate) fn new(word: &str) -> Self {
        // In a fault it has a prefix, and may be qualified by a detail: `a:ErrorServerBusy`.
        let word = word.trim().rsplit(':').next().unwrap_or_default();
        Self(
            word.chars()
                .filter(|letter| letter.is_ascii_alphanumeric())
                .take(LONGEST)
                .collect::<String>()
                .into(),
        )
    }

    /// The word.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether all is well.
    pub(crate) fn is_good(&self) -> bool {
        &*self.0 == "NoError"
    }

    /// Whether it is one of these.
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        words.contains(&&*self.0)
    }
}

const LONGEST: usize = 80;

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
