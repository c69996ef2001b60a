//! The heart of OMM, the mailbox migration SDK.
//!
//! Core knows items, folders, sync points and limits. It knows no protocol, no runtime and no
//! server's file format; those are brought by connectors, stores and the host.
//!
//! | room        | what lives there                                                                 |
//! |-------------|----------------------------------------------------------------------------------|
//! | [`model`]   | items, folders, ids, flags, digests: the values that travel                      |
//! | [`seam`]    | the traits a connector implements, and the registry that finds connectors        |
//! | [`host`]    | what the host lends: runtime, limiter, memory budget, spool, secrets, `Stop`     |
//! | [`journal`] | the truth about a migration: fates, records, sync points; the trait stores keep  |
//! | [`mapping`] | pure: which source folder goes to which destination folder                       |
//! | [`engine`]  | plan, copy, record, verify; recover, undo, adopt, retry                          |
//! | [`checkup`] | what works between us and an account, step by step                              |
//! | [`report`]  | what happened, item by item, with numbers that add up                            |
//!
//! Start at [`engine::Migration`] to run one, at [`seam::Source`] to write a connector.

pub mod checkup;
pub mod engine;
pub mod error;
pub mod event;
pub mod host;
pub mod journal;
pub mod mapping;
pub mod model;
pub mod options;
pub mod report;
pub mod seam;

pub use error::{Error, Result};
