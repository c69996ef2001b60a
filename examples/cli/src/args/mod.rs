//! The command line.

mod accounts;
mod choices;
mod database;
mod discovering;
mod limits;
pub(crate) mod notices;
pub(crate) mod project;
pub(crate) mod projects;
mod state;
pub(crate) mod values;

pub(crate) use accounts::{Ends, Pair, Patients, SourceLogin, lasting, needs_login};
pub(crate) use choices::Choices;
pub(crate) use database::Database;
pub(crate) use discovering::Discovering;
pub(crate) use limits::Limits;
pub(crate) use values::Format;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Moves mailboxes: copies, keeps up to date, verifies, and takes back.
#[derive(Debug, Parser)]
#[command(name = "omm", version, after_help = crate::exit::CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// For every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "General")]
pub(crate) struct Global {
    /// The folder that remembers what was done [default: the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// Keep projects in this PostgreSQL database, postgres://USER@HOST/NAME, instead of the state folder [env: OMM_DATABASE]
    ///
    /// Whoever sees the processes of this machine sees a password that stands here: better in OMM_DATABASE, in PGPASSWORD or
    /// in ~/.pgpass. To a host that is not this machine TLS is verified by the name, unless ?sslmode= says otherwise
    /// (?sslrootcert=FILE names a file of certificates to trust beside the system's).
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<Database>,
    /// Connections to that database at most; two more are kept for what says that this worker is there [default: 10]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) database_connections: Option<u32>,
    /// Write events as JSON lines, and the result as the last line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Write nothing but the id of a migration, and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Copy everything from one account to another, or go on where it was left
    ///
    /// Nothing at SRC is changed, nothing at DST is overwritten. The first line of the output names the migration
    /// by an id, for the other commands. Interrupted, by Ctrl-C or by a power cut, the same command goes on from
    /// there; given again later, it copies what is new.
    Migrate(Migrate),
    /// Copy what is new since the last run of a migration
    Sync(Sync),
    /// Say what `migrate` would do, without doing it
    Plan(PlanArgs),
    /// Find the servers that may hold the mailbox of an address, the best first
    ///
    /// Looks at what the domain publishes and at two tables, and connects to each server that is named: TLS is
    /// verified, the greeting is read, no password is sent or asked for. Nobody but these is contacted.
    Discover(Discover),
    /// Look at one account, or a pair, and say what works and what to do about what does not
    ///
    /// Name, port, certificate, login, folders and rights, step by step. Nothing is copied and no body is read. At a
    /// destination a folder is made and removed again.
    Doctor(DoctorArgs),
    /// List all migrations, or show one with its sync points
    Status(Status),
    /// Ask a running migration to stop at a tidy place
    Stop(OneMigration),
    /// Delete the copies again that were made from a sync point on
    ///
    /// Takes back the flags set there as well, and removes the folders made there if they are empty. Copies that
    /// somebody changed, and items that were at the destination before, are left and listed.
    Undo(Undo),
    /// Look at every copy and say whether it is still as it should be
    Verify(Verify),
    /// Run a migration and offer every failed item again
    Retry(Retry),
    /// Print what was done, as a summary or item by item
    Report(ReportArgs),
    /// Write the contacts and calendars of a dir: tree into files that other programs read
    ///
    /// One .vcf for each folder of contacts, one .ics for each calendar, task list and folder of notes, below --to as they
    /// lie in the tree. Files of an earlier export are replaced.
    Export(Export),
    /// Remove everything that is known about a migration; the copies stay
    Forget(OneMigration),
    /// Many migrations as one: a whole domain moves, from a table of accounts
    Project(project::Project),
    /// Work on all projects of a database, beside any number of other workers
    ///
    /// Each migration is worked on by one of them at a time. A worker that is killed, cut off or stands still has lost its
    /// migrations after --lease and --margin, and others go on where it was; it can write nothing any more, neither to the
    /// database nor to a mail server. SIGTERM ends it at a tidy place.
    Worker(project::WorkerArgs),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Args, Debug)]
