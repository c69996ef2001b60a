//! PST and OST files: Outlook's personal folders, after [MS-PST].
//!
//! In the three layers of the specification: `ndb` (blocks, nodes, the two B-trees), `ltp` (heaps, properties,
//! tables) and `messaging` (the store, folders, messages, attachments).
//!
//! - ANSI and Unicode files, and OST files of Outlook 2013 and later, whose pages have 4 KiB and whose blocks are compressed; encoded or not.
//! - Read by position: memory does not grow with the file. Trees are descended page by page, attachments are streams.
//! - A password is not needed: it protects nothing.
//! - Damage is remarked, and what can be read is read. See [`Pst::damage`]. A disk that fails is no damage: that is an
//!   error of whatever was asked for, and asking again may help.
//! - Limits: 64 MiB for a value in memory, 256 MiB for all values of one object, 1000 messages within an item, 32 deep.
//!
//! ```no_run
//! # fn main() -> omm_mapi::Result<()> {
//! use std::{fs::File, sync::Arc};
//!
//! let pst = omm_files::pst::Pst::open(Arc::new(File::open("old.pst")?))?;
//! for folder in pst.folders()? {
//!     for row in pst.items(folder.nid)? {
//!         let message = pst.message(row.nid);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod damage;
mod ltp;
mod messaging;
mod ndb;
mod read_at;
#[cfg(test)]
mod sample;

pub use damage::Damage;
pub use messaging::{Census, FolderCount, ItemRow, Pst, PstAttachment, PstFolder, PstMessage};
pub use ndb::{Encoding, Format, Nid};
pub use read_at::ReadAt;
