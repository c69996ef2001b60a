//! One account on one server: its connections, and what was learned about it.

use crate::{
    capability::Capabilities,
    config::{self, Config},
    login::{self, Doubt},
    mailbox::Naming,
    quirks::Quirks,
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
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What one connection learned and the others need not ask again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) before_login: Option<Capabilities>,
    pub(crate) after_login: Option<Capabilities>,
    /// The mechanism of the last login.
    pub(crate) logged_in_by: Option<&'static str>,
    pub(crate) naming: Option<Naming>,
    pub(crate) quirks: Quirks,
    /// Per folder, by its name on the wire: a position that is not too high, and how many messages were in it.
    pub(crate) folders: HashMap<Vec<u8>, FolderFacts>,
    /// The largest message that APPEND takes, as far as it was said.
    pub(crate) append_limit: Option<u64>,
    /// Flags that can be kept, by the folder that was opened last.
    pub(crate) permanent_flags: Option<Vec<String>>,
    /// How the administrator came in, and a line that says so.
    pub(crate) delegation: Option<(Delegation, String)>,
}

/// What is known of a folder without opening it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FolderFacts {
    pub(crate) uid_validity: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) messages: Option<u32>,
}

/// An account, shared by all calls of a source or a destination.
pub(crate) struct Account {
    pub(crate) config: Config,
    pub(crate) side: Side,
    pub(crate) env: Env,
    pub(crate) endpoint: Endpoint,
    /// Where an administrator logs in: how that is to be said. Held while it is found out.
    pub(crate) delegation: Option<futures::lock::Mutex<Trial>>,
    /// Whether the secret is still good.
    pub(crate) doubt: Doubt,
    facts: Mutex<Facts>,
    pool: Mutex<Pool>,
    /// Heard by those who wait for a connection.
    returned: Event,
}

#[derive(Default)]
struct Pool {
    /// Nobody uses them; the one that was used longest ago first.
    idle: Vec<Session>,
    /// How many [`Place`]s there are: connections that are lent or being opened.
    lent: usize,
    /// How many the server allows, once it refused one.
    most: Option<usize>,
}

impl Account {
    pub(crate) fn new(config: Config, side: Side, env: &Env) -> Self {
        let mut endpoint = Endpoint::new(config.host.clone(), config.port, config.tls, side);
        endpoint.start_tls = "imap://";
        endpoint.ca_file.clone_from(&config.ca_file);
        let delegation = config.delegate.as_ref().map(|administrator| {
            let (fixed, hint) = (config.delegation, config.learned_delegation);
            futures::lock::Mutex::new(Trial::new(administrator, &config.login, fixed, hint))
        });
        let (doubt, facts, pool, returned) = Default::default();
        Self { config, side, env: env.clone(), endpoint, delegation, doubt, facts, pool, returned }
    }

    /// The secret of whoever logs in.
    pub(crate) async fn secret(&self) -> Result<Secret> {
        if let Some(kept) = self.doubt.take_kept() {
            return Ok(kept);
        }
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
        SecretOf { reference: credentials, login: self.config.owner(), server, side: self.side }
    }

    /// For the seam: what cost tries to be found.
    pub(crate) fn learned(&self) -> Learned {
        let mut learned = Learned::default();
        if let Some((form, remark)) = self.ask(|facts| facts.delegation.clone()) {
            learned.settings.insert(config::DELEGATION.to_owned(), form.name().to_owned());
            learned.remarks.push(remark);
        }
        learned
    }

    pub(crate) fn lane(&self) -> LaneKey {
        LaneKey(format!("imap:{}", self.config.server()).into())
    }

    /// What is known so far.
    pub(crate) fn facts(&self) -> Facts {
        self.locked_facts().clone()
    }

    /// Looks one thing up without copying the rest.
    pub(crate) fn ask<T>(&self, look: impl FnOnce(&Facts) -> T) -> T {
        look(&self.locked_facts())
    }

