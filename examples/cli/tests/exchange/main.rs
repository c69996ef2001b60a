//! The program on servers that speak Exchange Web Services: refused, listened to, killed, and weighed.
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
mod domain;
mod heavy;
mod kills;
mod memory;
mod refusals;
mod server;
