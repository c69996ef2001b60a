//! The program on real mail servers: killed, refused, and listened to.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

#[path = "../world/mod.rs"]
mod world;

mod canary;
mod delegates;
mod doctor;
mod faults;
mod kills;
mod limits;
mod pop;
mod pop_doctor;
mod post;
mod refusals;
mod tokens;
