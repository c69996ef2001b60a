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
//! # The queue
//! The table of migrations is the queue: a row that waits is a job. Ready-made queues on PostgreSQL were tried first, and do not keep
//! what a project promises; `cargo xtask queues` shows it (`queues/`, a workspace of its own), and is red when one of them does:
//!
//! | promised | `apalis-postgres` 1.0 | `graphile_worker` 0.14 |
//! |---|---|---|
//! | projects share what becomes free | 50 migrations of a project keep one of another waiting until all are through | likewise |
//! | limits at a server hold across all workers, and keep nobody else waiting | what is put back stays in front: an idle server behind a full one is never reached | reached after each of the others was handed out and put back |
//! | nothing fails for a limit | to be put back is an attempt; after the last it is never handed out again | likewise, and each waits longer, up to six hours |
//!
//! Whoever pushes a new job for each that was refused, or only such jobs as may run now, keeps these promises in spite of the queue: he has
//! decided himself whose turn it is, and has two truths about it after a crash between the two. That decision is what stands here, in the
//! transaction that counts the limits; what a queue would spare is one `UPDATE`. A queue for each project would want a heartbeat and a
//! poll of each worker in each. Temporal's SDK was not tried: it needs a service of its own beside PostgreSQL.
//!
//! # Limits
//! What a project allows is divided among what is at work: when a migration is taken, and again every half second or, of large ones,
//! every few seconds, when options changed, or others came or went. Each worker lowers his own part first and says so; what he gave up is given to others then.
//! What was let in before a limit was lowered ends by itself. Of the bandwidth each worker has as much as the others that have
//! something of the project, whatever he makes of it. A server that has to be found out counts as what it was found to be,
//! before anything is opened there. What all projects together may have (`HouseLimits`) is divided between the projects first; a
//! project that was refused something counts for five seconds like those that have some. Requests are taken from who has more than his part; a
//! migration runs to its end, unless fewer are allowed than run. Workers of before the second version of the tables go on beside those who
//! know it, and keep to no limits of all. What a worker's host allows at one server beside (`omm --connections`) is the host's alone.
//!
//! # Clocks
//! Whose turn it is, what is overdue, and who holds what until when is by the clock of the database; a worker asks for it, and
//! warns when his own, or the difference, is not what it was. If the database's own clock jumps ahead, what is held is free too
//! early: then journals still refuse whoever lost his lease, and sockets keep to the local term, but for as long as that lasts
//! two may be logged in to one mailbox. Let it be slewed (chrony, ntpd), never stepped, while workers are at work.
//!
//! # What is erased
//! Rows are deleted, not overwritten: what was in them is in the files of the database until `VACUUM` has passed and the space is
//! used again, and in the log and in backups for as long as these are kept. Passwords are sealed before they come here.
//!
//! # What is not as it should be yet
//! - Each worker reads all that is at work of a project that he has something of: twice a second up to a few hundred, and more
//!   rarely with more, so that others' parts of twenty thousand are looked at every twenty seconds only (changed options at once).
//! - A part may come to nothing, where a limit was lowered below the number of migrations at work: then those that came last wait
//!   at their servers until others end.
//! - Where the house is limited, whoever takes a migration or divides reads all that is at work, of all projects.
//! - Behind twenty thousand migrations of a project that lead to full servers nothing is looked for.
//! - A letter that is taken to be sent is chosen among the recipients of all projects for whom something waits.

mod audit;
mod change;
mod divide;
mod enter;
mod house;
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
