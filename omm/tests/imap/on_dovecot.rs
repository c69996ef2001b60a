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
        Dovecot,
        witness::{SeenFolder, Witness},
    },
    step_stop::{Account, Time, World},
};
use std::{collections::BTreeMap, pin::pin, sync::Arc, task::Poll};

/// An account that nobody has used.
pub(crate) struct OnDovecot(pub(crate) Place);

/// Real time, on a runtime of tokio's.
pub(crate) struct RealTime(tokio::runtime::Runtime);

pub(crate) type DovecotWorld = World<OnDovecot, OnDovecot, RealTime>;

/// A world of two fresh accounts.
pub(crate) fn world(dovecot: &Dovecot) -> DovecotWorld {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let fresh = || OnDovecot(Place::on_dovecot(dovecot));
    World::with_clock(fresh(), fresh(), RealTime(runtime))
}

impl OnDovecot {
    pub(crate) fn witness(&self) -> Witness {
        Witness::enter(&self.0.account).expect("a fresh user can log in")
    }
}

impl Account for OnDovecot {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let opened = ImapConnector.source(&self.0.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let opened = ImapConnector.destination(&self.0.spec, &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        let account = Witness::look(&self.0.account).expect("the account is read");
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
