//! Two accounts, as a program names them.

use super::given::secret;
use crate::pages::{Half, Pair};
use omm::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

/// A migration that is to be added.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewMigration {
    /// What is read.
    pub(super) source: Account,
    /// What is written.
    pub(super) destination: Account,
    /// Not before this time: `2026-12-31T22:00`, in UTC.
    #[serde(default)]
    pub(super) start: String,
    /// Log in to both accounts first.
    #[serde(default = "yes")]
    pub(super) check: bool,
    /// Another source may go into the same destination.
    #[serde(default)]
    pub(super) shared: bool,
}

/// An account.
#[derive(Deserialize, ToSchema)]
pub(super) struct Account {
    /// `imap`, `exchange`, `pop`, `auto`, or `project` for the server of the project.
    #[serde(rename = "type", default = "auto")]
    kind: String,
    /// A host, with its port if it is an unusual one; nothing to have it found out.
    #[serde(default)]
    server: String,
    login: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
    /// An administrator who logs in for this mailbox.
    #[serde(default)]
    admin: String,
}

impl NewMigration {
    /// As the form of the page has it.
    pub(super) fn pair(&self) -> Pair {
        Pair { source: self.source.half(), destination: self.destination.half() }
    }
}

impl Account {
    fn half(&self) -> Half {
        Half {
            kind: self.kind.trim().to_owned(),
            server: self.server.trim().to_owned(),
            login: self.login.trim().to_owned(),
            admin: self.admin.trim().to_owned(),
            password: self.password.clone(),
        }
    }
}

fn yes() -> bool {
    true
}

fn auto() -> String {
    "auto".to_owned()
}
