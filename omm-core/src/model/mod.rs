//! The values that travel: items, folders, ids, flags and digests.

mod arrival;
mod body;
mod digest;
mod flags;
mod folder;
mod held;
mod ids;
mod intake;
mod item;
mod native;

pub use arrival::arrival;
pub use body::{Body, BodyReader};
pub use digest::{Digest, Digester, Fingerprint};
pub use flags::{FlagDelta, Flags, SystemFlag};
pub use folder::{Folder, FolderPath, Role, StateToken};
pub use ids::{
    Cursor, DestFolderId, DestItemId, LastingId, Mark, NativeForm, NativeKey, Revision, SourceFolderId,
    SourceItemId, SyncPoint,
};
pub use intake::{Inbound, Intake};
pub use item::{Content, Item, ItemKind, ItemMeta, Received};
pub use native::Native;
