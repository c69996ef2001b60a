//! Accounts on a real Dovecot, in real time.

use crate::world::{ByName, Place};
use futures::FutureExt;
use omm::{
    Connector, TokioRuntime,
    core::{
        host::{Env, Runtime},
        model::{Digest, ItemKind},
        seam::{Destination, Source},
    },
};
use omm_imap::ImapConnector;
use omm_testkit::{
    memory::{Seen, Snapshot},
    servers::{
        DelayProxy, Dovecot,
        witness::{SeenFolder, Witness},
    },
    step_stop::{Account, Time, World},
};
use std::{collections::BTreeMap, pin::pin, sync::Arc, task::Poll, time::Duration};

/// An account that nobody has used, and the way to it if that is not the direct one.
pub(crate) struct OnDovecot {
    place: Place,
    way: Option<DelayProxy>,
}

/// Real time, on a runtime of tokio's.
pub(crate) struct RealTime(tokio::runtime::Runtime);

pub(crate) type DovecotWorld = World<OnDovecot, OnDovecot, RealTime>;

/// A world of two fresh accounts.
pub(crate) fn world(dovecot: &Dovecot) -> DovecotWorld {
    between(OnDovecot::fresh(dovecot), OnDovecot::fresh(dovecot))
}

/// A world of these two.
pub(crate) fn between(source: OnDovecot, destination: OnDovecot) -> DovecotWorld {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    World::with_clock(source, destination, RealTime(runtime))
}

impl OnDovecot {
    pub(crate) fn fresh(dovecot: &Dovecot) -> Self {
        Self { place: Place::on_dovecot(dovecot), way: None }
    }

    /// One whose first answer to a command with this name is lost on the way.
    pub(crate) fn losing_the_answer(dovecot: &Dovecot, verb: &'static str) -> Self {
        let account = dovecot.fresh_user();
        let way = DelayProxy::start(account.port, Duration::ZERO).expect("a port");
        way.lose_answer(verb);
        Self { place: Place::in_the_clear(account, way.port()), way: Some(way) }
    }

    pub(crate) fn has_lost_an_answer(&self) -> bool {
        self.way.as_ref().is_some_and(|way| way.cuts() > 0)
    }

    pub(crate) fn witness(&self) -> Witness {
        Witness::enter(&self.place.account).expect("a fresh user can log in")
    }
}

impl Account for OnDovecot {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let opened = ImapConnector.source(&self.place.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let opened = ImapConnector.destination(&self.place.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        let account = Witness::look(&self.place.account).expect("the account is read");
        Snapshot(account.folders.iter().map(|(path, folder)| (path.clone(), seen(folder))).collect())
    }

    fn stable_id(&self, id: &str) -> String {
        id.rsplit(':').next().unwrap_or(id).to_owned()
    }
}

fn knowing(env: &Env) -> Env {
    let mut env = env.clone();
    env.credentials = Arc::new(ByName);
    env
}

fn seen(folder: &SeenFolder) -> BTreeMap<Seen, usize> {
    let mut all: BTreeMap<Seen, usize> = BTreeMap::new();
    for message in &folder.messages {
        let seen = Seen {
            kind: ItemKind::Mail,
            digest: Digest::of(&message.digest),
            flags: message.flags.to_string(),
            received: message.received.map(|date| date.to_rfc3339()),
        };
        *all.entry(seen).or_default() += 1;
    }
    all
}

impl Time for RealTime {
    fn lend(&self) -> Arc<dyn Runtime> {
        Arc::new(TokioRuntime::new(self.0.handle().clone()))
    }

    fn run_until<T>(&self, future: impl Future<Output = T>, cut: impl Fn() -> bool) -> Option<T> {
        let mut future = pin!(future);
        self.0.block_on(std::future::poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if cut() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }))
    }
}
