//! Exchange as a host uses it: Outlook data files, calendars, address books and mail accounts go into a mailbox on a mock
//! server and come back, over real sockets; and exchangelib, a client that we did not write, reads what is there.
#![cfg(unix)]

mod mailbox;
mod of_dovecot;
mod of_exchange;
mod of_files;
mod of_outlook;
mod read_back;
mod samples;
mod tree;
#[path = "../imap/world.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod world;
