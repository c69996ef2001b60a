//! Source and destination against the mock Exchange of the testkit.

mod contract;
mod whole;
mod world;
