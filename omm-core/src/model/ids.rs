//! Identifiers. The two sides have different types, so that they can never be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Wraps the connector's own text; core never looks inside.
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }

            /// The connector's own text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// One item at the source, unique within its folder (IMAP: UIDVALIDITY and UID; EWS: the item id).
    SourceItemId
}
text_id! {
    /// What a source calls an item wherever it lies: it stays when the item is moved and its id becomes another one (MAPI's
    /// search key, EMAILID of RFC 8474). A copy may have the same.
    LastingId
}
text_id! {
    /// One item at the destination. It contains what makes it unique within its folder, e.g. UIDVALIDITY.
    DestItemId
}
text_id! {
    /// One folder at the source.
    SourceFolderId
}
text_id! {
    /// One folder at the destination.
    DestFolderId
}
text_id! {
    /// What tells two states of one item apart: a change key, an ETag, a MODSEQ or a digest.
    Revision
}
text_id! {
    /// The name of a native form. Two connectors that know the same name can hand items over in it ([`super::Native`]).
    NativeForm
}
text_id! {
    /// What a copy made of a native form is known by while nothing else was written to it: something that the form carries
    /// and the copy shows. Copies of equal items may have the same.
    NativeKey
}
text_id! {
    /// A resume position in a folder's change feed. Only the connector that made it can read it, and it is
    /// only a hint: losing it costs a listing, never a duplicate.
    Cursor
}
text_id! {
    /// A destination folder's position, taken before an append (IMAP: UIDVALIDITY and UIDNEXT; EWS: a time).
    /// Everything appended later lies above it. It may be too low, never too high.
    Mark
}

/// One completed run of a migration, numbered 1, 2, 3 … An interrupted run goes on under its own number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SyncPoint(pub u32);

impl SyncPoint {
    /// The point after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for SyncPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
