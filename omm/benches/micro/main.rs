//! Small measurements of single parts, with what they allocate. What they are for is to compare two builds on one machine.
//!
//! ```text
//! cargo bench -p omm --bench micro
//! cargo bench -p omm --bench micro -- ledger
//! ```
//!
//! Nothing waits: networks are in memory and time is virtual, so that only our own work is counted, and that of the mock
//! servers, which is the same in both builds. The state lies in the system's temporary folder, and its disk is the real one.
//! `OMM_BENCH_ITEMS` says how many items the large ledger and the large plan have; 1,000,000 otherwise.

mod bench;
mod convert;
mod imap;
mod ledger;
mod outlook;

/// Counts what is allocated beside the time.
#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}
