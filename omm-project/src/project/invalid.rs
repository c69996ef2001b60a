//! What is wrong with what somebody has filled in: which field, and what to write.

use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};
use std::fmt;

/// A field whose value is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invalid {
    /// Which one, as it is called in the interchange form.
    pub field: &'static str,
    /// What to write.
    pub remedy: String,
}

impl Invalid {
    pub(crate) fn new(field: &'static str, remedy: impl Into<String>) -> Self {
        Self { field, remedy: remedy.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.remedy)
    }
}

/// Nothing when there is nothing wrong.
///
/// # Errors
/// [`ErrorKind::Config`], naming every field with its remedy.
pub fn all_valid(operation: &'static str, found: &[Invalid]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let told: Vec<_> = found.iter().map(Invalid::to_string).collect();
    Err(Error::new(ErrorKind::Config, Side::Host, operation, told.join("; ")))
}
