//! Clients that we did not write fetch from the mock: fetchmail, getmail, Python's poplib.

mod fetchmail;
mod getmail;
mod maildrop;
mod poplib;
#[path = "../program/mod.rs"]
mod program;
