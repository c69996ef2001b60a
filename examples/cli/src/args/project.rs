//! `omm project …`: many migrations as one.

use super::{
    Discovering, Limits,
    projects::{Add, Create, Options},
    values::{self, Limit},
};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use omm::project::store::State;
use std::path::PathBuf;
use tracing_subscriber::filter::LevelFilter;

#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Project {
    #[command(subcommand)]
    pub(crate) command: ProjectCommand,
}

const EXAMPLES: &str = "\
Examples:
  omm project key ~/omm.key
  omm project create 'Move to the new platform' --contact admin@example.org --password-file word.txt
  omm project template form.xlsx
  omm project import n1w6-xv2z-t288-h37s form.xlsx --key-file ~/omm.key
  omm project run n1w6-xv2z-t288-h37s --key-file ~/omm.key
  omm project status n1w6-xv2z-t288-h37s --watch
  omm project add n1w6-xv2z-t288-h37s anna@old.example anna@new.example --key-file ~/omm.key
  omm project options n1w6-xv2z-t288-h37s --requests 10 --bandwidth 2M
  omm project limits --per-server 20
  omm project report n1w6-xv2z-t288-h37s --only done-with-failures
  omm project options n1w6-xv2z-t288-h37s --mail-server smtps://omm@mail.example.org --mail-password-file word.txt --seal \\
      --key-file ~/omm.key";

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectCommand {
    /// Make a file with a new key, which seals the passwords of projects
    ///
    /// Whoever has the state and not this file learns no password. Keep it elsewhere than the state, and keep a copy:
    /// without it all passwords have to be given anew.
    Key(NewKey),
    /// Make a project, and print its number
    Create(Box<Create>),
    /// Write the empty form of ten columns, to be filled in: .xlsx or .csv
    Template(Template),
    /// Add the migrations of a filled form: CSV, .xlsx, .xls or .ods
    ///
    /// Every row that cannot be used is told by line and column with what to do; the others are added. Imported again, the
    /// mended form adds what was not added yet. Passwords are sealed before anything is written.
    Import(Import),
    /// Add one migration
    ///
    /// SRC and DST are as for `omm migrate`; where the project has a server for the side, LOGIN@DOMAIN alone is enough. With
    /// --key-file its passwords are sealed here and now, wherever it is worked on; without, every process that works on it
    /// must find the variable, the file or the command.
    Add(Box<Add>),
    /// Show or change how migrations are done; while they run, it is in force within a second
    Options(Box<Options>),
    /// Show or change what all projects together may have; while they run, it is in force within a second
    ///
    /// Each project's own limits count beside it, and every project has as much of it as the others: of requests at once, of
    /// migrations as places become free. It holds for all workers of a database together.
    Limits(HouseLimits),
    /// Let a project run, and work on it until nothing is left to do
    ///
    /// Interrupted, by Ctrl-C or by a power cut, the same command goes on from there. One program at a time works on a state;
    /// with --key-file it works on whatever else may run there as well, without it on this project alone, and leaves what is
    /// sealed for whoever has the key.
    Run(Run),
    /// Show all projects, or one with its migrations
    Status(ProjectStatus),
    /// Let migrations rest: those that are named, or the whole project
    Pause(Chosen),
    /// Let migrations go on that rest, failed or were stopped: those that are named, or the whole project
    Resume(Chosen),
    /// End migrations at a tidy place; what is copied stays
    Stop(Chosen),
    /// Copy what is new since, in those that are named or in all that are over
    Sync(Chosen),
    /// Offer every failed item again, in those that are named or in all that are done with failures
    Retry(Chosen),
    /// Look at every copy of those that are named, or of all that are over
    Verify(Verify),
    /// Delete the copies again of those that are named, or of all that are over
    Undo(Undo),
    /// Say when migrations may begin, and which come first: those that are named, or all that wait
    Schedule(Schedule),
    /// Erase the passwords of migrations: of those that are named, or of all that are over
    ///
    /// The journals stay. Import the same table again to give them again.
    ErasePasswords(Chosen),
    /// Seal all passwords of all projects under another key
    ///
    /// The first --key-file is the new key, the others are those that they are sealed under now. When none is lost, the
    /// older keys are needed no more. May be broken off and given again.
    Rotate(KeyFile),
    /// Print what was done
    ///
    /// For all migrations one line each, with its grade; one that has not run, or whose journal is gone, says so, and counts for
    /// the exit code.
    Report(ProjectReport),
    /// Erase all that is known of migrations, or of the whole project; the copies stay
    Delete(Delete),
    /// Print who did what, and when; of a project that was erased, too
    Audit(Audit),
    /// Print who was told what by mail or webhook, the newest first, and what is still to be told; of a project that was
    /// erased there is nothing any more
    Notices(Named),
}

