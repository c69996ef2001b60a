//! Who is told what: by e-mail, by webhook, or however the host likes.
//!
//! | room | what lives there |
//! |---|---|
//! | `event`, `notice`, `key` | what happened, of whom it tells, and what it is known by |
//! | `notifier` | whom a run tells: a trait, so that a host can have its own way |
//! | [`pace`] | how often a project's people are told: never a flood |
//! | [`outbox`] | what is to be told, durably, and told once: states, rows, and the trait that a store keeps |
//! | `post` | files what it is told, and sends it when its time has come |
//! | `retry` | when a letter that was not taken is tried again |
//! | `told` | what is told of projects and their migrations, and to whom |
//! | `carrier` | a way on which letters leave |
//! | `ways` | for each project the ways that its options name |
//! | `mail` | e-mail, with the feature `smtp` |
//! | [`webhook`] | signed JSON over HTTPS |
//! | [`templates`] | what letters say, in which language |
//!
//! A notice that cannot be sent never fails a migration: telling gives a value ([`Untold`]), and sending happens apart from
//! the run, in [`Post::deliver`]. No notice has a place for a password.

mod carrier;
mod event;
mod key;
mod letter;
#[cfg(feature = "smtp")]
mod mail;
mod notice;
mod notifier;
pub mod outbox;
pub mod pace;
mod post;
mod retry;
pub mod templates;
mod told;
mod ways;
pub mod webhook;

pub use carrier::{Brink, Carrier, Fate};
pub use event::{Event, Outcome, Reason, Summary, Totals, Trouble};
pub use key::Key;
pub use letter::Letter;
#[cfg(feature = "smtp")]
pub use mail::{Login, Mailer, Sender};
pub use notice::{About, Address, Channel, Notice, Recipient};
pub use notifier::{Delivered, Notifier, Silent, Untold};
pub use post::{Pace, Post, Tried, Turn};
pub use retry::WAITS;
pub use templates::Templates;
pub use ways::Ways;
