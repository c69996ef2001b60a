//! The server as test authors hold it.

use super::{
    Counters, Delegation, Extension, Fault, MockMaildrop, Quirk, Served, Session, TranscriptLine,
    store::Maildrop,
    world::{Settings, SharedWorld, World, lock},
};
use crate::{
    mock::{self, Carrier, MemoryConnection, Wire},
    sim::SimRuntime,
};
use rustls::ServerConfig;
use std::sync::{Arc, Mutex};

/// A POP3 server in memory. Cloning gives another handle to the same server.
///
/// The methods that take `self` build; those that take `&self` act on the running server.
#[derive(Clone)]
pub struct MockPop {
    pub(super) world: SharedWorld,
}

impl Default for MockPop {
    fn default() -> Self {
        Self::new()
    }
}

impl MockPop {
    /// A server with every extension on but LOGIN-DELAY and EXPIRE, no quirk, no user.
    pub fn new() -> Self {
        Self { world: Arc::new(Mutex::new(World::new())) }
    }

    /// Lets somebody in, with an empty maildrop.
    #[must_use]
    pub fn user(self, name: &str, password: &str) -> Self {
        lock(&self.world).maildrops.insert(name.to_owned(), Maildrop::new(password));
        self
    }

    /// This token lets the user in by XOAUTH2 and OAUTHBEARER, until [`MockPop::expire_token`].
    #[must_use]
    pub fn token(self, user: &str, token: &str) -> Self {
        self.add_token(user, token);
        self
    }

    /// This user may act for any other: by an authorisation identity, and in the ways of [`MockPop::delegation`].
    #[must_use]
    pub fn administrator(self, name: &str) -> Self {
        self.set(|settings| {
            settings.administrators.insert(name.to_owned());
        })
    }

    /// Login names of this form are understood.
    #[must_use]
    pub fn delegation(self, form: Delegation) -> Self {
        self.set(|settings| settings.delegations.push(form))
    }

    /// Switches an extension on.
    #[must_use]
    pub fn with(self, extension: Extension) -> Self {
        self.set(|settings| {
            settings.on.insert(extension);
        })
    }

    /// Switches an extension off.
    #[must_use]
    pub fn without(self, extension: Extension) -> Self {
        self.set(|settings| {
            settings.on.remove(&extension);
        })
    }

    /// Exactly these extensions, and no others.
    #[must_use]
    pub fn only(self, extensions: impl IntoIterator<Item = Extension>) -> Self {
        self.set(|settings| settings.on = extensions.into_iter().collect())
    }

    /// USER, PASS and what every server of RFC 1939 must have, and nothing else.
    #[must_use]
    pub fn plain(self) -> Self {
        self.only([Extension::User])
    }

    /// Switches a bad habit on.
    #[must_use]
    pub fn quirk(self, quirk: Quirk) -> Self {
        self.set(|settings| {
            settings.quirks.insert(quirk);
        })
    }

