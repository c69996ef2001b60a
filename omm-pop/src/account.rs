//! One account on one server: its connection, and what was learned about it.
//!
//! A mailbox has one session at a time (RFC 1939 §4), so all calls share one connection: it is lent to one of them, and
//! the others wait.

use crate::{
    capability::Capabilities,
    config::{self, Auth, Config},
    login, quirks,
    session::Session,
};
use event_listener::Event;
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{Env, LaneKey, Secret, SecretOf},
    seam::Learned,
};
use omm_net::{
    Endpoint,
    delegation::{Delegation, Trial},
};
use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What one connection learned and the next one need not ask again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// In clear or not, as the connection is protected in the end.
    pub(crate) before_login: Option<Capabilities>,
    pub(crate) after_login: Option<Capabilities>,
    /// The way of the last login.
    pub(crate) logged_in_by: Option<Auth>,
    /// How the administrator came in, and a line that says so.
    pub(crate) delegation: Option<(Delegation, String)>,
}

/// An account, shared by all calls of a source.
pub(crate) struct Account {
    pub(crate) config: Config,
    pub(crate) env: Env,
    pub(crate) endpoint: Endpoint,
    /// Where an administrator logs in: how that is to be said.
    pub(crate) delegation: Option<futures::lock::Mutex<Trial>>,
    facts: Mutex<Facts>,
    place: Mutex<Place>,
    /// Heard by those who wait for the connection.
    returned: Event,
}

#[derive(Default)]
struct Place {
    session: Option<Box<Session>>,
    lent: bool,
}

impl Account {
    pub(crate) fn new(config: Config, env: &Env) -> Self {
        let mut endpoint = Endpoint::new(config.host.clone(), config.port, config.tls, Side::Source);
        endpoint.start_tls = "pop3://";
        endpoint.ca_file.clone_from(&config.ca_file);
        let delegation = config.delegate.as_ref().map(|administrator| {
            let (fixed, hint) = (config.delegation, config.learned_delegation);
            futures::lock::Mutex::new(Trial::new(administrator, &config.login, fixed, hint))
        });
        let (facts, place, returned) = Default::default();
        Self { config, env: env.clone(), endpoint, delegation, facts, place, returned }
    }

    /// The secret of whoever logs in.
    pub(crate) async fn secret(&self) -> Result<Secret> {
        let server = self.config.server();
        self.env.secret(self.secret_of(&server)).await
    }

    /// Another secret than the one that was refused, if there is one.
    pub(crate) async fn renewed_secret(&self, refused: &Secret) -> Result<Option<Secret>> {
        let server = self.config.server();
        self.env.renewed_secret(self.secret_of(&server), refused).await
    }

    fn secret_of<'a>(&'a self, server: &'a str) -> SecretOf<'a> {
        let Config { credentials, .. } = &self.config;
        SecretOf { reference: credentials, login: self.config.owner(), server, side: Side::Source }
    }

    /// For the seam: what cost tries to be found.
    pub(crate) fn learned(&self) -> Learned {
        let mut learned = Learned::default();
        if let Some((form, remark)) = self.facts().delegation {
            learned.settings.insert(config::DELEGATION.to_owned(), form.name().to_owned());
            learned.remarks.push(remark);
        }
        learned
    }

    pub(crate) fn lane(&self) -> LaneKey {
        LaneKey(format!("pop3:{}", self.config.server()).into())
    }

    /// What is known so far.
    pub(crate) fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn learn(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The connection, logged in. One that ended while it lay idle is replaced without a word.
    ///
    /// # Errors
    /// Those of connecting and logging in; [`ErrorKind::Config`] for a server that shows a part of the mailbox alone.
    ///
    /// # Cancel safety
    /// Dropping the future loses a connection that was being opened, nothing else.
    pub(crate) async fn lease(&self) -> Result<Lease<'_>> {
        let mut lease = self.wait().await;
        if let Some(session) = &mut lease.session
            && !session.is_alive().await
        {
            lease.session = None;
        }
        if lease.session.is_none() {
            lease.session = Some(self.open().await?);
        }
        Ok(lease)
    }

    /// The same with a view of the mailbox as it is now: a session does not see what comes after its login (RFC 1939 §4).
    ///
    /// Where the server wants a pause between two logins, the view of a session that is younger than that is the newest
    /// that can be had.
    ///
    /// # Errors
    /// As for [`Self::lease`].
    ///
    /// # Cancel safety
    /// As for [`Self::lease`].
    pub(crate) async fn lease_anew(&self) -> Result<Lease<'_>> {
        let mut lease = self.lease().await?;
        let age = self.env.runtime.monotonic().saturating_sub(lease.since);
        let is_early = lease.capabilities.login_delay().is_some_and(|delay| age < delay);
        if lease.maildrop.is_none() || is_early {
            return Ok(lease);
        }
        if let Some(session) = lease.session.take() {
            session.end().await;
        }
        lease.session = Some(self.open().await?);
        Ok(lease)
    }

    /// Ends the connection, if nobody uses it.
    pub(crate) async fn close(&self) {
        let session = self.locked().session.take();
        if let Some(session) = session {
            session.end().await;
        }
    }

    /// A server that shows a part and keeps quiet about the rest is not read at all: the rest would be missed by nobody.
    async fn open(&self) -> Result<Box<Session>> {
        if quirks::shows_a_part(&self.config.host) {
            return Err(self.shows_a_part());
        }
        let session = Box::new(login::open(self).await?);
        if session.quirks.shows_a_part {
            session.end().await;
            return Err(self.shows_a_part());
        }
        Ok(session)
    }

    fn shows_a_part(&self) -> Error {
        let message = "Gmail shows only a part of a mailbox by POP3, the rest would be left behind: read it by IMAP \
                       (imaps://imap.gmail.com)";
        Error::new(ErrorKind::Config, Side::Source, "open the mailbox", message)
            .with("server", self.config.server())
    }

    async fn wait(&self) -> Lease<'_> {
        loop {
            // Before looking, so that a connection that comes back in between is heard of.
            let returned = self.returned.listen();
            if let Some(lease) = self.take() {
                return lease;
            }
            returned.await;
        }
    }

    fn take(&self) -> Option<Lease<'_>> {
        let mut place = self.locked();
        if place.lent {
            return None;
        }
        place.lent = true;
        Some(Lease { session: place.session.take(), account: self })
    }

    fn locked(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection on loan. It goes back when it is dropped, also in the middle of an answer: whoever is next reads past it.
pub(crate) struct Lease<'a> {
    /// There once it is logged in; taken out by the drop and by nothing else.
    session: Option<Box<Session>>,
    account: &'a Account,
}

impl Deref for Lease<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_ref().expect("a lease that was given out has its session until it is dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("a lease that was given out has its session until it is dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let session = self.session.take().filter(|session| session.is_usable());
        let mut place = self.account.locked();
        place.session = session;
        place.lent = false;
        drop(place);
        self.account.returned.notify_additional(1);
    }
}