    pub(crate) fn learn(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.locked_facts());
    }

    /// A connection that is logged in: the one that has this folder open, else one that is idle, else a new one.
    ///
    /// # Errors
    /// Those of connecting and logging in. [`ErrorKind::Throttled`] when the server allows not even one.
    ///
    /// # Cancel safety
    /// Dropping the future loses a connection that was being opened, nothing else.
    pub(crate) async fn lease(&self, folder: Option<&[u8]>) -> Result<Lease<'_>> {
        loop {
            let returned = self.returned.listen();
            match self.take(folder) {
                Taken::Idle(mut lease) => {
                    // The server may have ended it while it lay idle; then dropping it makes room for the next one.
                    if lease.is_alive().await {
                        return Ok(lease);
                    }
                }
                Taken::Wait => returned.await,
                Taken::Open(place) => match login::open(self).await {
                    Ok(session) => return Ok(place.lend(session)),
                    Err(error) => self.refused(place, error)?,
                },
            }
        }
    }

    /// Ends all connections that are not lent.
    pub(crate) async fn close(&self) {
        let idle = std::mem::take(&mut self.locked_pool().idle);
        futures::future::join_all(idle.into_iter().map(Session::logout)).await;
    }

    fn take(&self, folder: Option<&[u8]>) -> Taken<'_> {
        let mut pool = self.locked_pool();
        let has_open = |session: &Session, wanted: Option<&[u8]>| {
            session.selected.as_ref().map(|selected| selected.name.as_slice()) == wanted
        };
        // One that has it open; else one that has nothing open; else the one that was used longest ago.
        let place = pool.idle.iter().position(|session| has_open(session, folder));
        let place = place.or_else(|| pool.idle.iter().position(|session| has_open(session, None)));
        let place = place.or((!pool.idle.is_empty()).then_some(0));
        if let Some(place) = place {
            let session = pool.idle.remove(place);
            return Taken::Idle(Place::new(self, &mut pool).lend(session));
        }
        if pool.most.is_some_and(|most| pool.lent >= most) {
            return Taken::Wait;
        }
        Taken::Open(Place::new(self, &mut pool))
    }

    /// A server that refuses one more connection is asked for no more than it gave; without any there is no way on.
    fn refused(&self, place: Place<'_>, error: Error) -> Result<()> {
        drop(place);
        let mut pool = self.locked_pool();
        let open = pool.lent + pool.idle.len();
        if error.kind() != ErrorKind::Throttled || open == 0 {
            return Err(error);
        }
        pool.most = Some(open);
        Ok(())
    }

    fn locked_facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Taken<'a> {
    Idle(Lease<'a>),
    Open(Place<'a>),
    Wait,
}

/// The right to have one connection, counted for as long as it lives.
struct Place<'a>(&'a Account);

impl<'a> Place<'a> {
    fn new(account: &'a Account, pool: &mut Pool) -> Self {
        pool.lent += 1;
        Self(account)
    }

    fn lend(self, session: Session) -> Lease<'a> {
        Lease { session: Some(Box::new(session)), place: self }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.locked_pool().lent -= 1;
        self.0.returned.notify_additional(1);
    }
}

/// A connection on loan. It goes back when it is dropped, unless something is still open on it.
pub(crate) struct Lease<'a> {
    /// Taken out by the drop and by nothing else.
    session: Option<Box<Session>>,
    place: Place<'a>,
}

impl Deref for Lease<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_ref().expect("a lease has its session until it is dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("a lease has its session until it is dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        let account = self.place.0;
        let identity = session.take_identity();
        if !identity.is_empty() {
            account.learn(|facts| facts.quirks.learn_id(&identity));
        }
        if session.is_over() {
            account.doubt.lost_one();
        }
        let spent = session.is_worn_out() && account.ask(|facts| facts.quirks.bye_after_errors);
        if session.is_idle() && !spent {
            account.locked_pool().idle.push(*session);
        }
        // The place goes after this, so that whoever waits for one finds the connection.
    }
}
