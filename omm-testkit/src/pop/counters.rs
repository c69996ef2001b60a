//! What came in and went out, counted.

use std::collections::BTreeMap;

/// What a server has done since it was made, or since [`super::MockPop::reset_counters`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections accepted, refused ones too.
    pub connections: u64,
    /// Commands by name, in capitals, unknown ones too. Answers to the challenges of AUTH are part of it.
    pub commands: BTreeMap<String, u64>,
    /// Bytes from the network.
    pub bytes_received: u64,
    /// Bytes to the network.
    pub bytes_sent: u64,
    /// Logins that went well.
    pub logins: u64,
    /// Message texts sent: by RETR, and by TOP with more than no lines.
    pub bodies_fetched: u64,
    /// Messages that QUIT has removed.
    pub messages_removed: u64,
    /// Round trips after login, per connection: how often the client sent something after it had been given
    /// everything the server had to say. What it sends in one go counts once, a QUIT alone does not count.
    /// On real sockets one write that arrives in two pieces may count twice.
    pub round_trips: BTreeMap<u64, u64>,
    /// Answers with -ERR.
    pub refusals: u64,
    /// How often something came together with a command though PIPELINING was not offered.
    pub overruns: u64,
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

    pub(super) fn count_command(&mut self, verb: &str) {
        *self.commands.entry(verb.to_owned()).or_default() += 1;
    }

    pub(super) fn login_attempts(&self) -> u64 {
        self.command("PASS") + self.command("APOP") + self.command("AUTH")
    }
}
