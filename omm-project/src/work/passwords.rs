//! The sealed passwords of one migration, opened when a connection asks for them.

use crate::{
    project::ProjectId,
    sealed::{self, Field, Keys, Place, Sealed},
    store::{MigrationKey, MigrationRow},
};
use omm_core::{
    Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret},
};
use std::{fmt, sync::Arc};

/// Knows the passwords that are sealed in a migration's row; for any other reference the host's provider is asked.
pub(super) struct Passwords {
    project: ProjectId,
    migration: MigrationKey,
    sealed: Vec<(CredentialRef, Field, Sealed)>,
    keys: Arc<dyn Keys>,
    host: Arc<dyn CredentialProvider>,
}

impl Passwords {
    pub(super) fn new(
        project: &ProjectId,
        row: &MigrationRow,
        keys: Arc<dyn Keys>,
        host: Arc<dyn CredentialProvider>,
    ) -> Self {
        let fields = [
            (&row.source, &row.source_password, Field::SourcePassword),
            (&row.destination, &row.destination_password, Field::DestinationPassword),
        ];
        let sealed = fields.into_iter().filter_map(|(account, sealed, field)| {
            Some((account.credentials.clone(), field, sealed.clone()?))
        });
        Self { project: project.clone(), migration: row.key, sealed: sealed.collect(), keys, host }
    }
}

impl CredentialProvider for Passwords {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let known = self.sealed.iter().find(|(named, _, _)| named == reference);
        let Some((_, field, sealed)) = known else { return self.host.secret(reference, login, server) };
        let place = Place { project: &self.project, migration: self.migration, field: *field };
        Box::pin(sealed::open(self.keys.as_ref(), place, sealed))
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({})", self.migration)
    }
}
