//! What a connector implements. A role that cannot be played is not offered; no method answers "not supported".

mod account;
mod connector;
mod destination;
mod source;

pub use account::{AccountSpec, Tls};
pub use connector::{Connector, Registry};
pub use destination::{
    Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, LineEnds, Locating,
    Owned, Presence, Probe, Replaced, Wanted,
};
pub use source::{Change, ChangePage, Coverage, Fetched, Source};