#[command(after_long_help = format!("{MIGRATE_EXAMPLES}\n\n{}", crate::exit::CODES))]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) pair: Pair,
    #[command(flatten)]
    pub(crate) choices: Choices,
    /// Begin another migration, although this pair is known
    #[arg(long, help_heading = "General")]
    pub(crate) new: bool,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

const MIGRATE_EXAMPLES: &str = "\
SRC and DST are a path, dir:PATH, or the URL of a server.
  PATH       as SRC: mail (mbox, Maildir, .eml), files of Outlook (.pst, .ost, .msg), calendars and
             contacts (.ics, .vcf, .csv), or a folder of all that; recognised by content
             as DST: the same as dir:PATH
  dir:PATH   a folder of Maildirs (mail) and of .vcf and .ics files (everything else)
  imaps://LOGIN@HOST
             an IMAP account, with TLS from the first byte; port 993
  imap://LOGIN@HOST:PORT
             the same with STARTTLS, or in the clear with --tls off; port 143 without :PORT
             LOGIN may hold an @ itself: imaps://anna@mail.example@imap.mail.example
             a password stands in no address: name a variable or a file, or be asked
  ews:https://LOGIN@HOST/EWS/Exchange.asmx
             an Exchange account: mail, contacts, calendars, tasks and notes; LOGIN is its mail address.
             An administrator opens it with --source-delegate or --destination-delegate
  exchange:ADDRESS
             the same, its server found by the mail address (autodiscover)
  auto:ADDRESS
             the best server for a mail address, as `omm discover ADDRESS` finds it

Examples:
  omm migrate old-mail.mbox dir:copies
  omm migrate ~/Maildir dir:copies --exclude Trash --exclude '**/Spam' --since 2020-01-01
  omm migrate ~/Maildir dir:copies --rename 'Old Stuff=Archive/Old' --max-size 50M
  omm migrate ~/Maildir dir:copies --json | tail -n 1
  omm migrate imaps://anna@old.example imaps://anna@new.example \\
      --source-password-env OLD_WORD --destination-password-file new-word.txt";

#[derive(Args, Debug)]
pub(crate) struct Sync {
    #[command(flatten)]
    pub(crate) migration: OneMigration,
    /// Where the source is now, if it was moved
    #[arg(long, value_name = "SRC")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) login: SourceLogin,
    #[command(flatten)]
    pub(crate) discovering: Discovering,
    #[command(flatten)]
    pub(crate) choices: Choices,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) pair: Pair,
    #[command(flatten)]
    pub(crate) choices: Choices,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
#[command(after_long_help = format!("{DISCOVER_OUTPUT}\n\n{}", crate::exit::CODES))]
pub(crate) struct Discover {
    /// The mail address
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: String,
    /// A file of certificates to trust beside the system's
    #[arg(long, value_name = "PATH")]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) discovering: Discovering,
}

const DISCOVER_OUTPUT: &str = "\
With --json, one line: {event, address, candidates, notes}. Each candidate has
  server_type (imap, pop3, ews), host, port, tls (required, start-tls, off), path, login,
  login_form (address, local-part, other),
  source (ovhcloud, provider, autoconfig, srv, provider-by-mx, central-database, autodiscover,
  ovhcloud-doubtful, autoconfig-of-mx, plain-autoconfig, guess), evidence,
  sureness (known, published, inferred, told, unverified, guessed), needs_confirmation,
  seen {verdict (answers, unanswered, unexpected, untrusted, cleartext), why | greeting,
  capabilities}, remarks.
Here, 0 means that a server answers over verified TLS, 3 that servers are known and none does,
1 that none was found. SRC and DST of other commands may be auto:ADDRESS: the best one is taken.";

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) patients: Patients,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct OneMigration {
    /// The migration's id; `omm status` lists them
    pub(crate) id: String,
}

