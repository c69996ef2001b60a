//! Scripted faults: what goes wrong, and when.

use std::time::Duration;

/// One thing that goes wrong. It happens once, on whichever connection gets there first, unless said otherwise.
#[derive(Clone, Debug)]
pub struct Fault {
    when: When,
    act: Act,
    left: Option<u64>,
    connection: Option<u64>,
}

/// The moment of a fault. Numbers start at 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// The n-th connection is greeted; counted over the whole life of the server.
    Connection(u64),
    /// The n-th command is read; counted over all connections of the server, logins included.
    Command(u64),
    /// The n-th command of this name is read (`"UID FETCH"` and `"FETCH"` are two names); counted over all
    /// connections of the server. `"*LOGIN"` counts whatever asks to be let in: LOGIN and AUTHENTICATE of IMAP; PASS,
    /// APOP and AUTH of POP3.
    Verb(String, u64),
    /// This many bytes were received on one connection, as they came from the network. Zero: at once.
    Received(u64),
    /// This many bytes were sent on one connection, as they go to the network. Zero: at once.
    Sent(u64),
    /// This many bytes were received in all, as the `bytes_received` of the counters says: it happens on the connection
    /// that gets there.
    ReceivedInAll(u64),
    /// This many bytes were sent in all, as the `bytes_sent` of the counters says.
    SentInAll(u64),
}

/// What happens. In POP3, which has one word for no, `No` and `Bad` are both -ERR, and `Bye` is -ERR before the end.
///
/// At [`When::Connection`]: `Bye`, `Close`, `Stall`, `Say`. At a number of bytes: these and `Drip`.
/// At commands: all but `Drip`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// The command is not done, and answered NO with this text; a response code belongs into the text:
    /// `"[THROTTLED] slow down"`.
    No(String),
    /// The command is not done, and answered BAD with this text.
    Bad(String),
    /// BYE with this text, and the connection is closed. At [`When::Connection`] it is the greeting.
    Bye(String),
    /// The connection is closed without a word. At a command: the command is not done.
    Close,
    /// The command is done, its answer is lost: the connection closes instead.
    LoseAnswer,
    /// Nothing is ever answered from here on; the connection stays open.
    Stall,
    /// At a number of bytes only, [`When::Sent`] and the like: from there on answers come in pieces of this many bytes, each after this wait. The wait is virtual time in
    /// the simulation; on real sockets there is none, only pieces.
    Drip(usize, Duration),
    /// This folder gets another UIDVALIDITY and new UIDs before the command is done. A session that has it selected
    /// is told BYE. In POP3: the maildrop of this user gets new unique-ids, which the next session sees.
    Renumber(String),
    /// These bytes go out before the answer, as they are.
    Say(Vec<u8>),
    /// The first literal of the answer is announced with a size that is wrong by this much. In POP3: the last number
    /// of the answer's first line is, which is the size where there is one.
    LiteralOff(i64),
}

impl Fault {
    /// This, then.
    pub fn new(when: When, act: Act) -> Self {
        Self { when, act, left: Some(1), connection: None }
    }

    /// At the n-th command of the server.
    pub fn at_command(n: u64, act: Act) -> Self {
        Self::new(When::Command(n), act)
    }

    /// At the n-th command of this name.
    pub fn at(verb: &str, n: u64, act: Act) -> Self {
        Self::new(When::Verb(verb.to_ascii_uppercase(), n), act)
    }

    /// Closes when this many bytes were received; the byte after is not read.
    pub fn close_after_received(bytes: u64) -> Self {
        Self::new(When::Received(bytes), Act::Close)
    }

    /// Closes when this many bytes were sent; the byte after is not sent.
    pub fn close_after_sent(bytes: u64) -> Self {
        Self::new(When::Sent(bytes), Act::Close)
    }

    /// Goes silent after this many bytes.
    pub fn stall_after_sent(bytes: u64) -> Self {
        Self::new(When::Sent(bytes), Act::Stall)
    }

    /// It happens this many times: at the moment named and, from then on, every time it is due.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.left = Some(times);
        self
    }

    /// It never stops happening.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }

    /// Only on the n-th connection of the server.
    #[must_use]
    pub fn on_connection(mut self, n: u64) -> Self {
        self.connection = Some(n);
        self
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

/// Where a connection is, to ask what goes wrong there.
pub(crate) struct AtCommand<'a> {
    pub(crate) connection: u64,
    pub(crate) verb: &'a str,
    /// Whether this command logs in.
    pub(crate) is_login: bool,
    /// Of all commands, of this verb, of logins of any kind.
    pub(crate) counts: (u64, u64, u64),
}

/// What was carried in one direction, to ask what goes wrong there.
pub(crate) struct AtByte {
    pub(crate) connection: u64,
    /// The server has received it; else sent.
    pub(super) is_received: bool,
    /// On this connection.
    pub(super) own: u64,
    /// On all of them.
    pub(super) all: u64,
}

impl AtByte {
    /// The limit of a fault that counts bytes in this direction, and how far it is counted.
    fn limit(&self, when: &When) -> Option<(u64, u64)> {
        match (when, self.is_received) {
            (When::Received(limit), true) | (When::Sent(limit), false) => Some((*limit, self.own)),
            (When::ReceivedInAll(limit), true) | (When::SentInAll(limit), false) => Some((*limit, self.all)),
            _ => None,
        }
    }
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn at_greeting(&mut self, connection: u64) -> Option<Act> {
        self.take(connection, |when| matches!(when, When::Connection(n) if connection >= *n))
    }

    pub(crate) fn at_command(&mut self, at: &AtCommand<'_>) -> Vec<Act> {
        let (all, same, logins) = at.counts;
        let is_due = |when: &When| match when {
            When::Command(n) => all >= *n,
            When::Verb(verb, n) if verb == "*LOGIN" => at.is_login && logins >= *n,
            When::Verb(verb, n) => verb == at.verb && same >= *n,
            _ => false,
        };
        self.take_all(at.connection, is_due)
    }

    /// How many bytes more may be carried before something happens.
    pub(crate) fn bytes_left(&self, at: &AtByte) -> Option<u64> {
        let left = |fault: &Fault| at.limit(&fault.when).map(|(limit, count)| limit.saturating_sub(count));
        self.0.iter().filter(|fault| fault.concerns(at.connection)).filter_map(left).min()
    }

    pub(crate) fn at_bytes(&mut self, at: &AtByte) -> Option<Act> {
        self.take(at.connection, |when| at.limit(when).is_some_and(|(limit, count)| count >= limit))
    }

    fn take(&mut self, connection: u64, is_due: impl Fn(&When) -> bool) -> Option<Act> {
        let at = self.0.iter().position(|fault| fault.concerns(connection) && is_due(&fault.when))?;
        let act = self.0[at].act.clone();
        self.spend(at);
        Some(act)
    }

    fn take_all(&mut self, connection: u64, is_due: impl Fn(&When) -> bool) -> Vec<Act> {
        let mut acts = Vec::new();
        for at in (0..self.0.len()).rev() {
            if self.0[at].concerns(connection) && is_due(&self.0[at].when) {
                acts.push(self.0[at].act.clone());
                self.spend(at);
            }
        }
        acts.reverse();
        acts
    }

    fn spend(&mut self, at: usize) {
        if let Some(left) = &mut self.0[at].left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(at);
            }
        }
    }
}

impl Fault {
    fn concerns(&self, connection: u64) -> bool {
        self.connection.is_none_or(|n| n == connection)
    }
}
