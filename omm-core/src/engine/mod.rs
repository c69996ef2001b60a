//! Plan → copy → record → verify; recover, undo, adopt, retry.
//!
//! A run reads like its sentence, from `run` downwards:
//!
//! ```text
//! run        claim the journal, recover what an earlier run left in doubt, choose targets
//! folder/    for each changed folder, several at once:
//!              page      changes since the cursor
//!              classify  changes + ledger + options → what to do (pure)
//!              copy      fetch batch n+1 while batch n is appended; intent before the act
//!              verify    look at the copies of batch n-1 meanwhile; only then may the cursor advance
//! owed       what earlier runs failed, or what has moved
//! ```

mod ahead;
mod batch;
mod begin;
mod classify;
mod folder;
mod gone;
mod identity;
mod keywords;
mod late;
mod left_out;
mod listing;
mod making;
mod migration;
mod native;
mod outcome;
mod owed;
mod patience;
mod pen;
mod plan;
mod preview;
mod recover;
mod restore;
mod retry;
mod run;
mod scattered;
mod targets;
mod undo;
mod unseen;
mod verify;

pub use migration::Migration;
pub use plan::{Blocker, FolderPlan, Plan};
pub use retry::{Decision, Tries, decide};
pub use undo::{UndoOptions, UndoOutcome, Undone};
pub use verify::{BadCopy, Level, Verification};
