//! IMAP accounts, on the mock server and on real ones, migrated by the SDK as a host would use it, and judged by those
//! who know nothing of it.
#![cfg(unix)]

mod cut_plan;
mod cuts;
mod incremental;
mod losses;
mod many_cuts;
mod many_cuts_on_dovecot;
mod many_cuts_on_mock;
mod on_dovecot;
mod on_mock;
mod second_run;
mod stories;
mod stories_on_dovecot;
mod stories_on_mock;
mod whole;
mod world;
