//! How answers are written: strings, names, dates, structures.

mod envelope;
mod mime;
mod name;
mod structure;
mod text;

pub(super) use envelope::envelope;
pub(super) use mime::{Part, field_lines, split};
pub(super) use name::{decoded as name_from_utf7, encoded as name_in_utf7};
pub(super) use structure::structure;
pub(super) use text::{flags, literal, string};
