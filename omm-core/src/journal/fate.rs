//! What has become of an item at the destination, as one transition table.

use crate::{
    error::{Error, ErrorKind, Side},
    journal::{DestFolderKey, EntryKey, Fact},
    model::{Content, Flags, Mark, Revision},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What has become of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was written, or it was removed again. Offered by every run until it is.
    Absent {
        /// What its body is, if that was seen already: an item that waits to be matched with one that is gone.
        content: Option<Content>,
    },
    /// A write was begun and not confirmed: look above the mark before writing again.
    Sending {
        /// Where it was sent.
        folder: DestFolderKey,
        /// The position before.
        mark: Mark,
        /// What was sent.
        content: Content,
    },
    /// Written by us.
    Copied,
    /// Was there already and is taken as the copy.
    Adopted,
    /// A newer body is being put in the place of our copy.
    Replacing {
        /// The folder's position before.
        mark: Mark,
        /// What is being sent.
        content: Content,
        /// Its revision.
        revision: Option<Revision>,
        /// The source's flags that it was fetched with: the next base, once it is there.
        flags: Flags,
        /// The flags that it is sent with.
        sent: Flags,
    },
    /// Our copy is being removed.
    Removing {
        /// The entry that stands for the same item elsewhere: the removal is the second half of a move, and only
        /// right once that one has its copy.
        successor: Option<EntryKey>,
    },
    /// Could not be carried; offered again by later runs. An earlier copy, if any, is still there.
    Failed(Failure),
    /// Is not to be carried, for a reason. An earlier copy, if any, is still there.
    Skipped(SkipReason),
}

/// Why an item failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub kind: ErrorKind,
    /// On which side.
    pub side: Side,
    /// In words, with the remedy where there is one.
    pub message: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self { kind: error.kind(), side: error.side(), message: error.to_string() }
    }
}

/// Why an item is not to be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// Its kind was not asked for.
    KindNotWanted,
    /// The destination cannot hold its kind.
    KindNotHeld,
    /// Its folder is left out by the folder options.
    FolderNotWanted,
    /// Older than the date range.
    TooOld,
    /// Newer than the date range.
    TooNew,
    /// Larger than the size limit of the options.
    OverSizeLimit,
    /// It vanished at the source between listing and fetching.
    Vanished,
    /// It was edited at the source, but its copy was changed at the destination too: left as it is.
    Conflict,
    /// It was edited at the source, but its copy was there before us: left as it is.
    NotOurs,
    /// The user deleted its copy at the destination.
    DeletedAtDestination,
    /// It was moved at the source, but its copy was changed at the destination: left where it is.
    MovedButTouched,
    /// The source's own program keeps it for itself: settings, views, indexes. No item of the user's.
    Internal,
}

impl SkipReason {
    /// All reasons.
    pub const ALL: [Self; 12] = [
        Self::KindNotWanted,
        Self::KindNotHeld,
        Self::FolderNotWanted,
        Self::TooOld,
        Self::TooNew,
        Self::OverSizeLimit,
        Self::Vanished,
        Self::Conflict,
        Self::NotOurs,
        Self::DeletedAtDestination,
        Self::MovedButTouched,
        Self::Internal,
    ];

    /// The word used in stores and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::KindNotWanted => "kind-not-wanted",
            Self::KindNotHeld => "kind-not-held",
            Self::FolderNotWanted => "folder-not-wanted",
            Self::TooOld => "too-old",
            Self::TooNew => "too-new",
            Self::OverSizeLimit => "over-size-limit",
            Self::Vanished => "vanished",
            Self::Conflict => "conflict",
            Self::NotOurs => "not-ours",
            Self::DeletedAtDestination => "deleted-at-destination",
            Self::MovedButTouched => "moved-but-touched",
            Self::Internal => "internal",
        }
    }

    /// The reason with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether other options, or another destination, would carry the item.
    pub fn depends_on_options(self) -> bool {
        matches!(
            self,
            Self::KindNotWanted
                | Self::KindNotHeld
                | Self::FolderNotWanted
                | Self::TooOld
                | Self::TooNew
                | Self::OverSizeLimit
        )
    }

    /// Whether the item was never to be carried: nothing about it can go well or badly.
    pub fn is_left_out(self) -> bool {
        self.depends_on_options() || self == Self::Internal
    }

    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::KindNotWanted => "of a kind that was not asked for",
            Self::KindNotHeld => "of a kind that the destination cannot hold",
            Self::FolderNotWanted => "left out by the folder options",
            Self::TooOld => "older than the date range",
            Self::TooNew => "newer than the date range",
            Self::OverSizeLimit => "larger than the size limit",
            Self::Vanished => "vanished at the source before it could be fetched",
            Self::Conflict => "edited on both sides; the destination's version was left",
            Self::NotOurs => "edited at the source; the copy was at the destination before us and was left",
            Self::DeletedAtDestination => "deleted at the destination by its user",
            Self::MovedButTouched => {
                "moved at the source; its copy was changed at the destination and was left where it is"
            }
            Self::Internal => "settings of the mail program, no item of its user's",
        }
    }
}

