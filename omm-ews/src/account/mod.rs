//! One account on one server: how it is entered, and what was learned about it.

mod ask;
mod clock;
mod entry;
pub(crate) mod losses;
mod route;
#[cfg(test)]
mod tests;

use crate::{
    append::Halves,
    auth::Login,
    batches::Portions,
    config::{self, Address, Config},
    delegation::Delegation,
    error::{Doing, ONLINE, Trouble, is_online},
    ops::{FolderRef, Operation},
    soap::{ServerVersion, Version},
};
use chrono::{DateTime, TimeDelta, Utc};
use clock::Clock;
use entry::Entered;
use losses::Losses;
use omm_core::{
    error::{Error, Result, Scope, Side},
    host::{Env, LaneKey, SecretOf},
    model::{Body, Inbound, Intake},
    seam::Learned,
};
use omm_net::Names;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

/// What was found out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The schema that requests are written for.
    pub(crate) version: Option<Version>,
    /// What the server says it is.
    pub(crate) server: Option<ServerVersion>,
    /// How the administrator came in.
    pub(crate) delegation: Option<Delegation>,
    /// Where the services are, if that had to be found out.
    pub(crate) url: Option<String>,
    /// The mailbox that holds the hierarchy of public folders, if that was told then.
    pub(crate) hierarchy: Option<String>,
    streams: Streams,
}

/// Whether the server gives and takes items as streams.
#[derive(Clone, Debug, Default)]
enum Streams {
    #[default]
    Unknown,
    Some,
    /// It was asked, and will not: why.
    None(String),
}

/// An account, shared by all calls of a source or a destination.
pub(crate) struct Account {
    pub(crate) config: Config,
    pub(crate) side: Side,
    pub(crate) env: Env,
    /// Who looks up names, if the host lends somebody.
    pub(crate) names: Option<Arc<dyn Names>>,
    /// How much is asked for with one request.
    pub(crate) portions: Portions,
    login: Arc<Login>,
    /// In which mailbox public folders are asked for, if not in any that the server likes.
    route: Option<String>,
    /// Held while it is found out how one comes in: one request at a time, so that a password that is wrong is shown once.
    entered: futures::lock::Mutex<Option<Arc<Entered>>>,
    facts: Mutex<Facts>,
    /// What was lost of items that were converted.
    pub(crate) losses: Arc<Losses>,
    /// What was found out about the mailbox for its converters.
    pub(crate) known: Arc<crate::mailbox::Known>,
    /// Items that are half made, and go on when the server has rested.
    pub(crate) halves: Halves,
    /// What time it is there.
    clock: Clock,
    /// For the ids of requests.
    asked: AtomicU64,
}

impl Account {
    pub(crate) fn new(config: Config, side: Side, env: &Env) -> Self {
        let (names, portions, login, route, entered, facts) = Default::default();
        let (env, (losses, known, halves, clock, asked)) = (env.clone(), Default::default());
        Self {
            config,
            side,
            env,
            names,
            portions,
            login,
            route,
            entered,
            facts,
            losses,
            known,
            halves,
            clock,
            asked,
        }
    }

    /// The same with somebody who looks up names.
    pub(crate) fn asking(self, names: Option<Arc<dyn Names>>) -> Self {
        Self { names, ..self }
    }

    /// What is being done, for errors: `scope` is how far a plain no reaches.
    pub(crate) fn doing<O: Operation>(&self, operation: &'static str, scope: Scope) -> Doing {
        Doing { operation, side: self.side, scope, writes: O::WRITES }
    }

    /// One operation. Large texts of the answer are thrown away.
    ///
    /// # Errors
    /// See [`crate::error`]. Where `O` writes, the effect is unknown unless it is known that nothing was done.
    ///
    /// # Cancel safety
    /// Dropping the future has the meaning of an error.
    pub(crate) async fn call<O: Operation + Sync>(&self, doing: Doing, operation: &O) -> Result<O::Answer> {
        let nowhere = Intake::measuring(&self.env);
        let (answer, _) = self.call_streaming(doing, operation, |_| nowhere.begin(None)).await?;
        Ok(answer)
    }

    /// One operation whose answer has large texts ([`crate::xml::STREAM`]): the text of each number goes into the body that
    /// `begin` gives for it.
    ///
    /// # Errors
    /// As for [`Self::call`].
    ///
    /// # Cancel safety
    /// As for [`Self::call`].
    pub(crate) async fn call_streaming<O: Operation + Sync>(
        &self,
        doing: Doing,
        operation: &O,
        begin: impl FnMut(usize) -> Inbound + Send,
    ) -> Result<(O::Answer, Vec<Body>)> {
        // On the heap: what waits for an answer is large, and lies in every future above it.
        let entered = Box::pin(self.enter()).await?;
        let header = entered.header();
        let answer = Box::pin(self.ask(&entered.client, &entered.path, &header, operation, begin)).await;
        answer.map_err(|trouble| self.failed(doing, trouble))
    }

