//! Journals that projects name: what is asked of a single migration must not pull them from under a row.

use crate::{args::Global, exit::Failure};
use omm::{
    Omm,
    project::store::{Page, Projects},
};

/// So many at a time.
const PAGE: u32 = 500;

/// Refuses what is to be done with the journal of this id alone, where a migration of a project names it: `omm project VERB` does
/// both. Only projects of the state folder have their journals there.
pub(in crate::commands) async fn refuse_owned(
    global: &Global,
    omm: &Omm,
    id: &str,
    verb: &str,
) -> Result<(), Failure> {
    if !global.state_dir()?.join("projects.db").exists() {
        return Ok(());
    }
    let projects = omm.projects().await?;
    let mut after = None;
    loop {
        let some = projects.projects(after.as_ref(), PAGE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for project in &some {
            let mut page = Page::first(PAGE);
            loop {
                let rows = projects.page(&project.id, page).await?;
                let Some(last) = rows.last() else { break };
                page = page.behind(last.key);
                if let Some(row) = rows.iter().find(|row| row.journal.as_deref() == Some(id)) {
                    return Err(Failure::Usage(format!(
                        "migration {id} is number {} of project {}: say `omm project {verb} {} {}`, which keeps both in step",
                        row.key, project.id, project.id, row.key
                    )));
                }
            }
        }
    }
}
