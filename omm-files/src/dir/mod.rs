//! The `dir:` tree: what OMM writes when the destination is a folder on disk.
//!
//! ```text
//! ROOT/.omm-dir               "omm dir 1": this tree is ours
//! ROOT/.omm-lock              locked while something is written
//! ROOT/INBOX/.omm-folder      JSON: the folder's path in clear, kind, role, subscribed
//! ROOT/INBOX/.omm-seq         a number above all that were given: none is given twice
//! ROOT/INBOX/{cur,new,tmp}/   mail: a Maildir
//! ROOT/INBOX/dovecot-keywords what the letters a to z stand for
//! ROOT/INBOX/Sub/…            folders nest
//! ROOT/Contacts/*.vcf, .ics   other kinds: one file per item; .omm-flags holds their flags
//! ```
//!
//! A message is `NUMBER.DIGEST.omm,S=SIZE:2,FLAGS`; its id is all before the flags. Numbers rise, so a mark is the
//! next number. All work is under one lock, which is held until the last rename: a late writer cannot come
//! between a reader's look and its conclusion.

mod append;
mod copies;
mod delete;
mod destination;
mod durable;
mod flags;
mod folder;
mod locate;
mod own;
mod recent;

pub(crate) use destination::DirDestination;
pub(crate) use folder::folders;
pub(crate) use own::Own;