impl Fate {
    /// Whether a write of unknown effect was begun.
    pub fn in_doubt(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Replacing { .. } | Self::Removing { .. })
    }

    /// The fate after a fact. `has_copy` says whether the entry has a copy at the destination, and `adopted`
    /// whether that copy was there before us.
    ///
    /// # Errors
    /// [`Illegal`], naming both, for a pair that cannot happen.
    pub fn next(self, fact: &Fact, has_copy: bool, adopted: bool) -> Result<Self, Illegal> {
        use Fate::*;
        let settled = || if adopted { Adopted } else { Copied };
        Ok(match (self, fact) {
            // A new item, or one seen again with what is known before the fetch.
            (fate @ (Absent { .. } | Failed(_) | Skipped(_)), Fact::Noted(_)) => fate,
            (Absent { .. } | Failed(_), Fact::Waiting { content }) if !has_copy => {
                Absent { content: Some(content.clone()) }
            }
            (Skipped(_), Fact::Offered) if !has_copy => Absent { content: None },
            // A copy the user deleted, to be restored on request.
            (Copied | Adopted | Skipped(_) | Failed(_), Fact::Forgotten) if has_copy => {
                Absent { content: None }
            }

            (Absent { .. } | Failed(_), Fact::Sending { folder, mark, content, .. }) if !has_copy => {
                Sending { folder: *folder, mark: mark.clone(), content: content.clone() }
            }
            (Sending { .. }, Fact::Copied { .. }) => Copied,
            (Sending { .. }, Fact::NotSent) => Absent { content: None },
            (Absent { .. } | Failed(_), Fact::Adopted { .. }) if !has_copy => Adopted,
            (Absent { .. } | Failed(_), Fact::TookOver { copy }) if !has_copy => {
                if copy.adopted {
                    Adopted
                } else {
                    Copied
                }
            }
            (Copied | Adopted | Failed(_) | Skipped(_), Fact::HandedOver) if has_copy => {
                Absent { content: None }
            }

            (Copied | Failed(_) | Skipped(_), Fact::Replacing { mark, content, revision, flags, sent })
                if has_copy && !adopted =>
            {
                Replacing {
                    mark: mark.clone(),
                    content: content.clone(),
                    revision: revision.clone(),
                    flags: flags.clone(),
                    sent: sent.clone(),
                }
            }
            (Replacing { .. }, Fact::Copied { .. } | Fact::NotSent) => Copied,
            (fate @ (Copied | Adopted), Fact::Revised { .. }) => fate,
            (Failed(_) | Skipped(_), Fact::Revised { .. }) if has_copy => settled(),

            (Copied | Failed(_) | Skipped(_), Fact::Removing { successor }) if has_copy && !adopted => {
                Removing { successor: *successor }
            }
            (Removing { .. }, Fact::Removed) => Absent { content: None },
            (Removing { .. }, Fact::NotRemoved) => Copied,

            // A fetch can fail before anything was sent; an edited item can fail while its old copy stays.
            (
                Absent { .. } | Failed(_) | Sending { .. } | Replacing { .. } | Copied | Skipped(_),
                Fact::Failed(why),
            ) => Failed(why.clone()),
            (
                Absent { .. } | Failed(_) | Skipped(_) | Copied | Adopted | Replacing { .. },
                Fact::Skipped(why),
            ) => Skipped(*why),

            // These change what is known beside the fate.
            (fate, Fact::Gone | Fact::Back) => fate,
            (
                fate,
                Fact::Verified { .. }
                | Fact::Altered { .. }
                | Fact::Shown { .. }
                | Fact::Flagging { .. }
                | Fact::Flagged
                | Fact::FlagsRefused
                | Fact::FlagsRestored { .. },
            ) if has_copy => fate,
            (fate, fact) => return Err(Illegal { fate: fate.name(), fact: fact.name(), has_copy }),
        })
    }

    /// The word used in stores and errors.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "absent",
            Self::Sending { .. } => "sending",
            Self::Copied => "copied",
            Self::Adopted => "adopted",
            Self::Replacing { .. } => "replacing",
            Self::Removing { .. } => "removing",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// A fact that cannot follow on a fate: a bug, or a journal that somebody else wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The fate it met.
    pub fate: &'static str,
    /// The fact.
    pub fact: &'static str,
    /// Whether the entry had a copy.
    pub has_copy: bool,
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let copy = if self.has_copy { "with" } else { "without" };
        write!(f, "a record {:?} cannot follow on {:?} {copy} a copy", self.fact, self.fate)
    }
}

impl std::error::Error for Illegal {}

impl From<Illegal> for Error {
    fn from(illegal: Illegal) -> Self {
        Self::new(ErrorKind::Journal, Side::Journal, "record", illegal.to_string())
    }
}