    /// The error for what went wrong, with what a person wants to know of this account.
    pub(crate) fn failed(&self, doing: Doing, trouble: Trouble) -> Error {
        match trouble {
            Trouble::Ours(error) => error,
            trouble => self.told(doing.failed(trouble)),
        }
    }

    /// A folder that every mailbox has, of this mailbox.
    ///
    /// # Errors
    /// Those of coming in, as long as nobody has.
    pub(crate) async fn root(&self, name: &'static str) -> Result<FolderRef> {
        let entered = self.enter().await?;
        // Public folders are nobody's.
        let whose = entered.mailbox.as_deref().filter(|_| name != "publicfoldersroot");
        Ok(FolderRef::distinguished(name, whose))
    }

    /// What is known so far.
    pub(crate) fn facts(&self) -> Facts {
        self.locked_facts().clone()
    }

    /// For the seam: what cost tries to be found.
    pub(crate) fn learned(&self) -> Learned {
        let facts = self.facts();
        let public = self.config.public.as_ref().and_then(|public| public.learned.clone());
        let mut learned = Learned::default();
        let found = [
            (config::VERSION, facts.version.map(|version| version.word().to_owned())),
            (config::DELEGATION, facts.delegation.map(|way| way.name().to_owned())),
            (config::URL, facts.url),
            (config::HIERARCHY, facts.hierarchy.or(public).filter(|_| self.config.public.is_some())),
        ];
        for (name, value) in found {
            learned.settings.extend(value.map(|value| (name.to_owned(), value)));
        }
        if let (Some(way), Some(administrator)) = (facts.delegation, &self.config.delegate) {
            let whose = &self.config.login;
            learned.remarks.push(format!("logs in as {administrator} for {whose} {}", way.manner()));
        }
        if self.is_online() {
            learned.remarks.push(ONLINE.to_owned());
        }
        if let Streams::None(why) = facts.streams {
            learned.remarks.push(format!("items cannot be handed over whole, and were converted: {why}"));
        }
        learned.remarks.extend(self.losses.all());
        learned
    }

    /// The server will have nothing to do with streams: nobody need be asked for them again.
    pub(crate) fn has_no_streams(&self, why: &Error) {
        self.learn(|facts| {
            if matches!(facts.streams, Streams::Unknown) {
                facts.streams = Streams::None(why.to_string());
            }
        });
    }

    /// An item went as a stream: a later no is about another item, and not about all.
    pub(crate) fn has_streams(&self) {
        self.learn(|facts| facts.streams = Streams::Some);
    }

    /// Whether it may have any.
    pub(crate) fn may_have_streams(&self) -> bool {
        !matches!(self.locked_facts().streams, Streams::None(_))
    }

    /// What time it is where the mailbox is when it has changed so many items, a second for each; nothing if no answer told it.
    pub(crate) fn server_time_behind(&self, items: usize) -> Option<DateTime<Utc>> {
        let now = self.clock.shows(self.env.runtime.monotonic())?;
        now.checked_add_signed(TimeDelta::seconds(i64::try_from(items).ok()?))
    }

    /// The server's share of the limiter.
    pub(crate) fn lane(&self) -> LaneKey {
        LaneKey(format!("ews:{}", self.config.server()).into())
    }

    /// Ends the connections that nobody uses.
    pub(crate) async fn close(&self) {
        if let Some(entered) = &*self.entered.lock().await {
            entered.client.close();
        }
    }

    fn told(&self, error: Error) -> Error {
        let error = error.with("login", &self.config.login);
        let error = match &self.config.delegate {
            Some(administrator) => error.with("delegate", administrator),
            None => error,
        };
        let error = error.with("server", self.config.server());
        if self.is_online() { error.with("note", ONLINE) } else { error }
    }

    /// Whether this is Microsoft's own Exchange, where EWS comes to its end.
    pub(crate) fn is_online(&self) -> bool {
        let found = self.facts().url.and_then(|url| Address::parse(&url).ok());
        let host = found.map_or_else(|| self.config.server(), |address| address.host);
        is_online(host.split(':').next().unwrap_or_default())
    }

    fn secret_of<'a>(&'a self, server: &'a str) -> SecretOf<'a> {
        let Config { credentials, .. } = &self.config;
        SecretOf { reference: credentials, login: self.config.owner(), server, side: self.side }
    }

    fn learn(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.locked_facts());
    }

    fn locked_facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("config", &self.config)
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}