/// Which project.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The project's number; `omm project status` lists them
    #[arg(value_name = "PROJECT")]
    pub(crate) project: String,
}

#[derive(Args, Debug)]
pub(crate) struct KeyFile {
    /// The file with the key that seals passwords; `omm project key FILE` makes one. Given again: older keys, which open
    /// and do not seal
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct NewKey {
    /// Where to write it; it must not be there yet
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Template {
    /// Where to write it
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The filled form
    pub(crate) file: PathBuf,
    /// The charset of a text file, for example windows-1252 [default: by its content]
    #[arg(long, value_name = "NAME")]
    pub(crate) charset: Option<String>,
    /// Let several sources go into one destination
    #[arg(long)]
    pub(crate) shared_destinations: bool,
    #[command(flatten)]
    pub(crate) key: KeyFile,
}

#[derive(Args, Debug)]
pub(crate) struct HouseLimits {
    /// How many requests are open at once at one server; `none` for no limit
    #[arg(long, value_name = "N", value_parser = values::limit)]
    pub(crate) per_server: Option<Limit>,
    /// How many requests are open at once in all; `none` for no limit
    #[arg(long, value_name = "N", value_parser = values::limit)]
    pub(crate) in_all: Option<Limit>,
    /// How many migrations run at once; `none` for no limit
    #[arg(long, value_name = "N", value_parser = values::limit)]
    pub(crate) migrations: Option<Limit>,
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) working: Working,
}

/// How a process works on migrations.
#[derive(Args, Debug)]
pub(crate) struct Working {
    #[command(flatten)]
    pub(crate) key: KeyFile,
    /// How many migrations run at once here, of all projects together
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) workers: usize,
    /// Seconds for a write in flight when somebody pauses or stops
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) grace: u64,
    /// Log what happens to standard error: error, warn, info, debug or trace. Only trace tells what servers said, which may
    /// name accounts; no level tells a password
    #[arg(long, value_name = "LEVEL", value_parser = values::level)]
    pub(crate) log: Option<LevelFilter>,
    /// Write counters for Prometheus into this file every ten seconds, for the textfile collector of its node exporter
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) discovering: Discovering,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct WorkerArgs {
    /// What to call this worker in other people's messages [default: the machine and the process]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) working: Working,
    /// End when nothing is left to do, here or at another worker
    #[arg(long)]
    pub(crate) until_idle: bool,
    /// Seconds for which a migration is held without being heard of
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(2..=3600))]
    pub(crate) lease: u64,
    /// Seconds after that before another worker takes it over: what left for a server at the last moment must have arrived,
    /// and clocks do not run at quite one speed
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(5..=3600))]
    pub(crate) margin: u64,
}

#[derive(Args, Debug)]
pub(crate) struct ProjectStatus {
    /// The project's number; all of them otherwise
    pub(crate) project: Option<String>,
    /// Show it again and again, until nothing is left to do
    #[arg(long, requires = "project")]
    pub(crate) watch: bool,
    /// Show migrations behind this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) after: u64,
    /// Show so many migrations
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Show only those in this state: failed, paused, done-with-failures …
    #[arg(long, value_name = "STATE", value_parser = values::state)]
    pub(crate) only: Option<State>,
}

#[derive(Args, Debug)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) named: Named,
    /// Say whether every line follows from the one before it, and print the last one's hash, to be kept elsewhere
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Schedule {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// Not before this day or moment: 2026-12-24, or 2026-12-24T22:00:00+01:00
    #[arg(long, value_name = "DATE", value_parser = values::moment)]
    pub(crate) at: Option<DateTime<Utc>>,
    /// As soon as the turn comes
    #[arg(long, conflicts_with = "at")]
    pub(crate) now: bool,
    /// The higher, the earlier
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) priority: Option<i32>,
}

/// Some migrations of a project, or all.
#[derive(Args, Debug)]
pub(crate) struct Chosen {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The numbers of migrations; all otherwise
    #[arg(value_name = "NUMBER")]
    pub(crate) numbers: Vec<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// Read every body again
    #[arg(long)]
    pub(crate) read_back: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Undo {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// The first sync point to take back; 1 takes back everything
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) from_sync_point: u32,
    /// Leave copies that were read since
    #[arg(long)]
    pub(crate) keep_read: bool,
    /// It deletes copies: without this it only says so
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ProjectReport {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The number of one migration; a line for each otherwise
    pub(crate) number: Option<u64>,
    /// Of those in this state only: failed, done-with-failures …
    #[arg(long, value_name = "STATE", value_parser = values::state, conflicts_with = "number")]
    pub(crate) only: Option<State>,
}

#[derive(Args, Debug)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
    /// It cannot be taken back: without this it only says so
    #[arg(long, short)]
    pub(crate) yes: bool,
}
