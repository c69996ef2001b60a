//! The `omm` program: migrations from the command line, for people and scripts.
//!
//! Run it from the workspace with `cargo run --release -p omm-cli -- migrate SOURCE dir:DESTINATION`.

mod args;
mod commands;
mod credentials;
mod exit;
mod output;
mod progress;
mod signals;

use args::Cli;
use clap::Parser;
use exit::{Exit, Failure};
use std::{process::ExitCode, time::Duration};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.global.json;
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.tell(json),
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    // A run is one future, so this thread polls it, and a few others wait for the disk. Only a few: every thread
    // that allocates keeps a heap of its own, which nobody gives back.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .map_err(|error| Failure::Local(format!("cannot start: {error}")))?;
    let outcome = runtime.block_on(commands::run(cli));
    // A last write may finish; a thread that waits for a terminal may not keep the program.
    runtime.shutdown_timeout(Duration::from_secs(5));
    outcome
}
