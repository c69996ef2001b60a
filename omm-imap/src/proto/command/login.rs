//! Who we are: LOGIN, AUTHENTICATE, STARTTLS.

use super::{Command, Dialect, builder::Builder};

/// RFC 9051 §6.2.3. Not to be used where LOGINDISABLED is offered.
pub(crate) fn login(user: &str, password: &str, dialect: Dialect) -> Command {
    let command = Builder::new("LOGIN ").string(user.as_bytes(), dialect).text(" ");
    command.string(password.as_bytes(), dialect).build_secret()
}

/// RFC 9051 §6.2.2. `initial` is base64, and only for servers with SASL-IR (RFC 4959); an empty one is sent as `=`.
pub(crate) fn authenticate(mechanism: &str, initial: Option<&str>) -> Command {
    let command = Builder::new("AUTHENTICATE ").text(mechanism);
    match initial {
        None => command,
        Some("") => command.text(" ="),
        Some(initial) => command.text(" ").text(initial),
    }
    .build_secret()
}

/// In whose place an administrator goes on who has logged in as himself. Netscape's, and its successors' at Sun and
/// Oracle; in no standard.
pub(crate) fn proxy_auth(user: &str, dialect: Dialect) -> Command {
    Builder::new("PROXYAUTH ").string(user.as_bytes(), dialect).build()
}

/// RFC 9051 §6.2.1. Nothing may be sent behind it, and nothing that was received behind its OK may be trusted.
pub(crate) fn start_tls() -> Command {
    Builder::new("STARTTLS").build()
}
