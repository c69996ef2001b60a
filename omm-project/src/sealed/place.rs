//! Where a secret belongs: it opens nowhere else.

use crate::{project::ProjectId, store::MigrationKey};

/// Which secret of a migration or of a project it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The password of the account that is read.
    SourcePassword,
    /// The password of the account that is written.
    DestinationPassword,
    /// The password of a project's mail server.
    MailPassword,
    /// What a project's webhook is signed with.
    WebhookSecret,
    /// The URL of a project's webhook: what stands in it behind the host may be a token.
    WebhookUrl,
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

/// The number of no migration: they begin at 1.
const THE_PROJECT_ITSELF: MigrationKey = MigrationKey(0);

impl<'a> Place<'a> {
    /// Of a secret of the project itself.
    pub fn of_project(project: &'a ProjectId, field: Field) -> Self {
        Self { project, migration: THE_PROJECT_ITSELF, field }
    }

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
            Field::MailPassword => 3,
            Field::WebhookSecret => 4,
            Field::WebhookUrl => 5,
        });
        bytes
    }
}
