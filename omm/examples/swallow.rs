//! Copies an account into nothing: everything is read, converted and hashed, every body is read once more, and nothing
//! is kept but the ledger, in a temporary folder. What is left is the cost of reading.
//!
//! ```text
//! cargo run --release -p omm --example swallow -- mail.pst
//! ```

use omm::{
    AccountSpec, Env, Error, ErrorKind, Migration, Result, TokioRuntime,
    core::{
        error::Side,
        host::{MemoryBudget, Spool},
    },
};
use omm_store::SqliteJournal;
use omm_testkit::memory::Sink;
use std::{process::ExitCode, sync::Arc};

/// As the program has it: threads that wait for the disk.
const THREADS: usize = 4;
/// As the program has it: 12 MiB, of which 3 are for the ledger and the listings.
const BODIES: u64 = 9 << 20;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("wanted: ADDRESS");
        return ExitCode::FAILURE;
    };
    // As the program has it.
    let runtime =
        tokio::runtime::Builder::new_current_thread().max_blocking_threads(THREADS).enable_all().build();
    let swallowed = runtime.map_err(broken).and_then(|runtime| runtime.block_on(swallow(&address)));
    match swallowed {
        Ok(items) => {
            println!("{items} items");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("swallow: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn swallow(address: &str) -> Result<u64> {
    let scratch = tempfile::tempdir().map_err(broken)?;
    let mut env = Env::new(Arc::new(TokioRuntime::current()?));
    env.memory = MemoryBudget::new(BODIES);
    env.spool = Spool::new(scratch.path(), 64 << 30);
    let registry = omm::registry();
    let spec: AccountSpec = registry.normalise(&omm::address::parse(address)?, &env).await?;
    let source = registry.source(&spec, &env).await?;
    let journal =
        SqliteJournal::open_at(&scratch.path().join("journal.db"), Arc::clone(&env.runtime)).await?;
    let report = Migration::new(source, Arc::new(Sink::new()), Arc::new(journal), env).run().await?;
    Ok(report.totals.copied)
}

fn broken(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "begin", "no temporary folder can be made").caused_by(cause)
}
