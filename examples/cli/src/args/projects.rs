//! Projects as such: made, changed, and given one migration more.

use super::{
    Ends,
    notices::Notices,
    project::{KeyFile, Named},
    values::{self, Kinds},
};
use chrono::{DateTime, Utc};
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Create {
    /// Its name, for people
    pub(crate) name: String,
    /// Whom to write to
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) contact: String,
    /// The variable that holds the project's password, of at least ten characters; asked at the terminal otherwise
    #[arg(long, value_name = "VAR", conflicts_with = "password_file")]
    pub(crate) password_env: Option<String>,
    /// The file whose first line is the project's password
    #[arg(long, value_name = "PATH")]
    pub(crate) password_file: Option<PathBuf>,
    /// No password: nobody can log in to it from elsewhere
    #[arg(long, conflicts_with_all = ["password_env", "password_file"])]
    pub(crate) no_password: bool,
    /// The server of rows that name no source: a URL without a login
    #[arg(long, value_name = "URL")]
    pub(crate) source: Option<String>,
    /// The server of rows that name no destination
    #[arg(long, value_name = "URL")]
    pub(crate) destination: Option<String>,
    /// A file of certificates to trust beside the system's, at these servers
    #[arg(long, value_name = "PATH")]
    pub(crate) ca_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) notices: Notices,
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) ends: Ends,
    /// Let it go into a destination that another migration of the project writes into
    #[arg(long)]
    pub(crate) shared_destinations: bool,
    /// The higher, the earlier
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) priority: i32,
    /// Not before this day or moment: 2026-12-24, or 2026-12-24T22:00:00+01:00
    #[arg(long, value_name = "DATE", value_parser = values::moment)]
    pub(crate) at: Option<DateTime<Utc>>,
    #[command(flatten)]
    pub(crate) key: KeyFile,
}

#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) named: Named,
    /// How many migrations run at once
    #[arg(long, value_name = "N")]
    pub(crate) at_once: Option<u32>,
    /// How many requests are open at once, of all migrations together
    #[arg(long, value_name = "N")]
    pub(crate) requests: Option<u32>,
    /// How many requests are open at once at one server
    #[arg(long, value_name = "N")]
    pub(crate) per_server: Option<u32>,
    /// Bytes a second, of all migrations together; 0 for no limit
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) bandwidth: Option<u64>,
    /// When to leave the servers alone, for example 08:00-18:00@Europe/Paris; `never` for never
    #[arg(long, value_name = "HOURS")]
    pub(crate) quiet_hours: Option<String>,
    /// So many days after its end a worker erases each migration; the project, when nothing of it runs, waits or changed for as long
    #[arg(long, value_name = "DAYS")]
    pub(crate) retention: Option<u32>,
    /// Keep the passwords of migrations that are done: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = values::yes)]
    pub(crate) keep_passwords: Option<bool>,
    /// Only these kinds: mail, contacts, calendars, tasks, notes; `all` for all
    #[arg(long, value_name = "KINDS", value_parser = values::kinds)]
    pub(crate) kinds: Option<Kinds>,
    /// Its name, for people
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The server of what is added from now on without a source of its own; `none` for none
    #[arg(long, value_name = "URL")]
    pub(crate) source: Option<String>,
    /// The server of what is added from now on without a destination of its own; `none` for none
    #[arg(long, value_name = "URL")]
    pub(crate) destination: Option<String>,
    /// A file of certificates to trust beside the system's, at these servers
    #[arg(long, value_name = "PATH")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The variable that holds the project's new password; whoever is logged in is logged out
    #[arg(long, value_name = "VAR", conflicts_with = "password_file")]
    pub(crate) password_env: Option<String>,
    /// The file whose first line is the project's new password
    #[arg(long, value_name = "PATH")]
    pub(crate) password_file: Option<PathBuf>,
    /// No password any more: nobody can log in to it from elsewhere
    #[arg(long, conflicts_with_all = ["password_env", "password_file"])]
    pub(crate) no_password: bool,
    /// Whom to write to
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) contact: Option<String>,
    #[command(flatten)]
    pub(crate) notices: Notices,
}
