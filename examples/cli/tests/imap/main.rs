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
mod maildrop;
mod pop;
mod pop_doctor;
mod pop_memory;
mod post;
mod refusals;
mod tokens;

/// A number that a variable may make larger: the soak does.
fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
