//! In what an occurrence differs from its series: what UpdateItem sets, and what it takes away.

use crate::{convert::draft::Draft, ops::FieldPath};

/// What a series alone has. An occurrence cannot be changed in it.
const OF_SERIES: [&str; 3] = ["calendar:UID", "calendar:Recurrence", "calendar:MeetingTimeZone"];

/// The fields of an occurrence that are not as its series has them, and those that it does not have.
pub(super) fn between(series: &Draft, occurrence: Draft) -> (Draft, Vec<FieldPath>) {
    let is_own = |path: &FieldPath| !matches!(path, FieldPath::Field(uri) if OF_SERIES.contains(uri));
    let of_series = series.fields();
    let gone = of_series
        .iter()
        .map(|field| field.path)
        .filter(|path| is_own(path) && !occurrence.fields().iter().any(|field| field.path == *path));
    let gone = gone.collect();
    let set = occurrence.retain(|field| {
        let same = of_series.iter().any(|known| known.path == field.path && known.node == field.node);
        is_own(&field.path) && !same
    });
    (set, gone)
}
