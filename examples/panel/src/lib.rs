//! A web panel for mailbox migrations: what a hosting provider starts from.
//!
//! ```text
//! cargo run --release -p omm-panel -- --demo
//! ```
//!
//! It holds no logic of migrations: projects, tables, passwords at rest, logins, the worker, retention and reports are
//! `omm-project`'s. What is here is what a web service adds: pages, forms, languages, events, and a guard at the door.
//!
//! | room | what lives there |
//! |---|---|
//! | `api` | the same operations for programs, and their document |
//! | `house` | settings, the state, the way to each page, serving and draining |
//! | `guard` | cookies, tokens of forms, limits, headers, which servers may be named, what is told when something goes wrong |
//! | `pages` | one file for each page, its form as a struct, its template beside it |
//! | `upload` | files that come in pieces (tus), where they lie, and when they go |
//! | `words` | what is said, one file for each language |
//! | `live` | server-sent events |
//! | `demo` | mock servers with filled accounts, to try everything |
//!
//! Decisions that are not obvious:
//!
//! - **A single migration is a project of one row.** Its ID is the project's number, and what opens it is its source account,
//!   as in OVH Mail Migrator. So it can grow: whoever tracks it sees the project around it.
//! - **A table is not kept between two requests.** It is full of passwords. It is read once to find bad rows; if there are any
//!   and the good rows alone are not wanted, nothing is queued and the table is sent again.
//! - **Forms are not deserialised by a framework** but taken by name from fields that are wiped when dropped, because half of
//!   them hold passwords.
//! - **A form's token is a keyed hash** of the browser's cookie and the session's. Nothing is stored, and a form that was
//!   opened before the panel was restarted is good after it.
//! - **Hosts are judged when they are dialled**, by address, for every connection that the SDK makes: a name that is judged
//!   when a form is sent can lead elsewhere a second later.

mod api;
mod guard;
mod house;
mod live;
mod pages;
mod upload;
mod words;

#[cfg(feature = "demo")]
mod demo;

#[cfg(feature = "demo")]
pub use demo::Demo;
pub use guard::{Network, Servers};
pub use house::{Base, HostMail, House, Preset, Running, Settings};
pub use upload::Uploads;
