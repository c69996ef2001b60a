//! The server as test authors hold it.

use super::{
    Counters, Extension, Fault, MockAccount, Quirk, Served, Session, TranscriptLine,
    store::Account,
    world::{Settings, SharedWorld, World, lock},
};
use crate::{
    mock::{self, Carrier, MemoryConnection, Wire},
    sim::SimRuntime,
};
use rustls::ServerConfig;
use std::sync::{Arc, Mutex};

/// An IMAP server in memory. Cloning gives another handle to the same server.
///
/// The methods that take `self` build; those that take `&self` act on the running server.
#[derive(Clone)]
pub struct MockImap {
    pub(super) world: SharedWorld,
}

/// Which keywords (flags without a backslash) can be kept; PERMANENTFLAGS says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keywords {
    /// All of them.
    #[default]
    Any,
    /// These and no others. An empty list is a server without keywords.
    Only(Vec<String>),
    /// This many different ones per folder; those that come later are dropped without a word.
    AtMost(usize),
}

impl Default for MockImap {
    fn default() -> Self {
        Self::new()
    }
}

impl MockImap {
    /// A server with every extension on but X-GM-EXT-1 and APPENDLIMIT, no quirk, no user.
    pub fn new() -> Self {
        Self { world: Arc::new(Mutex::new(World::new())) }
    }

    /// Lets somebody in, with an empty INBOX. The password is the token for the OAuth mechanisms as well.
    #[must_use]
    pub fn user(self, name: &str, password: &str) -> Self {
        let mut world = lock(&self.world);
        let mut account = Account::new(password);
        account.delimiter = world.settings.delimiter;
        account.folds_case = world.is_so(Quirk::FoldsCase);
        world.accounts.insert(name.to_owned(), account);
        drop(world);
        self
    }

    /// This user may log in as any other, with an authorisation identity.
    #[must_use]
    pub fn administrator(self, name: &str) -> Self {
        self.set(|settings| {
            settings.administrators.insert(name.to_owned());
        })
    }

    /// Switches an extension on.
    #[must_use]
    pub fn with(self, extension: Extension) -> Self {
        self.set(|settings| {
            settings.on.insert(extension);
        })
    }

    /// Switches an extension off; IMAP4rev2 with it if it contains the extension and IMAP4rev1 is there, for who
    /// offers IMAP4rev2 offers all that it contains.
    #[must_use]
    pub fn without(self, extension: Extension) -> Self {
        self.set(|settings| {
            settings.on.remove(&extension);
            let has_literals = settings.on.contains(&Extension::LiteralMinus)
                || settings.on.contains(&Extension::LiteralPlus);
            let is_broken = extension.is_in_rev2() || !has_literals;
            if is_broken && settings.on.contains(&Extension::Imap4Rev1) {
                settings.on.remove(&Extension::Imap4Rev2);
            }
        })
    }

    /// Exactly these extensions, and no others.
    #[must_use]
    pub fn only(self, extensions: impl IntoIterator<Item = Extension>) -> Self {
        self.set(|settings| settings.on = extensions.into_iter().collect())
    }

    /// Plain IMAP4rev1 with LOGIN and nothing else, as of 1996.
    #[must_use]
    pub fn plain(self) -> Self {
        self.only([Extension::Imap4Rev1, Extension::Login])
    }

    /// Switches a bad habit on.
    #[must_use]
    pub fn quirk(self, quirk: Quirk) -> Self {
        let mut world = lock(&self.world);
        world.settings.quirks.insert(quirk);
        let folds = world.is_so(Quirk::FoldsCase);
        world.accounts.values_mut().for_each(|account| account.folds_case = folds);
        drop(world);
        self
    }

    /// Lets something go wrong.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        self.add_fault(fault);
        self
    }

    /// What separates the levels of a name; none is a server without levels. `/` unless said otherwise.
    #[must_use]
    pub fn delimiter(self, delimiter: Option<char>) -> Self {
        let mut world = lock(&self.world);
        world.settings.delimiter = delimiter;
        world.accounts.values_mut().for_each(|account| account.delimiter = delimiter);
        drop(world);
        self
    }

    /// What personal names begin with, such as `INBOX.`; NAMESPACE says so, and CREATE elsewhere is NO.
    #[must_use]
    pub fn prefix(self, prefix: &str) -> Self {
        self.set(|settings| prefix.clone_into(&mut settings.prefix))
    }

    /// The largest message, in bytes; larger ones are NO `[TOOBIG]`, and APPENDLIMIT is offered.
    #[must_use]
    pub fn append_limit(self, bytes: u64) -> Self {
        self.with(Extension::AppendLimit).set(|settings| settings.append_limit = Some(bytes))
    }

    /// Which keywords can be kept.
    #[must_use]
    pub fn keywords(self, keywords: Keywords) -> Self {
        self.set(|settings| settings.keywords = keywords)
    }

    /// How many connections may be open; one more is greeted with BYE.
    #[must_use]
    pub fn most_connections(self, most: usize) -> Self {
        self.set(|settings| settings.most_connections = Some(most))
    }

    /// CREATE and RENAME refuse names that contain this, in any case.
    #[must_use]
    pub fn refuse_name(self, part: &str) -> Self {
        self.set(|settings| settings.refused_names.push(part.to_owned()))
    }

    /// APPEND refuses messages that contain these bytes; the whole of a MULTIAPPEND with them.
    #[must_use]
    pub fn refuse_message(self, part: impl Into<Vec<u8>>) -> Self {
        self.set(|settings| settings.refused_messages.push(part.into()))
    }

    /// What the server says of itself: the text of the greeting, and a pair for ID.
    #[must_use]
    pub fn named(self, greeting: &str, name: &str) -> Self {
        self.set(|settings| {
            greeting.clone_into(&mut settings.greeting);
            settings.identity = vec![("name".to_owned(), name.to_owned())];
        })
    }

    /// TLS: STARTTLS is offered from now on. Implicit TLS has its own ways in.
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

    /// Serves on a free port of the loopback, until the answer is dropped.
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
    pub fn account(&self, user: &str) -> MockAccount {
        assert!(lock(&self.world).accounts.contains_key(user), "there is no user {user}");
        MockAccount::new(&self.world, user)
    }

    /// Lets something go wrong from now on.
    pub fn add_fault(&self, fault: Fault) {
        lock(&self.world).ground.faults.add(fault);
    }

    /// Nothing goes wrong any more, except what has begun.
    pub fn clear_faults(&self) {
        lock(&self.world).ground.faults.clear();
    }

    /// How many faults are still to come; one that happens again and again is one.
    pub fn faults_left(&self) -> usize {
        lock(&self.world).ground.faults.left()
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

    /// The same to read: `C1: a NOOP`.
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

impl std::fmt::Debug for MockImap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let users: Vec<String> = lock(&self.world).accounts.keys().cloned().collect();
        f.debug_struct("MockImap").field("users", &users).finish_non_exhaustive()
    }
}
