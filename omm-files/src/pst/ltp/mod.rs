//! Lists, tables and properties ([MS-PST] §2.3): what the data of a node say.

mod btree;
mod context;
mod heap;
mod table;
mod value;

pub(crate) use context::PropertyContext;
pub(crate) use heap::{Heap, Place};
pub(crate) use table::{Column, Row, Table};
pub(crate) use value::memory;

/// The largest value that is taken into memory.
pub(crate) const VALUE_BYTES: u64 = 64 << 20;
