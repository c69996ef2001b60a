//! What came in and went out, counted.

use std::collections::BTreeMap;

/// What a server has done since it was made, or since [`super::MockImap::reset_counters`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections accepted, refused ones too.
    pub connections: u64,
    /// Commands by name, in capitals: `"FETCH"`, `"UID FETCH"`. Those with a wrong tag or line are not counted.
    pub commands: BTreeMap<String, u64>,
    /// Bytes from the network.
    pub bytes_received: u64,
    /// Bytes to the network.
    pub bytes_sent: u64,
    /// The same by connection, from 1: received, then sent.
    pub bytes_by_connection: BTreeMap<u64, (u64, u64)>,
    /// Message texts sent, whole or in part: `BODY[]`, `BODY[TEXT]`, `RFC822`, parts. Headers are not counted.
    pub bodies_fetched: u64,
    /// Messages stored by APPEND; each of a MULTIAPPEND is one.
    pub messages_appended: u64,
    /// Round trips after login, per connection: how often the client sent something after it had been given
    /// everything the server had to say. What it sends in one go counts once, a LOGOUT alone does not count.
    /// On real sockets one write that arrives in two pieces may count twice.
    pub round_trips: BTreeMap<u64, u64>,
    /// Answers with NO and BAD.
    pub refusals: u64,
    /// Passwords and tokens that were looked at, right ones too: what a server counts that locks accounts.
    pub password_attempts: u64,
}

impl Counters {
    /// Commands in all.
    pub fn all_commands(&self) -> u64 {
        self.commands.values().sum()
    }

    /// How often this command came.
    pub fn command(&self, verb: &str) -> u64 {
        self.commands.get(verb).copied().unwrap_or_default()
    }

    /// Round trips of all connections together.
    pub fn all_round_trips(&self) -> u64 {
        self.round_trips.values().sum()
    }

    pub(super) fn count_received(&mut self, connection: u64, bytes: usize) {
        self.bytes_received += bytes as u64;
        self.bytes_by_connection.entry(connection).or_default().0 += bytes as u64;
    }

    pub(super) fn count_sent(&mut self, connection: u64, bytes: usize) {
        self.bytes_sent += bytes as u64;
        self.bytes_by_connection.entry(connection).or_default().1 += bytes as u64;
    }

    pub(super) fn count_command(&mut self, verb: &str) {
        *self.commands.entry(verb.to_owned()).or_default() += 1;
    }

    pub(super) fn logins(&self) -> u64 {
        self.command("LOGIN") + self.command("AUTHENTICATE")
    }
}
