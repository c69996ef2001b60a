//! What a run tells while it goes on. Events hold no subject, no address and no body.

use crate::{
    journal::{Failure, SkipReason},
    model::{FolderPath, SyncPoint},
};
use serde::Serialize;
use std::{fmt, sync::Arc, time::Duration};

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A run began, or goes on under its number.
    RunStarted {
        /// Which.
        sync_point: SyncPoint,
        /// Whether it goes on where an earlier one was interrupted.
        resumed: bool,
    },
    /// What an interrupted run left in doubt is settled.
    Recovered {
        /// Writes of unknown fate that were found done.
        found: u64,
        /// That were found not done.
        not_found: u64,
        /// That could not be looked for: they are copied again, and may be there twice.
        unknowable: u64,
    },
    /// What is to be done is known: both sides' folders, and what the journal has of earlier runs.
    Planned {
        /// How many items of folders that are carried no earlier run has settled; nothing where a folder does not say how many
        /// it has.
        items: Option<u64>,
    },
    /// A folder will be worked on.
    FolderStarted {
        /// Which, at the source.
        folder: FolderPath,
        /// Where to.
        target: FolderPath,
        /// How many items it has, where known.
        items: Option<u64>,
        /// How many bytes, where known.
        bytes: Option<u64>,
    },
    /// A folder has not changed since it was last settled.
    FolderUnchanged {
        /// Which.
        folder: FolderPath,
    },
    /// Items were dealt with; sent once per batch. The numbers are of this step, not sums. Folders that are left out
    /// are told so too: they are neither started nor finished, only counted.
    Progress {
        /// In which folder.
        folder: FolderPath,
        /// Listed.
        found: u64,
        /// Copied.
        copied: u64,
        /// Taken as copies.
        adopted: u64,
        /// There already.
        already_there: u64,
        /// Skipped.
        skipped: u64,
        /// Failed.
        failed: u64,
        /// Bytes copied.
        bytes: u64,
    },
    /// One item failed; the others go on.
    ItemFailed {
        /// In which folder.
        folder: FolderPath,
        /// Which, by its source id.
        item: String,
        /// Why.
        failure: Failure,
    },
    /// One item was left for a reason that its user should know.
    ItemLeft {
        /// In which folder.
        folder: FolderPath,
        /// Which, by its source id.
        item: String,
        /// Why.
        reason: SkipReason,
    },
    /// A folder is done.
    FolderFinished {
        /// Which.
        folder: FolderPath,
    },
    /// A folder could not be finished.
    FolderFailed {
        /// Which.
        folder: FolderPath,
        /// Why.
        message: String,
    },
    /// The engine waits before it tries again.
    Waiting {
        /// For what.
        reason: String,
        /// How long.
        #[serde(serialize_with = "seconds")]
        pause: Duration,
    },
    /// Something the user should know that costs no item.
    Warning {
        /// What.
        message: String,
    },
    /// The run is complete.
    RunFinished {
        /// Which.
        sync_point: SyncPoint,
    },
}

fn seconds<S: serde::Serializer>(pause: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(pause.as_secs_f64())
}

/// Who listens. Called from inside the run, so it should be quick.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(&Event) + Send + Sync>);

impl Listener {
    /// Calls `heard` for every event.
    pub fn new(heard: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(heard))
    }

    /// Nobody listens.
    pub fn none() -> Self {
        Self::new(|_| {})
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