#[derive(Args, Debug)]
pub(crate) struct Status {
    /// The migration's id; all of them otherwise
    pub(crate) id: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Undo {
    #[command(flatten)]
    pub(crate) migration: OneMigration,
    /// The first sync point to take back; 1 takes back everything
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) from_sync_point: u32,
    /// Only say what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave copies that were read since
    #[arg(long)]
    pub(crate) keep_read: bool,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) migration: OneMigration,
    /// Read every copy in full and compare its digest, instead of only looking at size, flags and date
    #[arg(long)]
    pub(crate) read_back: bool,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct Retry {
    #[command(flatten)]
    pub(crate) migration: OneMigration,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) migration: OneMigration,
    /// text and json are a summary with every problem; csv has one line per item
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    /// dir:PATH, or the id of a migration into one
    #[arg(value_name = "ID|dir:PATH")]
    pub(crate) what: String,
    /// One file for each folder (one for each item is what the tree itself has)
    #[arg(long, required = true)]
    pub(crate) join: bool,
    /// The folder to write into; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "export")]
    pub(crate) to: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Which shell
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, CommandFactory};
    use std::collections::BTreeSet;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    /// By what an argument is known: its id, which clap keeps values under, and how it is written.
    fn names(arg: &Arg) -> BTreeSet<String> {
        let long = arg.get_long_and_visible_aliases().into_iter().flatten().map(|long| format!("--{long}"));
        let hidden = arg.get_all_aliases().into_iter().flatten().map(|long| format!("--{long}"));
        let short =
            arg.get_short_and_visible_aliases().into_iter().flatten().map(|short| format!("-{short}"));
        let hidden_short = arg.get_all_short_aliases().into_iter().flatten().map(|short| format!("-{short}"));
        let id = [format!("id {}", arg.get_id())];
        long.chain(hidden).chain(short).chain(hidden_short).chain(id).collect()
    }

    /// Arguments of a command, and of all below it, that take a name of a global one.
    fn shadows(command: &Command, path: &str, globals: &BTreeSet<String>, found: &mut Vec<String>) {
        for command in command.get_subcommands() {
            let path = format!("{path} {}", command.get_name());
            for arg in command.get_arguments() {
                let taken: Vec<_> = names(arg).intersection(globals).cloned().collect();
                if !taken.is_empty() {
                    found.push(format!("{path}: {}", taken.join(", ")));
                }
            }
            shadows(command, &path, globals, found);
        }
    }

    fn shadowed(program: &Command) -> Vec<String> {
        let global = program.get_arguments().filter(|arg| arg.is_global_set());
        let own = ["--help", "-h", "id help", "--version", "-V", "id version"].map(str::to_owned);
        let globals = global.flat_map(names).chain(own).collect();
        let mut found = Vec::new();
        shadows(program, program.get_name(), &globals, &mut found);
        found
    }

    // Would catch: an argument of a command under a global one's name. clap says nothing of it: the value goes to one of the two,
    // and `omm project status --state failed` looked for projects in a folder `failed`.
    #[test]
    fn no_command_hides_a_global_option() {
        // Not built: clap has not given the global ones to the commands yet.
        assert_eq!(shadowed(&super::Cli::command()), [""; 0]);
    }

    // Would catch: a search that finds nothing because it looks at the wrong names.
    #[test]
    fn what_would_hide_one_is_found() {
        let planted = |arg: Arg| {
            shadowed(&super::Cli::command().mut_subcommand("project", |project| {
                project.mut_subcommand("status", |status| status.arg(arg))
            }))
        };
        for arg in [
            Arg::new("state"),
            Arg::new("other").long("database"),
            Arg::new("other").long("other").alias("json"),
            Arg::new("other").short('q'),
            Arg::new("other").short('V'),
        ] {
            assert_eq!(planted(arg.clone()).len(), 1, "{arg:?}");
        }
        assert_eq!(planted(Arg::new("other").long("other")), [""; 0]);
    }
}
