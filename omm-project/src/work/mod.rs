//! Works on the migrations of projects: takes those whose turn it is, within the limits, and notes how each ended.
//!
//! A [`Worker`] is one future, as a run is: it spawns nothing, and dropping it is safe. What it runs is told from outside by the
//! store alone: a project that is held or released, options that are changed, a wish to pause or to stop are seen within half a
//! second, whoever wrote them and from wherever.

mod clock;
mod crew;
mod ending;
mod erase;
mod house;
mod lends;
mod mailboxes;
mod news;
mod passwords;
mod progress;
mod share;
mod task;
mod turn;
mod worker;

pub use ending::Ending;
pub use erase::bury;
pub use lends::{Accounts, Journals, OpenJournal, Opened};
pub(crate) use passwords::Passwords;
pub use progress::{FolderProgress, Items, Progress};
pub use task::{Task, Wish};
pub use worker::{Until, Worker};
