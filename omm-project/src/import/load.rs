//! A table into a project: read, sealed and stored by handfuls.

use super::{Fault, Found, Row, Rows, Tally, Trouble};
use crate::{
    project::ProjectId,
    sealed::{Key, Keys},
    store::{Added, By, NewMigration, Projects},
};
use omm_core::{
    Result,
    host::{Runtime, blocking},
};
use std::sync::Arc;

/// As many rows go into the store at once: it waits for the disk once for all of them.
const HANDFUL: usize = 500;

/// Who takes part in an import.
#[derive(Clone, Copy)]
pub struct Importer<'a> {
    /// Where the migrations go.
    pub projects: &'a dyn Projects,
    /// Who has the key.
    pub keys: &'a dyn Keys,
    /// Where the file is read.
    pub runtime: &'a Arc<dyn Runtime>,
}

/// Good rows, and what else was found on the way to them.
#[derive(Default)]
struct Handful {
    rows: Vec<Row>,
    troubles: Vec<Trouble>,
}

impl Importer<'_> {
    /// Reads a table into a project and tells `tell` what is wrong with it, in its order as far as one handful goes. Passwords
    /// are sealed as a handful of rows is read: nothing else of them is ever handed to the store. A migration that the project has is given
    /// the passwords of its row again: they may have been erased since, or changed.
    ///
    /// # Errors
    /// Those of [`Keys::current`], before anything is read; of [`Rows`] and of [`Projects::add`]. Rows before the error may have been added; if
    /// the same table is imported again, they are found to be there and given their passwords again.
    ///
    /// # Cancel safety
    /// As after an error.
    pub async fn import(
        &self,
        project: &ProjectId,
        mut rows: Rows,
        by: &By,
        tell: &mut (dyn FnMut(Trouble) + Send),
    ) -> Result<Tally> {
        let key = self.keys.current().await?;
        let mut tally = Tally::default();
        loop {
            let (read, handful) = blocking(self.runtime, move || fill(rows)).await?;
            rows = read;
            handful.troubles.into_iter().for_each(&mut *tell);
            if !handful.rows.is_empty() {
                let migrations = self.seal(project, handful.rows, &key).await?;
                self.store(project, (migrations, &key), by, tell, &mut tally).await?;
            } else if rows.is_over() {
                let all = rows.tally().good + rows.tally().bad;
                return Ok(Tally { bad: all - tally.good - tally.given_again, ..tally });
            }
        }
    }

    /// Gives each row its number, and seals its passwords for it.
    async fn seal(&self, project: &ProjectId, rows: Vec<Row>, key: &Key) -> Result<Vec<NewMigration>> {
        // No more than there are: whoever adds one the next day looks for the next number.
        let first = self.projects.reserve(rows.len() as u64).await?;
        let (project, key) = (project.clone(), key.clone());
        let work = move || {
            let numbered = (0..).zip(rows);
            let sealed = numbered.map(|(at, row)| NewMigration::sealing(row, first.plus(at), &project, &key));
            sealed.collect::<Result<_>>()
        };
        blocking(self.runtime, work).await
    }

    /// Stores what was read and sealed, and counts it.
    async fn store(
        &self,
        project: &ProjectId,
        (migrations, key): (Vec<NewMigration>, &Key),
        by: &By,
        tell: &mut (dyn FnMut(Trouble) + Send),
        tally: &mut Tally,
    ) -> Result<()> {
        let answers = self.projects.add(project, migrations.clone(), by).await?;
        let mut known = Vec::new();
        for (answer, row) in answers.into_iter().zip(migrations) {
            match answer {
                Added::Added => tally.good += 1,
                Added::SamePair(there) => known.push((there, row)),
                Added::SameDestination(there) => {
                    let fault = Fault::DestinationInProject(there.0);
                    tell(Trouble::of_row(row.line.unwrap_or_default(), fault));
                }
            }
        }
        tally.given_again += self.give_again(project, (known, key), by, tell).await?;
        Ok(())
    }
}

/// Reads a handful of rows. Blocks.
fn fill(mut rows: Rows) -> Result<(Rows, Handful)> {
    let mut handful = Handful::default();
    let enough = |handful: &Handful| handful.rows.len() + handful.troubles.len() >= HANDFUL;
    while !enough(&handful)
        && let Some(found) = rows.next()
    {
        match found? {
            Found::Trouble(trouble) => handful.troubles.push(trouble),
            Found::Row(row) => handful.rows.push(*row),
        }
    }
    Ok((rows, handful))
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Importer").finish_non_exhaustive()
    }
}
