//! For test authors: a memory account, scripted faults, conformance suites and generated mailboxes.
//!
//! | room            | what lives there                                                              |
//! |-----------------|-------------------------------------------------------------------------------|
//! | [`sim`]         | a virtual clock and an executor that sees deadlocks                            |
//! | [`journal`]     | a journal in memory                                                            |
//! | [`conformance`] | the contracts of the seam, as functions that a connector or store runs         |

pub mod conformance;
pub mod journal;
pub mod sim;
