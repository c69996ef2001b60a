//! One account, as a row in a file can name it.

use crate::host::CredentialRef;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// How a connection is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tls {
    /// TLS from the first byte, certificate verified.
    #[default]
    Required,
    /// STARTTLS before the login, certificate verified.
    StartTls,
    /// None. Only on request.
    Off,
}

/// Everything needed to open an account, but no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountSpec {
    /// Which connector: `imap`, `ews`, `pop3`, `files`, `dir` …
    pub server_type: String,
    /// Host and port, a URL, or a path: the connector's own form.
    pub server: String,
    /// Who logs in; empty for files.
    pub login: String,
    /// Where the password is.
    pub credentials: CredentialRef,
    /// The administrator who logs in for `login`.
    pub delegate: Option<String>,
    /// How the connection is protected.
    pub tls: Tls,
    /// A file of certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The connector's own options.
    pub options: BTreeMap<String, String>,
    /// What the connector found out in earlier runs ([`Learned::settings`]). Hints: they save looking, and whatever is
    /// not so any more is found out again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub learned: BTreeMap<String, String>,
    /// The address for which this account was found out, if it was: asked for that address again, a host goes on with
    /// this account. Connectors do not look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_for: Option<String>,
}

/// What a connector has found out about an account while it used it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Learned {
    /// What it would like to be told next time, in [`AccountSpec::learned`]; stored with the migration, so no secret.
    pub settings: BTreeMap<String, String>,
    /// What a reader of plan and report should know: how the account is opened, and what it cannot tell or tells otherwise than
    /// expected. Each is a line for people, always in the same words.
    pub remarks: Vec<String>,
}

impl AccountSpec {
    /// An account that needs no login.
    pub fn new(server_type: impl Into<String>, server: impl Into<String>) -> Self {
        Self {
            server_type: server_type.into(),
            server: server.into(),
            login: String::new(),
            credentials: CredentialRef::None,
            delegate: None,
            tls: Tls::default(),
            ca_file: None,
            options: BTreeMap::new(),
            learned: BTreeMap::new(),
            found_for: None,
        }
    }

    /// For people: type and server, with the login where there is one.
    pub fn label(&self) -> String {
        match self.login.as_str() {
            "" => format!("{}:{}", self.server_type, self.server),
            login => format!("{}:{login}@{}", self.server_type, self.server),
        }
    }
}
