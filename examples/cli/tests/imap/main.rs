//! The program on real mail servers: killed, refused, and listened to.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

#[path = "../siege/mod.rs"]
mod siege;
#[path = "../silence/mod.rs"]
mod silence;
#[path = "../weight/mod.rs"]
mod weight;
#[path = "../world/mod.rs"]
mod world;

mod canary;
mod delegates;
mod doctor;
mod faults;
mod kills;
mod limits;
mod maildrop;
mod pop;
mod pop_doctor;
mod pop_memory;
mod post;
mod projects;
mod refusals;
mod tokens;
