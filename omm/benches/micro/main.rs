//! Small measurements of single parts, with what they allocate. Ratios between two builds on one machine are what they are for.
//!
//! ```text
//! cargo bench -p omm --bench micro --features portable
//! cargo bench -p omm --bench micro --features portable -- journal
//! ```
//!
//! `OMM_BENCH_ITEMS` is how many items the large ledger and the large plan have; 1,000,000 otherwise.

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}
