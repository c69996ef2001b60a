//! The server as test authors hold it.

use super::{
    Counters, EwsFault, EwsRequest, Fault, MockMailbox, Policy, Quirk, Sent, Served, Version,
    http::Session,
    store::Mailbox,
    world::{Settings, SharedWorld, User, World, lock},
};
use crate::{
    mock::{self, Carrier, MemoryConnection, Wire},
    sim::SimRuntime,
};
use rustls::ServerConfig;
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

/// An Exchange server's web services in memory. Cloning gives another handle to the same server.
///
/// The methods that take `self` build; those that take `&self` act on the running server.
#[derive(Clone)]
pub struct MockEws {
    pub(super) world: SharedWorld,
}

impl Default for MockEws {
    fn default() -> Self {
        Self::new()
    }
}

impl MockEws {
    /// An Exchange 2016 with Basic login, ExportItems and gzip, no limits, no quirk, no user.
    pub fn new() -> Self {
        Self { world: Arc::new(Mutex::new(World::new())) }
    }

    /// Lets somebody in who has a mailbox at this address.
    #[must_use]
    pub fn user(self, address: &str, password: &str) -> Self {
        let number = self.add_mailbox(address);
        self.add_login(address, password, Some(number), false)
    }

    /// Lets somebody in who has no mailbox and may impersonate anybody (ApplicationImpersonation).
    #[must_use]
    pub fn administrator(self, name: &str, password: &str) -> Self {
        self.add_login(name, password, None, true)
    }

    /// Lets somebody in who has no mailbox and no rights.
    #[must_use]
    pub fn login(self, name: &str, password: &str) -> Self {
        self.add_login(name, password, None, false)
    }

    /// A mailbox that nobody logs in to.
    #[must_use]
    pub fn shared_mailbox(self, address: &str) -> Self {
        self.add_mailbox(address);
        self
    }

    /// This token lets the user in as Bearer, until [`MockEws::expire_token`].
    #[must_use]
    pub fn token(self, user: &str, token: &str) -> Self {
        self.add_token(user, token);
        self
    }

    /// The version it is.
    #[must_use]
    pub fn version(self, version: Version) -> Self {
        self.set(|settings| settings.version = version)
    }

    /// Switches a bad habit on.
    #[must_use]
    pub fn quirk(self, quirk: Quirk) -> Self {
        self.set(|settings| {
            settings.quirks.insert(quirk);
        })
    }

    /// Limits what clients may do.
    #[must_use]
    pub fn policy(self, policy: Policy) -> Self {
        self.set_policy(policy);
        self
    }

    /// So many requests have been answered since the last one that was refused because of the policy.
    #[must_use]
    pub fn after_requests(self, requests: u64) -> Self {
        lock(&self.world).requests_since_pause = requests;
        self
    }

    /// ExportItems and UploadItems are unknown here.
    #[must_use]
    pub fn without_exports(self) -> Self {
        self.set(|settings| settings.exports = false)
    }

    /// Basic is neither offered nor taken.
    #[must_use]
    pub fn without_basic(self) -> Self {
        self.set(|settings| settings.basic = false)
    }

    /// Answers are never compressed.
    #[must_use]
    pub fn without_gzip(self) -> Self {
        self.set(|settings| settings.gzip = false)
    }

    /// It knows no zones by name but these.
    #[must_use]
    pub fn zones(self, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.set(|settings| settings.zones = Some(names))
    }

    /// What Autodiscover says before `/EWS/Exchange.asmx`; otherwise where the request came to.
    #[must_use]
    pub fn external(self, base: &str) -> Self {
        self.set(|settings| settings.external = Some(base.to_owned()))
    }

    /// Autodiscover sends whoever asks for this address to another address, or to a URL.
    #[must_use]
    pub fn redirect(self, address: &str, target: &str) -> Self {
        self.set(|settings| {
            settings.redirects.insert(address.to_ascii_lowercase(), target.to_owned());
        })
    }

    /// Lets something go wrong.
    #[must_use]
    pub fn fault(self, fault: EwsFault) -> Self {
        self.add_fault(fault);
        self
    }

