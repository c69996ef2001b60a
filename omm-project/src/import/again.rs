//! Passwords for migrations that the project has. They are erased when a migration is done; whoever wants to go on with it
//! imports the same table again.

use super::{Fault, Importer, Trouble};
use crate::{
    project::ProjectId,
    sealed::{Field, Key, Place},
    store::{By, Change, Changed, MigrationKey, MigrationRow, NewMigration},
};
use omm_core::Result;

/// A row between the same accounts as the migration with that number.
pub(super) type Known = (MigrationKey, NewMigration);

impl Importer<'_> {
    /// Seals the passwords of rows into the migrations that are there, and says of how many; the others are told.
    pub(super) async fn give_again(
        &self,
        project: &ProjectId,
        (known, key): (Vec<Known>, &Key),
        by: &By,
        tell: &mut (dyn FnMut(Trouble) + Send),
    ) -> Result<u64> {
        let mut duplicate = |(there, row): &Known| {
            tell(Trouble::of_row(row.line.unwrap_or_default(), Fault::PairInProject(there.0)));
        };
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        for known in known {
            let stored = self.projects.migration(project, known.0).await?;
            let alike = stored.is_some_and(|stored| logs_in_alike(&stored, &known.1));
            match passwords(project, key, &known)? {
                Some(passwords) if alike => {
                    changes.extend(passwords.map(|change| (known.0, change)));
                    rows.push(known);
                }
                _ => duplicate(&known),
            }
        }
        if rows.is_empty() {
            return Ok(0);
        }
        let answers = self.projects.change_migrations(project, changes, by).await?;
        let mut given = 0;
        for (answers, known) in answers.chunks(FIELDS.len()).zip(&rows) {
            if answers.iter().all(|answer| *answer == Changed::Changed) {
                given += 1;
            } else {
                // Erased meanwhile.
                duplicate(known);
            }
        }
        Ok(given)
    }
}

const FIELDS: [Field; 2] = [Field::SourcePassword, Field::DestinationPassword];

/// Whether the passwords of a row are of any use to a migration: on both sides somebody of the same name logs in, with a
/// password that is sealed. An administrator's password must not take the place of the mailbox's own, and a password that
/// the host keeps is not ours to change.
fn logs_in_alike(stored: &MigrationRow, row: &NewMigration) -> bool {
    let (source, destination) = (stored.source_password.is_some(), stored.destination_password.is_some());
    let sides = [
        (&stored.source, &row.source, source, "source"),
        (&stored.destination, &row.destination, destination, "destination"),
    ];
    sides.into_iter().all(|(there, here, has_password, side)| {
        let is_sealed = has_password || there.credentials == stored.key.credentials(side);
        is_sealed && there.delegate == here.delegate
    })
}

/// The passwords of a row, sealed for the migration that is there; nothing if it has not both.
fn passwords(project: &ProjectId, key: &Key, (there, row): &Known) -> Result<Option<[Change; FIELDS.len()]>> {
    let (Some(source), Some(destination)) = (&row.source_password, &row.destination_password) else {
        return Ok(None);
    };
    let anew = |field, sealed| -> Result<Change> {
        let secret = key.open(Place { project, migration: row.key, field }, sealed)?;
        let to = key.seal(Place { project, migration: *there, field }, &secret)?;
        Ok(Change::Password { field, from: None, to })
    };
    let [source_field, destination_field] = FIELDS;
    Ok(Some([anew(source_field, source)?, anew(destination_field, destination)?]))
}
