//! Properties: ids, names, values, and the bag that holds those of one object.
//!
//! [`tag`] has the ids that the converters use, [`named`] the names; both called as [MS-OXPROPS] calls them.

mod bag;
mod guid;
mod name;
pub mod named;
pub mod tag;
mod value;

pub use bag::Properties;
pub use guid::Guid;
pub use name::{NameMap, Named};
pub use value::{PropertyType, Value, filetime};
