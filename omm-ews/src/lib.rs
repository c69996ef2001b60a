//! Exchange as a source and a destination, over Exchange Web Services (EWS): on premises 2010 to 2019 and Subscription
//! Edition, and hosted.
//!
//! | room | what lives there |
//! |---|---|
//! | `connector` | from an account specification to an open account |
//! | `config` | an account specification, read |
//! | `account` | one account on one server: how it is entered, and what was learned about it |
//! | `auth` | proving who we are |
//! | `autodiscover` | from a mail address to the address of the services |
//! | `examine` | how far one comes with an account, for a check-up |
//! | `delegation` | how an administrator opens somebody's mailbox |
//! | `http` | one request and its answer, streamed |
//! | `error` | from what went wrong to an error with axes, one table |
//! | `xml` | writing requests, and answers as trees; what is too large for a tree goes by as a stream |
//! | `soap` | the envelope around a request, and what an answer says about itself: response codes, faults |
//! | `kind` | what Exchange calls the kinds of items and folders |
//! | `folders` | which folders there are; making them and removing them |
//! | `source` | the source: its table of contents |
//! | `changes`, `cursor` | what is in a folder, and what is new since a position |
//! | `list` | the same of public folders, whose servers tell no changes |
//! | `fetch` | items with their bodies, a batch to a request |
//! | `destination` | the destination: its table of contents |
//! | `capacity` | what an account can take |
//! | `append`, `flags` | making items; setting marks |
//! | `copy_id` | what copies are called |
//! | `unstamped` | finding what was made of such a form before our mark was put on it |
//! | `print`, `locate` | what every item of ours carries, and finding it by that |
//! | `seal` | whether somebody has changed a copy since we made it, as the copy itself tells |
//! | `look`, `inspect`, `delete` | looking at copies; removing and replacing what is still as we wrote it |
//! | `native` | the form in which one Exchange hands items over to another |
//! | `stamp` | putting our mark on what was made of such a form |
//! | `mailbox` | what converters must know of the mailbox |
//! | `convert` | items as Exchange has them, and the models of omm-content: both ways, one room per kind |
//! | `ops` | one file per operation: the request it writes, the answer it reads |
//!
//! **No side effects.** What is written is saved and never sent: `soap` and `ops` have no word for sending, so that no
//! receipt, no invitation and no cancellation can leave a server because of us.

mod account;
mod append;
mod auth;
mod autodiscover;
mod batches;
mod capacity;
mod changes;
mod config;
mod connector;
mod convert;
mod copy_id;
mod cursor;
mod delegation;
mod delete;
mod destination;
mod error;
mod examine;
mod fetch;
mod flags;
mod folders;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
mod http;
mod inspect;
mod kind;
mod list;
mod locate;
mod look;
mod mailbox;
mod native;
mod ops;
mod pages;
mod print;
mod seal;
mod soap;
mod source;
mod stamp;
#[cfg(test)]
mod tests;
mod unstamped;
mod xml;

pub use connector::EwsConnector;
