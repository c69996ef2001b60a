//! Where a secret belongs: it opens nowhere else.

use crate::{project::ProjectId, store::MigrationKey};

/// Which secret of a migration it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The password of the account that is read.
    SourcePassword,
    /// The password of the account that is written.
    DestinationPassword,
}

/// Whose secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The project.
    pub project: &'a ProjectId,
    /// The migration.
    pub migration: MigrationKey,
    /// Which of its secrets.
    pub field: Field,
}

impl Place<'_> {
    /// What is authenticated. Every part has its length or a fixed one, so that no two places look alike.
    pub(super) fn bytes(&self, head: &[u8]) -> Vec<u8> {
        let project = self.project.as_str().as_bytes();
        let mut bytes = b"omm sealed secret".to_vec();
        for part in [head, project] {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend(part);
        }
        bytes.extend(self.migration.0.to_le_bytes());
        // A number that was released is never given to another field.
        bytes.push(match self.field {
            Field::SourcePassword => 1,
            Field::DestinationPassword => 2,
        });
        bytes
    }
}
