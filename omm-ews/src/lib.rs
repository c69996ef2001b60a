//! Exchange as a source and a destination, over Exchange Web Services (EWS): on premises 2010 to 2019 and Subscription
//! Edition, and hosted.
//!
//! | room | what lives there |
//! |---|---|
//! | `config` | an account specification, read |
//! | `account` | one account on one server: how it is entered, and what was learned about it |
//! | `auth` | proving who we are |
//! | `delegation` | how an administrator opens somebody's mailbox |
//! | `http` | one request and its answer, streamed |
//! | `error` | from what went wrong to an error with axes, one table |
//! | `xml` | writing requests, and answers as trees; what is too large for a tree goes by as a stream |
//! | `soap` | the envelope around a request, and what an answer says about itself: response codes, faults |
//! | `convert` | items as Exchange has them, and the models of omm-content: both ways, one room per kind |
//! | `ops` | one file per operation: the request it writes, the answer it reads |
//!
//! **No side effects.** What is written is saved and never sent: `soap` and `ops` have no word for sending, so that no
//! receipt, no invitation and no cancellation can leave a server because of us.

// While the rooms are being built.
#![allow(dead_code, unused_imports)]

mod account;
mod append;
mod auth;
mod capacity;
mod changes;
mod config;
mod connector;
mod convert;
mod cursor;
mod delegation;
mod delete;
mod destination;
mod error;
mod fetch;
mod flags;
mod folders;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
mod http;
mod inspect;
mod kind;
mod locate;
mod ops;
mod print;
#[cfg(test)]
mod script;
mod soap;
mod source;
mod xml;

pub use connector::EwsConnector;
