//! A table into a project: read, sealed and stored by handfuls.

use super::{Fault, Found, Rows, Tally, Trouble};
use crate::{
    project::ProjectId,
    sealed::{Key, Keys},
    store::{Added, By, MigrationKey, NewMigration, Projects},
};
use omm_core::{
    Result,
    host::{Runtime, blocking},
};
use std::sync::Arc;

/// As many rows go into the store at once: it waits for the disk once for all of them.
const HANDFUL: u64 = 500;

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

/// Rows that are sealed, and what else was found on the way to them.
#[derive(Default)]
struct Handful {
    migrations: Vec<NewMigration>,
    troubles: Vec<Trouble>,
}

impl Importer<'_> {
    /// Reads a table into a project and tells `tell` what is wrong with it, in its order as far as one handful goes. Passwords
    /// are sealed as each row is read: nothing else of them is ever handed to the store. A migration that the project has is given
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
        let (mut tally, mut next, mut left) = (Tally::default(), MigrationKey(0), 0);
        loop {
            if left < HANDFUL {
                // What is left of the last ones is lost; numbers are not scarce.
                next = self.projects.reserve(2 * HANDFUL).await?;
                left = 2 * HANDFUL;
            }
            let (handful, of, with) = (rows, project.clone(), key.clone());
            let work = move || fill(handful, next, &of, &with);
            let (read, handful) = blocking(self.runtime, work).await?;
            rows = read;
            let count = handful.migrations.len() as u64;
            (next, left) = (next.plus(count), left - count);
            let is_last = handful.migrations.is_empty();
            handful.troubles.into_iter().for_each(&mut *tell);
            if is_last && rows.is_over() {
                let all = rows.tally().good + rows.tally().bad;
                return Ok(Tally { bad: all - tally.good - tally.given_again, ..tally });
            }
            if is_last {
                continue;
            }
            self.store(project, (handful.migrations, &key), by, tell, &mut tally).await?;
        }
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

/// Reads a handful of rows and seals them. Blocks.
fn fill(mut rows: Rows, first: MigrationKey, project: &ProjectId, key: &Key) -> Result<(Rows, Handful)> {
    let mut handful = Handful::default();
    let enough = |handful: &Handful| (handful.migrations.len() + handful.troubles.len()) as u64 >= HANDFUL;
    while !enough(&handful)
        && let Some(found) = rows.next()
    {
        match found? {
            Found::Trouble(trouble) => handful.troubles.push(trouble),
            Found::Row(row) => {
                let number = first.plus(handful.migrations.len() as u64);
                handful.migrations.push(NewMigration::sealing(*row, number, project, key)?);
            }
        }
    }
    Ok((rows, handful))
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Importer").finish_non_exhaustive()
    }
}
