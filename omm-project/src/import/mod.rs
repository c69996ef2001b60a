//! The multiple import: the form of ten columns, as CSV or as a sheet, read into accounts and passwords.
//!
//! Two forces meet here. Whoever fills in a table of thousands of lines makes mistakes, and wants to hear of all of them at once, by
//! line and column and with the remedy, while the good lines go on; and half of what he typed in are passwords, which must
//! not come back in a message, a log or a core file. So a [`Trouble`] tells a value by its class alone, every text is wiped
//! when it is dropped, and a row carries its passwords as [`omm_core::host::Secret`] to whoever seals them.
//!
//! A table may be large, hostile, or both: it is read row by row, of a row no more is kept than a form has use for, and [`Limits`]
//! hold before that. An old .xls alone is held whole; how large it becomes is measured before.
//!
//! ```
//! use omm_project::import::{Found, Rows, Settings, template};
//!
//! // The template, and a row below its example.
//! let table = template::csv() + "IMAP;imap.old.example;anna@old.example;x;Exchange;;anna@new.example;y;;";
//! let file = std::io::Cursor::new(table.into_bytes());
//! let found: Vec<_> = Rows::open(file, Settings::default())?.collect::<Result<_, _>>()?;
//! let [Found::Trouble(remark), Found::Row(row)] = found.as_slice() else { panic!("{found:?}") };
//! assert!(remark.is_remark());
//! assert_eq!(row.source.spec.server, "imap.old.example");
//! # Ok::<(), omm_core::Error>(())
//! ```

mod again;
mod archive;
mod biff;
#[cfg(test)]
mod bombs;
mod cell;
mod charset;
mod column;
mod csv;
mod doubles;
#[cfg(test)]
mod faults;
mod file;
mod form;
mod load;
mod merged;
mod ods;
mod rows;
mod server;
mod sheet;
mod shelf;
mod start;
pub mod template;
#[cfg(test)]
mod tests;
mod trouble;
mod xls;
mod xlsx;

pub use column::Column;
pub use doubles::SharedDestination;
pub use file::{File, Limits};
pub use load::Importer;
pub use rows::{Account, Found, Row, Rows, Settings, Tally, WrittenIn};
pub use trouble::{Fault, Trouble, ValueClass};
