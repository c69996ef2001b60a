//! OMM moves mailboxes: mail, contacts, calendars, tasks and notes.
//!
//! Start with [`Omm`]: it keeps the state of migrations in a folder, opens accounts, and hands out [`Session`]s.
//! Everything it does can be done by hand with [`core`] as well.
//!
//! ```no_run
//! use omm::{Known, Listener, Omm, Options, Stop, TokioRuntime};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> omm::Result<()> {
//! let omm = Omm::builder(TokioRuntime::current()?).state_dir("state").open().await?;
//! let source = omm::address::parse("old-mail.mbox")?;
//! let destination = omm::address::parse("dir:new-mail")?;
//! let session = omm.migrate(&source, &destination, Options::default(), Known::Continue).await?;
//! println!("migration {}", session.id());
//! let report = session.run(Listener::new(|event| println!("{event:?}")), Stop::new()).await?;
//! println!("{report}");
//! # Ok(())
//! # }
//! ```
//!
//! | feature | brings |
//! |---|---|
//! | `tokio` (default) | [`TokioRuntime`] |
//! | `portable` | `PortableRuntime`: smol, `block_on`, or an executor of your own |
//! | `files` (default) | mail files as source, `dir:` as source and destination |
//! | `imap` (default) | IMAP servers as source and destination |
//! | `discover` (default) | [`discover`](fn@discover) and `auto:user@domain`; lookups by hickory-resolver on tokio |
//! | `sqlite` (default) | state in SQLite files, and with it [`Omm`] |
//! | `project` | many migrations as one project: `Omm::projects`, `Omm::worker` and, to tell people, `Omm::post` |
//! | `postgres` | the same in PostgreSQL, for workers on many machines; wants Rust 1.94 |
//!
//! The SDK spawns no task. Each of its futures can be dropped at any moment; the next call settles what was begun.

pub mod address;
#[cfg(feature = "discover")]
pub mod discovery;
mod registry;
mod runtime;
#[cfg(feature = "sqlite")]
mod state;

pub use omm_core as core;

#[cfg(feature = "files")]
pub use omm_files as files;

#[cfg(feature = "project")]
pub use omm_project as project;
/// Projects and journals in PostgreSQL, for workers on many machines.
#[cfg(feature = "postgres")]
pub mod postgres {
    pub use omm_project_postgres::{PostgresJournals, PostgresOutbox, PostgresProjects};
    pub use omm_store_postgres::{Grant, Lease, PostgresJournal, PostgresStore, Settings, Terms};
}

#[cfg(feature = "discover")]
pub use omm_discover::discover;

pub use omm_core::{
    checkup::{Check, Examined, Finding, Verdict},
    engine::{Level, Migration, Plan, UndoOptions, UndoOutcome, Verification},
    error::{Error, ErrorKind, Result, Side},
    event::{Event, Listener},
    host::{CredentialProvider, CredentialRef, Env, Runtime, Secret, Stop},
    model::SyncPoint,
    options::Options,
    report::{Grade, ItemLine, Report},
    seam::{AccountSpec, Connector, Registry, Tls},
};
#[cfg(feature = "project")]
pub use omm_project::store::SqliteProjects;
pub use registry::registry;
#[cfg(feature = "portable")]
pub use runtime::PortableRuntime;
#[cfg(feature = "tokio")]
pub use runtime::TokioRuntime;
#[cfg(feature = "sqlite")]
pub use state::{Builder, CheckUp, Known, MigrationRow, Omm, Session, Status};
