//! What goes wrong while connecting, in one table: what it is called, what to do about it, and whether trying again
//! can help.
//!
//! | what happened                              | kind        | retry   |
//! |--------------------------------------------|-------------|---------|
//! | no such host                               | unreachable | never   |
//! | the name server does not answer            | unreachable | backoff |
//! | connection refused                         | unreachable | backoff |
//! | no way to the host, any other failure      | unreachable | backoff |
//! | no answer in time                          | unreachable | backoff |
//! | closed during the handshake                | unreachable | backoff |
//! | certificate expired, not yet valid, revoked| unreachable | never   |
//! | certificate for another name               | unreachable | never   |
//! | certificate of an unknown issuer           | unreachable | never   |
//! | any other complaint about a certificate    | unreachable | never   |
//! | no common version or cipher, another alert | unreachable | never   |
//! | plain text where TLS was expected          | config      | never   |
//! | plain text after TLS was agreed upon       | protocol    | never   |
//! | bytes before the handshake                 | protocol    | never   |
//! | `ca_file` unreadable or without certificate| config      | never   |
//! | a host name that no certificate can have   | config      | never   |
//! | no certificates on this machine            | config      | never   |

use crate::{Endpoint, certificate};
use omm_core::error::{Error, ErrorKind, Retry};
use rustls::AlertDescription;
use std::{io, path::Path};

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Dialling,
    /// TLS from the first byte.
    Handshake,
    /// TLS after the server agreed to it.
    StartTls,
}

impl Moment {
    fn operation(self) -> &'static str {
        match self {
            Self::Dialling | Self::Handshake => "connect",
            Self::StartTls => "start TLS",
        }
    }
}

pub(crate) fn dialling(endpoint: &Endpoint, error: io::Error) -> Error {
    let (host, address) = (endpoint.bare_host(), endpoint.address());
    let new = |retry, message| made(endpoint, Moment::Dialling, ErrorKind::Unreachable, retry, message);
    match error.kind() {
        io::ErrorKind::NotFound => new(Retry::Never, format!("there is no host {host}; check the spelling")),
        io::ErrorKind::ConnectionRefused => new(
            Retry::Backoff,
            format!("{address} refuses connections; check the port, and whether the server runs"),
        ),
        io::ErrorKind::TimedOut => too_slow(endpoint, Moment::Dialling),
        _ => new(Retry::Backoff, format!("{address} cannot be reached")).caused_by(error),
    }
}

pub(crate) fn too_slow(endpoint: &Endpoint, moment: Moment) -> Error {
    let (address, seconds) = (endpoint.address(), endpoint.connect_timeout.as_secs_f32());
    let message = match moment {
        Moment::Dialling => {
            format!("{address} did not answer within {seconds} s; check host, port and firewall")
        }
        Moment::Handshake => format!(
            "{address} accepted the connection but did not answer the TLS handshake within {seconds} s; \
             check that this is its TLS port"
        ),
        Moment::StartTls => format!("{address} did not answer the TLS handshake within {seconds} s"),
    };
    made(endpoint, moment, ErrorKind::Unreachable, Retry::Backoff, message)
}

/// A handshake that failed; `heard` is how the server's answer began.
pub(crate) fn handshake(endpoint: &Endpoint, moment: Moment, error: io::Error, heard: &[u8]) -> Error {
    let address = endpoint.address();
    let new = |retry, message| made(endpoint, moment, ErrorKind::Unreachable, retry, message);
    if is_plain_text(heard) {
        return spoke_plain_text(endpoint, moment, heard);
    }
    match tls_error(&error) {
        Some(rustls::Error::InvalidCertificate(complaint)) => {
            new(Retry::Never, certificate::complaint(endpoint, complaint))
        }
        Some(rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ))
        | Some(rustls::Error::PeerIncompatible(_)) => new(
            Retry::Never,
            format!(
                "{address} and we have no version and cipher of TLS in common; it must offer TLS 1.2 or newer"
            ),
        ),
        Some(other) => new(Retry::Never, format!("the TLS handshake with {address} failed: {other}")),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            new(Retry::Backoff, format!("{address} closed the connection during the TLS handshake"))
        }
        None => new(Retry::Backoff, format!("the connection to {address} broke during the TLS handshake"))
            .caused_by(error),
    }
}

fn spoke_plain_text(endpoint: &Endpoint, moment: Moment, heard: &[u8]) -> Error {
    let address = endpoint.address();
    let (kind, message) = match moment {
        Moment::StartTls => {
            (ErrorKind::Protocol, format!("{address} agreed to TLS and then answered in plain text"))
        }
        _ => {
            let instead = match endpoint.start_tls {
                "" => "use the TLS port".to_owned(),
                scheme => format!("use STARTTLS ({scheme}) or the TLS port"),
            };
            let message =
                format!("the server at {address} does not speak TLS from the first byte; {instead}");
            (ErrorKind::Config, message)
        }
    };
    made(endpoint, moment, kind, Retry::Never, message).with("it said", first_line(heard))
}

pub(crate) fn spoke_before_tls(endpoint: &Endpoint) -> Error {
    let message = format!(
        "{} sent bytes between its agreement to TLS and the handshake; somebody may be between us",
        endpoint.address()
    );
    made(endpoint, Moment::StartTls, ErrorKind::Protocol, Retry::Never, message)
}

/// A connector's mistake, not the server's.
pub(crate) fn too_early_for_tls(endpoint: &Endpoint, what: &str) -> Error {
    let message = format!("{what} when TLS with {} was to begin", endpoint.address());
    made(endpoint, Moment::StartTls, ErrorKind::Protocol, Retry::Never, message)
}

pub(crate) fn no_name_for_tls(endpoint: &Endpoint) -> Error {
    let message = format!(
        "{} is no host name that a certificate can be checked for; write other letters in their xn-- form",
        endpoint.bare_host()
    );
    made(endpoint, Moment::Handshake, ErrorKind::Config, Retry::Never, message)
}

pub(crate) fn ca_file(endpoint: &Endpoint, path: &Path, reason: &str) -> Error {
    let message = format!("the certificates in {} cannot be used: {reason}", path.display());
    made(endpoint, Moment::Handshake, ErrorKind::Config, Retry::Never, message)
}

pub(crate) fn trust(endpoint: &Endpoint, error: rustls::Error) -> Error {
    let message = "the certificates to trust cannot be loaded; install the system's (ca-certificates) or give --ca-file";
    made(endpoint, Moment::Handshake, ErrorKind::Config, Retry::Never, message.to_owned()).caused_by(error)
}

fn made(endpoint: &Endpoint, moment: Moment, kind: ErrorKind, retry: Retry, message: String) -> Error {
    Error::new(kind, endpoint.side, moment.operation(), message).retry(retry)
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// A record of TLS begins with its type, 20 to 24 (RFC 8446 §5.1); greetings with a printable letter.
fn is_plain_text(heard: &[u8]) -> bool {
    heard.first().is_some_and(|first| (b' '..=b'~').contains(first) || b"\r\n\t".contains(first))
}

/// Without control characters: it may go to a terminal.
fn first_line(heard: &[u8]) -> String {
    let text = String::from_utf8_lossy(heard);
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).collect()
}
