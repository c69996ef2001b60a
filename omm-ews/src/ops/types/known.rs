//! Properties of MAPI that more than one room asks for ([MS-OXPROPS]).

use super::{ExtendedPath, PropertySet, PropertyType};

/// PidTagAttributeHidden: a folder that nobody is shown.
pub(crate) const HIDDEN: ExtendedPath = ExtendedPath::tag(0x10F4, PropertyType::Boolean);
/// PidTagSearchKey: stays with an item wherever it is moved.
pub(crate) const SEARCH_KEY: ExtendedPath = ExtendedPath::tag(0x300B, PropertyType::Binary);
/// PidTagReplicaList: in which mailbox the items of a public folder are.
pub(crate) const REPLICAS: ExtendedPath = ExtendedPath::tag(0x6698, PropertyType::Binary);
/// Ours: by it an item that we made is found again.
pub(crate) const OMM_MARK: ExtendedPath =
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-mark", PropertyType::String);
/// Ours: what the item was made from.
pub(crate) const OMM_DIGEST: ExtendedPath =
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-digest", PropertyType::String);
/// Ours: when the item was changed last before we put these on it.
pub(crate) const OMM_CHANGED: ExtendedPath =
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-changed", PropertyType::String);
/// Ours: when the item was finished, or its marks were changed ([`crate::seal`]).
pub(crate) const OMM_SEAL: ExtendedPath =
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, "omm-seal", PropertyType::String);
/// PidTagLocalCommitTimeMax: when an item in a folder was changed last.
pub(crate) const CHANGED: ExtendedPath = ExtendedPath::tag(0x670A, PropertyType::SystemTime);
