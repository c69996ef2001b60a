//! One file per command.

mod completions;
mod discover;
mod doctor;
mod export;
mod forget;
mod found;
mod migrate;
mod plan;
mod project;
mod report;
mod retry;
mod status;
mod stop;
mod sync;
mod undo;
mod verify;
mod work;

use crate::{
    args::{Cli, Command, Database, Discovering, Global, Limits},
    credentials::Credentials,
    exit::{Exit, Failure},
};
use omm::{Builder, Omm, TokioRuntime};

/// Does what the command line says.
pub(crate) async fn run(mut cli: Cli) -> Result<Exit, Failure> {
    if matches!(cli.command, Command::Project(_) | Command::Worker(_)) {
        cli.global.database = cli.global.database.take().or_else(Database::of_environment);
    } else if cli.global.database.is_some() {
        // Nobody believes to have looked into it, or to have erased something there.
        let message = "a database holds projects only: `omm project` and `omm worker` take --database";
        return Err(Failure::Usage(message.to_owned()));
    }
    let global = &cli.global;
    match &cli.command {
        Command::Migrate(args) => migrate::run(global, args).await,
        Command::Sync(args) => sync::run(global, args).await,
        Command::Plan(args) => plan::run(global, args).await,
        Command::Discover(args) => discover::run(global, args).await,
        Command::Doctor(args) => doctor::run(global, args).await,
        Command::Status(args) => status::run(global, args).await,
        Command::Stop(args) => stop::run(global, args).await,
        Command::Undo(args) => undo::run(global, args).await,
        Command::Verify(args) => verify::run(global, args).await,
        Command::Retry(args) => retry::run(global, args).await,
        Command::Report(args) => report::run(global, args).await,
        Command::Export(args) => export::run(global, args).await,
        Command::Forget(args) => forget::run(global, args).await,
        Command::Project(args) => project::run(global, &args.command).await,
        Command::Worker(args) => project::work(global, args).await,
        Command::Completions(args) => completions::run(args),
    }
}

/// Opens the state to work on accounts.
async fn open(global: &Global, limits: &Limits) -> Result<Omm, Failure> {
    Ok(limited(global, limits, TokioRuntime::current()?)?.open().await?)
}

/// The same where an account may have to be found out.
async fn open_finding(global: &Global, limits: &Limits, discovering: &Discovering) -> Result<Omm, Failure> {
    let runtime = TokioRuntime::current()?;
    let builder = match discovering.named()? {
        Some(names) => limited(global, limits, runtime.asking(names.clone()))?.names(names),
        None => limited(global, limits, runtime)?,
    };
    Ok(builder.discovery(discovering.options()).open().await?)
}

fn limited(global: &Global, limits: &Limits, runtime: TokioRuntime) -> Result<Builder, Failure> {
    let builder = Omm::builder(runtime)
        .state_dir(global.state_dir()?)
        .credentials(Credentials::default())
        .connections(limits.connections)
        .memory_limit(limits.memory_limit)
        .spool_limit(limits.spool_limit);
    Ok(builder)
}

/// Opens the state to look at it.
async fn look(global: &Global) -> Result<Omm, Failure> {
    let builder = Omm::builder(TokioRuntime::current()?).state_dir(global.state_dir()?);
    Ok(builder.credentials(Credentials::default()).open().await?)
}