    /// Lets something go wrong.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        self.add_fault(fault);
        self
    }

    /// How many seconds the server wants between two logins; LOGIN-DELAY says so. For a server that insists, script
    /// a fault: `Fault::at("*LOGIN", 2, Act::No("[LOGIN-DELAY] wait".into()))`.
    #[must_use]
    pub fn login_delay(self, seconds: u32) -> Self {
        self.with(Extension::LoginDelay).set(|settings| settings.login_delay = seconds.to_string())
    }

    /// How many days messages stay, or `NEVER`; EXPIRE says so.
    #[must_use]
    pub fn expire(self, days: &str) -> Self {
        self.with(Extension::Expire).set(|settings| days.clone_into(&mut settings.expire))
    }

    /// How many connections may be open; one more is greeted with -ERR.
    #[must_use]
    pub fn most_connections(self, most: usize) -> Self {
        self.set(|settings| settings.most_connections = Some(most))
    }

    /// What the server says of itself: the text of the greeting, and IMPLEMENTATION.
    #[must_use]
    pub fn named(self, greeting: &str, implementation: &str) -> Self {
        self.set(|settings| {
            greeting.clone_into(&mut settings.greeting);
            implementation.clone_into(&mut settings.implementation);
        })
    }

    /// TLS: STLS is offered from now on. Implicit TLS has its own ways in.
    #[must_use]
    pub fn tls(self, config: Arc<ServerConfig>) -> Self {
        self.set(|settings| settings.tls = Some(config))
    }

    /// One connection as a machine: bytes in, bytes out. Faults that count bytes and TLS are not in it.
    pub fn session(&self) -> Session {
        Session::new(&self.world, false)
    }

    /// A connection in memory, to be driven by the executor of `runtime`; every wait is virtual.
    ///
    /// # Errors
    /// None without TLS.
    pub fn connect(&self, runtime: &SimRuntime) -> std::io::Result<MemoryConnection> {
        Ok(MemoryConnection::new(self.carrier(None)?, runtime.clone()))
    }

    /// Serves on a free port of the loopback, until the answer is dropped. A client that goes away without QUIT has its
    /// maildrop open until the server has noticed, as with any server.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn serve(&self) -> std::io::Result<Served> {
        let own = self.clone();
        mock::serve(move || own.carrier(None))
    }

    /// The same with TLS from the first byte on.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn serve_tls(&self, config: Arc<ServerConfig>) -> std::io::Result<Served> {
        let own = self.clone();
        mock::serve(move || own.carrier(Some(&config)))
    }

    /// What a user has.
    ///
    /// # Panics
    /// When there is no such user: a mistake in the test.
    pub fn maildrop(&self, user: &str) -> MockMaildrop {
        assert!(lock(&self.world).maildrops.contains_key(user), "there is no user {user}");
        MockMaildrop::new(&self.world, user)
    }

    /// A token is good from now on.
    pub fn add_token(&self, user: &str, token: &str) {
        lock(&self.world).tokens.insert(token.to_owned(), user.to_owned());
    }

    /// A token is good no more; sessions that began with it go on.
    pub fn expire_token(&self, token: &str) {
        lock(&self.world).tokens.remove(token);
    }

    /// Lets something go wrong from now on.
    pub fn add_fault(&self, fault: Fault) {
        lock(&self.world).ground.faults.add(fault);
    }

    /// Nothing goes wrong any more, except what has begun.
    pub fn clear_faults(&self) {
        lock(&self.world).ground.faults.clear();
    }

    /// What was done so far.
    pub fn counters(&self) -> Counters {
        lock(&self.world).counters.clone()
    }

    /// Counts from nought again. The numbers of connections go on, and so does what faults count by; commands do
    /// not: [`super::When::Command`] and [`super::When::Verb`] count from here.
    pub fn reset_counters(&self) {
        let mut world = lock(&self.world);
        let connections = world.counters.connections;
        world.counters = Counters { connections, ..Counters::default() };
    }

    /// What was said so far, on all connections; of very much the last half.
    pub fn transcript(&self) -> Vec<TranscriptLine> {
        lock(&self.world).ground.transcript.clone()
    }

    /// The same to read: `C1: NOOP`.
    pub fn transcript_text(&self) -> String {
        lock(&self.world).ground.transcript.iter().map(TranscriptLine::shown).collect()
    }

    pub(super) fn carrier(&self, tls: Option<&Arc<ServerConfig>>) -> std::io::Result<Box<dyn Carrier>> {
        Wire::<Session>::open(&self.world, tls)
    }

    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut lock(&self.world).settings);
        self
    }
}

impl std::fmt::Debug for MockPop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let users: Vec<String> = lock(&self.world).maildrops.keys().cloned().collect();
        f.debug_struct("MockPop").field("users", &users).finish_non_exhaustive()
    }
}
