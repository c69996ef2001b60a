//! The wire over pipes in memory, on a virtual clock: a deadlock is seen, never waited for.

mod canary;
mod certificates;
mod deflate;
mod pipe;
mod scram;
mod tls;
mod tokens;
mod wire;
mod world;
