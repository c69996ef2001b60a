//! Projects in PostgreSQL, where workers on any number of machines share them.
//!
//! The same tables as in the file of one machine, and three things more. A migration that is at work has a *holder*, who
//! says again and again that he is there; who is not heard of for the term and a margin has lost it, and it waits for its
//! turn again. A migration that is taken gets its part of what the project allows at each server, counted over all workers.
//! And what goes into one mailbox goes one after the other, whoever's it is: by
//! its address when it is taken, and by the server that was found out for it before anything is opened.
//!
//! What people are to be told of it lies in the same schema ([`PostgresOutbox`]), and is told once over all workers.
//!
//! Nothing rests on who believes to hold a migration. Its journal has a lease of its own ([`omm_store_postgres::Lease`]),
//! which every transaction looks at; the sockets of a turn are fenced by that lease ([`omm_core::host::Fence`]); and how a
//! turn ended is written only by whoever still holds the migration.
//!
//! The table of migrations is the queue: a row that waits is a job. A queue beside it (`apalis-postgres` 1.0 was read for
//! this) would be a second truth about whose turn it is. It orders by priority and time alone, so a project with a hundred
//! thousand jobs keeps every other waiting, unless each project has a queue of its own with a heartbeat of each worker in
//! each; it fetches ahead and locks what it fetched, so that what a limit, a pause or quiet hours hold back must be put back,
//! which counts as an attempt; a priority or a time cannot be changed once a job is in; and it wants the extensions hstore and
//! pgcrypto. What it would spare is one `UPDATE`.
//!
//! # What is not as it should be yet
//! - Counts are kept row by row: a change of ten thousand migrations in one transaction (many that are due at one moment, a
//!   large project that is erased) takes minutes, and who takes migrations waits for it.
//! - A migration's part of the limits is fixed when it is taken. A limit that is lowered meanwhile holds in each worker, and
//!   over all of them only when what runs has ended. Bandwidth is a worker's, not the project's.
//! - A server that has to be found out is counted by its domain, not by where it leads.
//! - `dir:` destinations are not fenced. A machine that sleeps does not count the time it slept.
//! - To a host that is not this machine say `?sslmode=verify-full`: without it a certificate is not looked at.

mod audit;
mod change;
mod divide;
mod enter;
mod journals;
mod migration;
mod outbox;
mod project;
mod schema;
mod session;
mod store;
mod take;
mod turns;
mod value;

pub use journals::PostgresJournals;
pub use outbox::PostgresOutbox;
pub use store::PostgresProjects;
