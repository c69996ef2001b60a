//! Plan → copy → record → verify; recover, undo, adopt, retry.

mod migration;
mod plan;
mod retry;
mod undo;
mod verify;

pub use migration::Migration;
pub use plan::{Blocker, FolderPlan, Plan};
pub use retry::{Decision, decide};
pub use undo::{UndoOptions, UndoOutcome, Undone};
pub use verify::{Level, Verification};
