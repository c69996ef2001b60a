//! Erasing what is known of migrations: journals, passwords, numbers. What was copied stays, and so do the audit lines.

use super::Journals;
use crate::{
    project::ProjectId,
    store::{By, MigrationRow, Page, Projects},
};
use omm_core::Result;

/// So many at a time.
const PAGE: u32 = 500;

/// Erases migrations of a project with their journals, and says how many there were.
///
/// Journals go first: one that no row names any more would be kept for good. Whoever is interrupted begins anew.
///
/// # Errors
/// [`omm_core::error::ErrorKind::Journal`], also when somebody works on one of them; those before it are then without a
/// journal, and none is erased.
///
/// # Cancel safety
/// When dropped, some journals are erased, and perhaps all of it.
pub async fn erase_migrations(
    projects: &dyn Projects,
    journals: &dyn Journals,
    project: &ProjectId,
    migrations: &[MigrationRow],
    by: &By,
) -> Result<u64> {
    for journal in migrations.iter().filter_map(|row| row.journal.as_deref()) {
        journals.erase(journal).await?;
    }
    let keys = migrations.iter().map(|row| row.key).collect();
    projects.erase_migrations(project, keys, by).await
}

/// Erases a project with all its migrations, sessions and journals, and says how many migrations there were.
///
/// # Errors
/// As for [`erase_migrations`]; the pages of migrations before it are erased.
///
/// # Cancel safety
/// When dropped, some of it is erased. Whoever asks again erases the rest.
pub async fn erase_project(
    projects: &dyn Projects,
    journals: &dyn Journals,
    project: &ProjectId,
    by: &By,
) -> Result<u64> {
    let mut erased = 0;
    loop {
        // Always the first page: what was on it is gone the next time.
        let page = projects.page(project, Page::first(PAGE)).await?;
        if page.is_empty() {
            break;
        }
        erased += erase_migrations(projects, journals, project, &page, by).await?;
    }
    projects.erase(project, by).await?;
    Ok(erased)
}
