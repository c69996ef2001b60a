//! The way to a server, step by step, for a check-up.

use crate::{Endpoint, dial, error::Moment};
use omm_core::{
    checkup::{Check, Finding},
    error::{Error, ErrorKind, Retry},
    host::Env,
    seam::Tls,
};
use std::net::IpAddr;

/// How far one comes: the name, the port, and TLS where that begins with the first byte. The first step that is bad is
/// the last one. Nothing is said to the server, and the connection is closed again.
///
/// # Cancel safety
/// Dropping the future closes the connection.
pub async fn reach(env: &Env, endpoint: &Endpoint) -> Vec<Finding> {
    let before = env.runtime.monotonic();
    let connection = match dial::plain(env, endpoint).await {
        Ok(connection) => connection,
        // Of all that goes wrong on the way to a port only an unknown name stays so (see the table of errors).
        Err(error) if error.retry_advice() == Retry::Never => return vec![Finding::bad(Check::Host, &error)],
        Err(error) => return vec![named(endpoint), Finding::bad(Check::Connection, &error)],
    };
    let took = env.runtime.monotonic().saturating_sub(before);
    let answered = format!("{} answers after {} ms", endpoint.address(), took.as_millis());
    let mut findings = vec![named(endpoint), Finding::good(Check::Connection, answered)];
    match endpoint.tls {
        Tls::Required => match dial::encrypted(env, endpoint, connection, Moment::Handshake).await {
            Ok(_) => findings.push(protected(endpoint, "TLS from the first byte")),
            Err(error) => findings.push(Finding::bad(Check::Encryption, &error)),
        },
        Tls::Off => {
            let detail = "none: whoever sits on the way can read the password and the mail";
            findings.push(Finding::remark(Check::Encryption, detail));
        }
        // Only the protocol knows how to ask for it.
        _ => {}
    }
    findings
}

/// That the line is protected, and how.
pub fn protected(endpoint: &Endpoint, how: &str) -> Finding {
    let detail = format!("{how}; the certificate is valid, trusted, and for {}", endpoint.bare_host());
    Finding::good(Check::Encryption, detail)
}

/// Which step an error belongs to that was met while an account was opened: the greeting, STARTTLS, the login.
pub fn met_at(error: &Error) -> Check {
    match (error.operation(), error.kind()) {
        ("start TLS", _) => Check::Encryption,
        ("connect", ErrorKind::Throttled | ErrorKind::Denied | ErrorKind::Auth) => Check::Login,
        ("connect", _) => Check::Connection,
        _ => Check::Login,
    }
}

/// What of these extensions is offered, and what is done without.
pub fn offered(words: &[&str], has: impl Fn(&str) -> bool) -> Finding {
    let (offered, missing): (Vec<&str>, Vec<&str>) = words.iter().copied().partition(|word| has(word));
    let list = |words: Vec<&str>| if words.is_empty() { "none".to_owned() } else { words.join(" ") };
    Finding::good(Check::Extensions, format!("{}; done without: {}", list(offered), list(missing)))
}

fn named(endpoint: &Endpoint) -> Finding {
    let host = endpoint.bare_host();
    let detail = match host.parse::<IpAddr>() {
        Ok(_) => format!("{host} is an address"),
        Err(_) => format!("{host} is known"),
    };
    Finding::good(Check::Host, detail)
}
