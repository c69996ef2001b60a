//! For test authors: a memory account, scripted faults, conformance suites and generated mailboxes.

pub mod conformance;