    /// Serves on a free port of the loopback, until the answer is dropped.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn serve(&self) -> std::io::Result<Served> {
        let own = self.clone();
        mock::serve(move || own.carrier(None))
    }

    /// The same with TLS.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn serve_tls(&self, config: Arc<ServerConfig>) -> std::io::Result<Served> {
        let own = self.clone();
        mock::serve(move || own.carrier(Some(&config)))
    }

    /// A connection in memory, to be driven by the executor of `runtime`.
    ///
    /// # Errors
    /// None without TLS.
    pub fn connect(&self, runtime: &SimRuntime) -> std::io::Result<MemoryConnection> {
        lock(&self.world).clock.get_or_insert_with(|| (runtime.clone(), Instant::now()));
        Ok(MemoryConnection::new(self.carrier(None)?, runtime.clone()))
    }

    /// The mailbox at this address, to fill and to look at.
    ///
    /// # Panics
    /// When there is no such mailbox: a mistake in the test.
    pub fn mailbox(&self, address: &str) -> MockMailbox {
        let number = lock(&self.world).mailbox_at(address).map(|mailbox| mailbox.number);
        let Some(number) = number else { panic!("there is no mailbox {address}") };
        MockMailbox::new(&self.world, number)
    }

    /// The public folders.
    pub fn public_folders(&self) -> MockMailbox {
        MockMailbox::new(&self.world, 0)
    }

    /// A token is good from now on.
    pub fn add_token(&self, user: &str, token: &str) {
        lock(&self.world).tokens.insert(token.to_owned(), user.to_owned());
    }

    /// A token is good no more.
    pub fn expire_token(&self, token: &str) {
        lock(&self.world).tokens.remove(token);
    }

    /// Another password from now on.
    pub fn change_password(&self, user: &str, password: &str) {
        if let Some(user) = lock(&self.world).users.get_mut(user) {
            password.clone_into(&mut user.password);
        }
    }

    /// Gives or takes the right to impersonate.
    pub fn may_impersonate(&self, user: &str, may: bool) {
        if let Some(user) = lock(&self.world).users.get_mut(user) {
            user.impersonates = may;
        }
    }

    /// Limits what clients may do from now on.
    pub fn set_policy(&self, policy: Policy) {
        let mut world = lock(&self.world);
        world.settings.policy = policy;
        (world.requests_since_pause, world.busy_until) = (0, None);
    }

    /// Every sync state that was given is invalid from now on.
    pub fn invalidate_sync_states(&self) {
        lock(&self.world).era += 1;
    }

    /// Lets something go wrong from now on.
    pub fn add_fault(&self, fault: EwsFault) {
        lock(&self.world).faults.add(fault);
    }

    /// Lets something go wrong at a number of bytes, or on a connection: those moments of [`super::When`] that are no
    /// command, with `Close`, `Stall` and `Drip`.
    pub fn byte_fault(&self, fault: Fault) {
        lock(&self.world).ground.faults.add(fault);
    }

    /// Nothing goes wrong any more, except what has begun.
    pub fn clear_faults(&self) {
        let mut world = lock(&self.world);
        world.faults.clear();
        world.ground.faults.clear();
    }

    /// How many faults are still to come.
    pub fn faults_left(&self) -> usize {
        let world = lock(&self.world);
        world.faults.left() + world.ground.faults.left()
    }

    /// What was done so far.
    pub fn counters(&self) -> Counters {
        lock(&self.world).counters.clone()
    }

    /// Counts from nought again, and forgets requests and what would have been sent.
    pub fn reset_counters(&self) {
        let mut world = lock(&self.world);
        let connections = world.counters.connections;
        world.counters = Counters { connections, ..Counters::default() };
        world.log.clear();
        world.outbox.clear();
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<EwsRequest> {
        lock(&self.world).log.clone()
    }

    /// What a real server would have sent to somebody by now.
    pub fn outbox(&self) -> Vec<Sent> {
        lock(&self.world).outbox.clone()
    }

    /// Requests to read, one a line: `3 GetItem x20 200 NoError`.
    pub fn transcript_text(&self) -> String {
        let line = |request: &EwsRequest| {
            let status = request.status.map_or("lost".to_owned(), |status| status.to_string());
            let mut codes = request.codes.clone();
            codes.dedup();
            format!(
                "{} {} x{} {status} {}\n",
                request.number,
                request.operation,
                request.count,
                codes.join(",")
            )
        };
        lock(&self.world).log.iter().map(line).collect()
    }

    pub(super) fn carrier(&self, tls: Option<&Arc<ServerConfig>>) -> std::io::Result<Box<dyn Carrier>> {
        Wire::<Session>::open(&self.world, tls)
    }

    fn add_mailbox(&self, address: &str) -> u32 {
        let mut world = lock(&self.world);
        if let Some(mailbox) = world.mailbox_at(address) {
            return mailbox.number;
        }
        let number = u32::try_from(world.mailboxes.len()).unwrap_or(u32::MAX);
        let name = address.split('@').next().unwrap_or(address);
        world.mailboxes.insert(number, Mailbox::new(number, address, name));
        number
    }

    fn add_login(self, name: &str, password: &str, mailbox: Option<u32>, impersonates: bool) -> Self {
        let user = User { password: password.to_owned(), mailbox, impersonates };
        lock(&self.world).users.insert(name.to_owned(), user);
        self
    }

    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut lock(&self.world).settings);
        self
    }
}

impl std::fmt::Debug for MockEws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let users: Vec<String> = lock(&self.world).users.keys().cloned().collect();
        f.debug_struct("MockEws").field("users", &users).finish_non_exhaustive()
    }
}
