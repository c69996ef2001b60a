//! Who can log in where; or why nobody can.

use std::fmt;

/// An account on a server of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The address: always one of loopback, and in the certificate unless the test asked for another one.
    pub host: String,
    /// IMAP in the clear, with STARTTLS where the settings offer it.
    pub port: u16,
    /// IMAP with TLS from the first byte; 0 where there is none.
    pub tls_port: u16,
    /// POP3 in the clear.
    pub pop3_port: u16,
    /// POP3 with TLS from the first byte; 0 where there is none.
    pub pop3s_port: u16,
    /// The login.
    pub login: String,
    /// The password. It is no secret: it opens nothing but a test's own server.
    pub password: String,
}

impl Account {
    /// The same account through another port of IMAP in the clear: a proxy's, say.
    #[must_use]
    pub fn through(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The same account through another port of POP3 in the clear.
    #[must_use]
    pub fn through_pop3(mut self, port: u16) -> Self {
        self.pop3_port = port;
        self
    }
}

/// Why a server cannot be had on this machine: one line for `skipped: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(String);

impl Unavailable {
    #[cfg(unix)]
    pub(super) fn because(reason: impl fmt::Display) -> Self {
        // One line, whatever a log said.
        Self(reason.to_string().lines().map(str::trim).collect::<Vec<_>>().join("; "))
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}
