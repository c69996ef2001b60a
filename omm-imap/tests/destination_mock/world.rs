//! A destination on a server in memory.

use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Body, DestFolderId, DestItemId, FolderPath, Item, ItemKind, Mark},
    seam::{AccountSpec, Connector, Destination, Owned, Probe, Tls, Wanted},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::MockImap,
    sim::{self, SimRuntime},
};
use std::sync::Arc;

/// Whoever asks gets it: it opens nothing but a server in memory.
struct Secrets;

impl CredentialProvider for Secrets {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new("secret".to_owned()))))
    }
}

/// A server with one user.
pub(crate) fn server() -> MockImap {
    MockImap::new().user("ann", "secret")
}

/// A destination on that server, over connections in memory.
pub(crate) async fn opened(server: MockImap, runtime: &SimRuntime, port: u16) -> (Arc<dyn Destination>, Env) {
    runtime.listen("mock.example", port, server);
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Secrets);
    let mut spec = AccountSpec::new("imap", format!("mock.example:{port}"));
    spec.login = "ann".to_owned();
    spec.tls = Tls::Off;
    let destination = ImapConnector.destination(&spec, &env).await.expect("a destination");
    (destination.expect("IMAP can be written"), env)
}

/// A server, a destination on it, and an executor.
pub(crate) struct World {
    pub(crate) server: MockImap,
    pub(crate) runtime: SimRuntime,
    pub(crate) dest: Arc<dyn Destination>,
}

impl World {
    pub(crate) fn new(server: MockImap) -> Self {
        let runtime = SimRuntime::new();
        let (dest, _) = sim::run(&runtime, opened(server.clone(), &runtime, 143));
        let world = Self { server, runtime, dest };
        world.run(world.dest.capacity()).expect("the capacity");
        world
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        sim::run(&self.runtime, future)
    }

    pub(crate) fn folder(&self, name: &str) -> DestFolderId {
        let wanted = Wanted::new(FolderPath::new([name]), ItemKind::Mail);
        self.run(self.dest.ensure_folder(wanted)).expect("a folder").id
    }

    pub(crate) fn append(&self, folder: &DestFolderId, items: &[Item]) -> Vec<Result<DestItemId>> {
        let fates = self.run(self.dest.append(folder, items)).expect("each fate is known");
        fates.into_iter().map(|fate| fate.map(|stored| stored.id)).collect()
    }

    pub(crate) fn ids(&self, folder: &DestFolderId, items: &[Item]) -> Vec<DestItemId> {
        self.append(folder, items).into_iter().map(|fate| fate.expect("a good item")).collect()
    }

    pub(crate) fn there(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Vec<bool> {
        let seen = self.run(self.dest.inspect(folder, ids)).expect("a look");
        seen.iter().map(Option::is_some).collect()
    }

    pub(crate) fn locate(
        &self,
        folder: &DestFolderId,
        above: &Mark,
        items: &[Item],
    ) -> Vec<Option<DestItemId>> {
        let probes: Vec<Probe> = items
            .iter()
            .map(|item| Probe::new(item.kind, item.body.fingerprint(), item.body.crlf_len(), None))
            .collect();
        self.run(self.dest.locate(folder, Some(above), &probes, &Nobody)).expect("a search")
    }
}

/// A journal that owns nothing.
struct Nobody;

#[async_trait::async_trait]
impl Owned for Nobody {
    async fn owns(&self, ids: &[DestItemId]) -> Result<Vec<bool>> {
        Ok(vec![false; ids.len()])
    }
}

/// A message with a subject, without flags.
pub(crate) fn mail(subject: &str) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(format!("Subject: {subject}\r\n\r\n{subject}\r\n")))
}

pub(crate) fn mails(count: usize) -> Vec<Item> {
    (0..count).map(|number| mail(&format!("number {number}"))).collect()
}
