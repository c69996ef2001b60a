//! `omm completions`: a script for a shell.

use crate::{
    args::{Cli, Completions},
    exit::{Exit, Failure},
    output,
};
use clap::CommandFactory;
use std::io::{self, Write};

pub(super) fn run(args: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "omm", &mut script);
    io::stdout().lock().write_all(&script).map_err(output::failed)?;
    Ok(Exit::Done)
}
