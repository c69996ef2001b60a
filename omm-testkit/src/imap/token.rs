//! Tokens that have their time: after so many commands, or when a test says so, another one is good.

use super::{MockImap, session::Refusal, world::lock};
use std::collections::BTreeMap;

/// How a session is told that the token it was let in with has expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Its next command is answered `NO [AUTHENTICATIONFAILED]`, and so is every other one.
    #[default]
    No,
    /// Its next command is answered BYE.
    Bye,
}

/// Which token is good now, and which sessions were let in with an older one.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// Grows with every token that expires.
    number: u64,
    lasts: u64,
    times: u64,
    used: u64,
    expiry: Expiry,
    sessions: BTreeMap<u64, u64>,
}

impl MockImap {
    /// After this many commands of logged-in clients the token (or password) of everybody is another one, this many
    /// times; [`MockImap::token`] knows it. Sessions that were let in before are told so.
    #[must_use]
    pub fn tokens_last(self, commands: u64, times: u64, expiry: Expiry) -> Self {
        let mut world = lock(&self.world);
        let tokens = &mut world.tokens;
        (tokens.lasts, tokens.times, tokens.expiry) = (commands, times, expiry);
        drop(world);
        self
    }

    /// From now on the token of everybody is another one.
    pub fn expire_tokens(&self) {
        lock(&self.world).tokens.expire();
    }

    /// What lets this user in now: at first the password.
    ///
    /// # Panics
    /// When there is no such user: a mistake in the test.
    pub fn token(&self, user: &str) -> String {
        let world = lock(&self.world);
        let Some(account) = world.accounts.get(user) else { panic!("there is no user {user}") };
        world.tokens.current(&account.password)
    }
}

impl Tokens {
    /// The token of who began with this password.
    pub(crate) fn current(&self, password: &str) -> String {
        match self.number {
            0 => password.to_owned(),
            number => format!("{password}-{number}"),
        }
    }

    pub(crate) fn let_in(&mut self, session: u64) {
        self.sessions.insert(session, self.number);
    }

    /// What a command is answered whose session has an expired token. Commands before the login are not concerned.
    pub(crate) fn refuse(&mut self, session: u64) -> Option<Refusal> {
        let number = *self.sessions.get(&session)?;
        self.used += 1;
        if self.times > 0 && self.used >= self.lasts {
            self.times -= 1;
            self.expire();
        }
        if number == self.number {
            return None;
        }
        let text = "[AUTHENTICATIONFAILED] the token has expired".to_owned();
        Some(match self.expiry {
            Expiry::No => Refusal::No(text),
            Expiry::Bye => Refusal::Bye(text),
        })
    }

    fn expire(&mut self) {
        (self.number, self.used) = (self.number + 1, 0);
    }
}
