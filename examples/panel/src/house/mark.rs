//! What a project is to the panel, beside a project: written into its options, where the SDK reads nothing of it.

use omm::{AccountSpec, project::project::Project};
use serde::{Deserialize, Serialize};

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// A single migration, opened by its source account.
    Single,
    /// Files that are uploaded, into this account; opened by it.
    Files {
        /// The account, without its password.
        destination: Box<AccountSpec>,
    },
}

impl Mark {
    /// Of a project; nothing if it is a project and no more.
    pub(crate) fn of(project: &Project) -> Option<Self> {
        serde_json::from_str(project.options.mark.as_deref()?).ok()
    }

    /// Marks a project.
    pub(crate) fn put(&self, project: &mut Project) {
        project.options.mark = serde_json::to_string(self).ok();
    }
}
