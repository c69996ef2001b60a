//! The values that travel: items, folders, ids, flags and digests.

mod body;
mod digest;
mod flags;
mod folder;
mod ids;
mod item;

pub use body::{Body, BodyReader, Inbound, Intake};
pub use digest::{Digest, Digester, Fingerprint};
pub use flags::{FlagDelta, Flags, SystemFlag};
pub use folder::{Folder, FolderPath, Role, StateToken};
pub use ids::{Cursor, DestFolderId, DestItemId, Mark, Revision, SourceFolderId, SourceItemId, SyncPoint};
pub use item::{Content, Item, ItemKind, ItemMeta, Received};
