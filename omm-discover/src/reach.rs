//! Getting to a server, and saying in what way that failed: a certificate that proves nothing is not a server that is
//! not there.

use crate::candidate::Seen;
use omm_core::{
    error::{Error, ErrorKind, Retry},
    host::Env,
    seam::Tls,
};
use omm_net::{Endpoint, Wire};

/// The longest text of a server that is shown.
const LONGEST_TEXT: usize = 200;

/// The endpoint of another server, trusting the same.
pub(crate) fn at(template: &Endpoint, host: &str, port: u16) -> Endpoint {
    let mut endpoint = template.clone();
    (endpoint.host, endpoint.port) = (host.to_owned(), port);
    endpoint
}

/// A line without TLS so far.
pub(crate) async fn plain(env: &Env, endpoint: &Endpoint) -> Result<Wire, Seen> {
    let mut endpoint = endpoint.clone();
    endpoint.tls = Tls::StartTls;
    Wire::dial(env, &endpoint).await.map_err(|error| Seen::Unanswered { why: one_line(error.message()) })
}

/// A line with TLS from the first byte, verified.
pub(crate) async fn encrypted(env: &Env, endpoint: &Endpoint) -> Result<Wire, Seen> {
    // In two steps, so that it is known which of them failed.
    let wire = plain(env, endpoint).await?;
    secure(env, endpoint, wire).await
}

/// TLS on a line from here on, verified.
pub(crate) async fn secure(env: &Env, endpoint: &Endpoint, wire: Wire) -> Result<Wire, Seen> {
    wire.start_tls(env, endpoint).await.map_err(|error| refused(&error))
}

/// What a failed handshake says of the server; the table of `omm-net`'s errors is the base.
fn refused(error: &Error) -> Seen {
    let why = one_line(error.message());
    match (error.kind(), error.retry_advice()) {
        // Bytes that are no TLS: it greets in the clear, or it is something else.
        (ErrorKind::Protocol, _) => {
            Seen::Unexpected { why: "it does not speak TLS where it should".to_owned() }
        }
        (ErrorKind::Unreachable, Retry::Never) => Seen::Untrusted { why },
        _ => Seen::Unanswered { why },
    }
}

/// Text of a stranger for a terminal: one line, no control characters, not too long.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    line.take(LONGEST_TEXT).collect()
}
