//! What copies are called: the id that Exchange gave, or several where one item of the source became several.

use omm_core::model::DestItemId;

/// The id of a copy. Ids of Exchange are base64: no blank is in one.
pub(crate) fn of(ids: impl IntoIterator<Item = String>) -> DestItemId {
    DestItemId::new(ids.into_iter().collect::<Vec<_>>().join(" "))
}

/// The ids in it, the main one first.
pub(crate) fn parts(id: &DestItemId) -> impl Iterator<Item = &str> {
    id.as_str().split(' ')
}

/// The main one.
pub(crate) fn main(id: &DestItemId) -> &str {
    parts(id).next().unwrap_or_default()
}
