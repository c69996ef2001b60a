//! What there is to tell.

use omm_core::{
    error::{ErrorKind, Side},
    report::Report,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Something that happened to a migration or to a project.
///
/// No event has a place for a secret: what is not here cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// It was created; the notice has its id and its link.
    Created,
    /// A run has begun.
    Started,
    /// A run has ended, and this is what came of it.
    Ended {
        /// The report in short.
        summary: Summary,
    },
    /// Nothing goes on until a person does something.
    NeedsPerson {
        /// What.
        trouble: Trouble,
    },
    /// How a project stands.
    Digest {
        /// Its migrations, counted.
        totals: Totals,
    },
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Everything has arrived.
    Done,
    /// It went to its end, and some items failed.
    DoneWithFailures,
    /// Somebody stopped it.
    Stopped,
    /// It could not go on.
    Failed,
}

/// A report in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How it ended.
    pub outcome: Outcome,
    /// The report's grade, `A` to `F`.
    pub grade: String,
    /// Items at the source.
    pub found: u64,
    /// Copied or adopted in this run.
    pub copied: u64,
    /// Bytes copied in this run.
    pub copied_bytes: u64,
    /// Copied or adopted by an earlier run.
    pub already_there: u64,
    /// Skipped for whatever reason.
    pub skipped: u64,
    /// Failed.
    pub failed: u64,
    /// Waiting, or in doubt.
    pub unsettled: u64,
    /// How long the run took.
    pub seconds: u64,
    /// Why it failed, or what failed, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a person is needed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What happened.
    pub reason: Reason,
    /// On which side.
    pub side: Side,
    /// What to do about it, in one sentence.
    pub remedy: String,
}

/// Why a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// A server refused the login.
    RefusedLogin,
    /// Whoever keeps the passwords could give none.
    NoPassword,
    /// The destination is full.
    FullMailbox,
    /// A server asks to stop.
    AskedToStop,
    /// The login is good and the administrator must allow something.
    NotAllowed,
    /// The source looks emptied.
    SourceEmptied,
    /// A server has no such name, does not prove who it is, or stays away.
    Unreachable,
    /// Anything else; the remedy says it.
    Other,
}

/// The migrations of a project, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All of them.
    pub migrations: u64,
    /// Not begun.
    pub waiting: u64,
    /// At work.
    pub running: u64,
    /// Paused or stopped.
    pub paused: u64,
    /// Done.
    pub done: u64,
    /// Done, with failures.
    pub done_with_failures: u64,
    /// Failed.
    pub failed: u64,
}

impl Event {
    /// The word by which templates and webhooks know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Started => "started",
            Self::Ended { .. } => "ended",
            Self::NeedsPerson { .. } => "needs-person",
            Self::Digest { .. } => "digest",
        }
    }

    /// Whether it is to be told at once rather than in the next digest.
    pub fn is_urgent(&self) -> bool {
        match self {
            Self::NeedsPerson { .. } => true,
            Self::Ended { summary } => summary.outcome == Outcome::Failed,
            Self::Created | Self::Started | Self::Digest { .. } => false,
        }
    }
}

impl Summary {
    /// Of a report.
    pub fn of(report: &Report, outcome: Outcome, took: Duration) -> Self {
        let totals = &report.totals;
        Self {
            outcome,
            grade: report.grade.to_string(),
            found: totals.found,
            copied: totals.copied + totals.adopted,
            copied_bytes: totals.copied_bytes,
            already_there: totals.already_there,
            skipped: totals.skipped_in_all(),
            failed: totals.failed,
            unsettled: totals.unsettled,
            seconds: took.as_secs(),
            reason: None,
        }
    }
}

impl Reason {
    /// Of an error; nothing where no person is needed, because it passes, or is told in the report.
    pub fn of(kind: ErrorKind) -> Option<Self> {
        match kind {
            ErrorKind::Auth => Some(Self::RefusedLogin),
            ErrorKind::Credentials => Some(Self::NoPassword),
            ErrorKind::Quota => Some(Self::FullMailbox),
            ErrorKind::Throttled => Some(Self::AskedToStop),
            ErrorKind::Denied => Some(Self::NotAllowed),
            ErrorKind::SourceEmptied => Some(Self::SourceEmptied),
            ErrorKind::Config | ErrorKind::Local => Some(Self::Other),
            _ => None,
        }
    }

    /// The word by which templates and webhooks know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RefusedLogin => "refused-login",
            Self::NoPassword => "no-password",
            Self::FullMailbox => "full-mailbox",
            Self::AskedToStop => "asked-to-stop",
            Self::NotAllowed => "not-allowed",
            Self::Unreachable => "unreachable",
            Self::SourceEmptied => "source-emptied",
            Self::Other => "other",
        }
    }
}
