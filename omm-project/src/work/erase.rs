//! Erasing journals that no migration names any more. What was copied stays.

use super::Journals;
use crate::store::Projects;
use omm_core::{Result, host::Stop};

/// So many names at a time.
const PAGE: u32 = 100;

/// Erases the journals that no migration of a project names any more ([`Projects::orphans`]), and says how many could not be
/// erased now, because somebody works on them: the next one who comes by tries again.
///
/// # Errors
/// [`omm_core::error::ErrorKind::Journal`] when the names cannot be read or written.
///
/// # Cancel safety
/// When dropped, some are erased. Whoever asks again goes on.
pub async fn bury(projects: &dyn Projects, journals: &dyn Journals, stop: &Stop) -> Result<u64> {
    let (mut after, mut left) = (None::<String>, 0);
    loop {
        let names = projects.orphans(after.as_deref(), PAGE).await?;
        let Some(last) = names.last() else { return Ok(left) };
        after = Some(last.clone());
        for name in &names {
            if stop.requested() {
                return Ok(left);
            }
            match journals.erase(name).await {
                Ok(()) => projects.buried(name).await?,
                Err(_) => left += 1,
            }
        }
    }
}
