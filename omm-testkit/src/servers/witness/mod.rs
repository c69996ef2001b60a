//! A witness: a small IMAP reader that knows nothing of the connectors, and so can judge them.
//!
//! It reads a whole account to the byte, fills one, and says in words what differs between two. It is slow where that
//! is simpler, trusts the server's grammar, and gives up at the first thing it does not understand: it is for servers
//! that a test started itself.

mod change;
mod compare;
mod date;
mod fill;
mod names;
mod read;
mod snapshot;
mod tally;
mod value;
mod wire;

pub use compare::{Difference, What, assert_identical, compare};
pub use snapshot::{SeenFolder, SeenMessage, Snapshot};
pub use tally::Tally;

use super::Account;
use names::{Names, quoted};
use std::{collections::BTreeSet, io};
use wire::{Part, Response, Wire};

/// A session in the clear with an account.
pub struct Witness {
    wire: Wire,
    names: Names,
    capabilities: BTreeSet<String>,
}

impl Witness {
    /// Logs in.
    ///
    /// # Errors
    /// When nobody listens, or the server wants neither the login nor what follows.
    pub fn enter(account: &Account) -> io::Result<Self> {
        Self::log_in(account, &format!("LOGIN {} {}", quoted(&account.login), quoted(&account.password)))
    }

    /// Logs in as `login` by somebody else's password: SASL PLAIN with an authorisation identity (RFC 4616).
    ///
    /// # Errors
    /// As [`Witness::enter`].
    pub fn enter_as(account: &Account, (proxy, password): (&str, &str)) -> io::Result<Self> {
        let response = names::base64(format!("{}\0{proxy}\0{password}", account.login).as_bytes());
        Self::log_in(account, &format!("AUTHENTICATE PLAIN {response}"))
    }

    /// Everything in the account, in one session of its own.
    ///
    /// # Errors
    /// As [`Witness::enter`] and [`Witness::read`].
    pub fn look(account: &Account) -> io::Result<Snapshot> {
        let mut witness = Self::enter(account)?;
        let seen = witness.read()?;
        witness.leave()?;
        Ok(seen)
    }

    /// Sends any command in one line and gives the first line of each untagged response.
    ///
    /// # Errors
    /// NO, BAD or BYE, with what the server said.
    pub fn command(&mut self, line: &str) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        self.wire.command(&[Part::Text(line)], |response: Response| {
            lines.push(response.line());
            Ok(())
        })?;
        Ok(lines)
    }

    /// Whether the server announced this capability.
    pub fn has(&self, capability: &str) -> bool {
        self.capabilities.contains(&capability.to_ascii_uppercase())
    }

    /// Logs out.
    ///
    /// # Errors
    /// When the server does not say goodbye.
    pub fn leave(mut self) -> io::Result<()> {
        self.command("LOGOUT").map(drop)
    }

    fn log_in(account: &Account, command: &str) -> io::Result<Self> {
        let (wire, greeting) = Wire::connect(&account.host, account.port)?;
        if !greeting.line().starts_with("* OK") {
            return Err(io::Error::other(format!("greeted with {}", greeting.line())));
        }
        let names = Names { separator: Some('/'), prefix: String::new() };
        let mut witness = Self { wire, names, capabilities: BTreeSet::new() };
        witness.command(command)?;
        witness.ask_capabilities()?;
        witness.ask_names()?;
        Ok(witness)
    }

    fn ask_capabilities(&mut self) -> io::Result<()> {
        for line in self.command("CAPABILITY")? {
            if let Some(words) = line.strip_prefix("* CAPABILITY ") {
                self.capabilities.extend(words.split_ascii_whitespace().map(str::to_ascii_uppercase));
            }
        }
        self.wire.sends_freely = self.has("LITERAL+");
        Ok(())
    }

    /// Separator and prefix by NAMESPACE (RFC 2342), the separator alone by LIST (RFC 3501 §6.3.8).
    fn ask_names(&mut self) -> io::Result<()> {
        let mut names = Names { separator: None, prefix: String::new() };
        let command = if self.has("NAMESPACE") { "NAMESPACE" } else { "LIST \"\" \"\"" };
        self.wire.command(&[Part::Text(command)], |response| {
            let values = response.values();
            let letter = |value: Option<&value::Value>| {
                value
                    .and_then(value::Value::bytes)
                    .and_then(|bytes| bytes.first())
                    .map(|byte| char::from(*byte))
            };
            if values.get(1).is_some_and(|word| word.is("NAMESPACE")) {
                let personal = values.get(2).and_then(|spaces| spaces.list().first());
                let personal = personal.map(value::Value::list).unwrap_or_default();
                names.prefix = personal.first().and_then(value::Value::text).unwrap_or_default();
                names.separator = letter(personal.get(1));
            } else if values.get(1).is_some_and(|word| word.is("LIST")) {
                names.separator = letter(values.get(3));
            }
            Ok(())
        })?;
        self.names = names;
        Ok(())
    }
}
