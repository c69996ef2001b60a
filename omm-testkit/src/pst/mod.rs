//! Writes Outlook data files (PST), so that tests have files of every kind of item on any machine.
//!
//! It shares no code with the reader of `omm-files`: the two are checked against each other, and this one against
//! `readpst` and `pffexport`. What it writes is new files only, in one pass, with the same bytes for the same calls; a
//! file of any size needs little memory.
//!
//! ```text
//! format, integrity, crypt          widths, checksums, disguises
//! space, page, block, btree, header the file: regions, pages, blocks, the two trees         [MS-PST] §2.2
//! heap, bth, context, table         heaps, trees on them, properties, tables                [MS-PST] §2.3
//! names, message, folder, store     what a mailbox is made of                               [MS-PST] §2.4
//! item, property                    items as plain values
//! filled                            items with every field filled, and whole mailboxes of them
//! damage                            where things lie, to break them
//! ```

mod block;
mod bth;
mod btree;
mod columns;
mod context;
mod crypt;
mod damage;
pub mod filled;
mod folder;
mod format;
mod header;
mod heap;
mod integrity;
mod item;
mod message;
mod names;
mod nid;
mod page;
mod property;
mod space;
mod store;
mod table;
mod time;

pub use damage::{BlockKind, BlockPlace, flip};
pub use folder::{FolderId, Role};
pub use format::{Crypt, Format};
pub use item::{Attachment, Content, Item, Recipient, RecipientKind};
pub use property::{Key, Properties, Set, Value};
pub use store::{Placed, PstBuilder, PstWriter};
pub use time::{filetime, minutes};
