//! What a connector implements. A role that cannot be played is not offered; no method answers "not supported".

mod account;
mod capacity;
mod connector;
mod destination;
mod source;

pub use account::{AccountSpec, Learned, Tls};
pub use capacity::{Capacity, LineEnds, Locating};
pub use connector::{Connector, Registry};
pub use destination::{
    Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Owned, Presence, Probe,
    Replaced, Stored, Wanted,
};
pub use source::{Change, ChangePage, Coverage, Fetched, Source};
