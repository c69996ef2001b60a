//! HTTP/1.1 by hyper, as a machine that knows no sockets.

mod answer;
mod login;
mod pipe;
mod request;
mod session;

pub(super) use session::Session;
