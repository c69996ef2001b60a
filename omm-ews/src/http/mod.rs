//! How a request reaches the server: HTTP/1.1 over connections that the host dials.
//!
//! | room | what lives there |
//! |---|---|
//! | `client` | one server: connections that lie idle, cookies, one request and its answer |
//! | `link` | one connection, used by one request at a time |
//! | `call` | a request, which can be written more than once |
//! | `upload` | its body while it is sent |
//! | `head` | what an answer says before its body |
//! | `answer` | the body: inflated, and taken apart into a tree and large texts while it arrives |
//! | `inflate` | gzip |
//! | `cookies` | what a server wants to be told again |
//!
//! A request is sent once. Only where a connection had ended before any byte of it was sent, another one is taken.

mod answer;
mod call;
mod client;
mod cookies;
mod head;
mod inflate;
mod link;
mod upload;

pub(crate) use answer::Answer;
pub(crate) use call::Call;
pub(crate) use client::Client;
pub(crate) use head::Head;
pub(crate) use link::{Lost, Why};
