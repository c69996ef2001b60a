//! Every scenario is a crash test: stopped before and after every durable step, resumed, and the end compared
//! with the end of an undisturbed run.
//!
//! A durable step is a commit to the journal or a write at the destination. Where the [`Fuse`] blows, the call
//! never answers and the run is dropped where it stands: nothing of the process is left but what was durable.

mod account;
mod end;
mod fuse;
mod fused;
mod play;
mod scenario;
mod world;

pub use account::{Account, Kept, Time};
pub use end::End;
pub use fuse::{Fuse, When};
pub use fused::{fused_destination, fused_journal};
pub use play::{Cuts, step_stop, step_stop_twice};
pub use scenario::Scenario;
pub use world::World;
