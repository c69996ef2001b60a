//! For test authors: a memory account, scripted faults, conformance suites and generated mailboxes.
//!
//! | room            | what lives there                                                              |
//! |-----------------|-------------------------------------------------------------------------------|
//! | [`conformance`] | the contracts of the seam, as functions that a connector or store runs         |
//! | [`mailbox`]     | mailboxes as plain values, generated from a seed, and written to disk          |
//! | [`memory`]      | an account in memory with bad habits on demand                                 |
//! | [`imap`]        | an IMAP server in memory, with extensions, quirks and faults to switch                |
//! | [`pop`]         | a POP3 server in memory, likewise                                              |
//! | [`ews`]           | Exchange's web services in memory, likewise                                        |
//! | [`pst`]         | Outlook data files, written from plain values                                  |
//! | [`journal`]     | a journal in memory                                                            |
//! | [`step_stop`]   | every scenario is a crash test: cut at each durable step, resumed, compared      |
//! | [`servers`]     | real servers on loopback, a witness that knows nothing of OMM, a corpus         |
//! | [`shared`]      | samples of real servers and programs, where they are on this machine            |
//! | [`dns`]           | a name server on the loopback, with zones that the test writes                 |
//! | [`process`]       | memory and processor time of programs, where Linux tells                       |
//! | [`ca`]          | certificates that only a test trusts                                          |
//! | [`sim`]         | a virtual clock and an executor that sees deadlocks                            |

pub mod ca;
pub mod conformance;
pub mod dns;
pub mod ews;
pub mod imap;
pub mod journal;
pub mod mailbox;
pub mod memory;
mod mock;
pub mod pop;
pub mod process;
pub mod pst;
pub mod servers;
pub mod shared;
pub mod sim;
pub mod step_stop;
