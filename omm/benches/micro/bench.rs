//! What all measurements stand on: virtual time, accounts in it, and a source that is read to its end.

use futures::StreamExt;
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Env, Error, Migration, Report, Secret, Tls,
    core::{
        host::BoxFuture,
        journal::Journal,
        model::{Intake, SourceItemId},
        seam::{Change, ChangePage, Destination, Source},
    },
};
use omm_testkit::{journal::MemoryJournal, sim::SimRuntime};
use std::sync::Arc;

pub(crate) const USER: &str = "anna@example.com";
pub(crate) const WORD: &str = "geheim";

/// A host in virtual time.
pub(crate) struct Host {
    pub(crate) clock: SimRuntime,
    pub(crate) env: Env,
}

impl Host {
    pub(crate) fn new() -> Self {
        let clock = SimRuntime::new();
        let mut env = Env::new(clock.shared());
        env.credentials = Arc::new(OneWord);
        Self { clock, env }
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        omm_testkit::sim::run(&self.clock, future)
    }

    pub(crate) fn source(&self, spec: &AccountSpec) -> Arc<dyn Source> {
        self.run(omm::registry().source(spec, &self.env)).expect("a source")
    }

    pub(crate) fn destination(&self, spec: &AccountSpec) -> Arc<dyn Destination> {
        self.run(omm::registry().destination(spec, &self.env)).expect("a destination")
    }

    /// A whole run with a journal that lasts no longer.
    pub(crate) fn migrate(&self, source: Arc<dyn Source>, destination: Arc<dyn Destination>) -> Report {
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
        let migration = Migration::new(source, destination, journal, self.env.clone());
        let report = self.run(migration.run()).expect("a run");
        assert_eq!(report.totals.failed, 0, "{report}");
        report
    }

    /// Lists all folders.
    pub(crate) fn list(&self, source: &dyn Source) -> usize {
        self.run(async {
            let mut items = 0;
            for folder in source.folders().await.expect("folders") {
                let mut since = None;
                loop {
                    let page = source.changes(&folder.id, since.as_ref()).await.expect("a page");
                    items += page.changes.len();
                    if !page.more {
                        break;
                    }
                    since = Some(page.next);
                }
            }
            items
        })
    }

    /// Reads every body, and keeps none.
    pub(crate) fn read(&self, source: &dyn Source) -> u64 {
        let intake = Intake::measuring(&self.env);
        self.run(async {
            let mut bytes = 0;
            for folder in source.folders().await.expect("folders") {
                let page = source.changes(&folder.id, None).await.expect("a page");
                let ids = ids(&page);
                let mut bodies = source.fetch(&folder.id, &ids, &intake);
                while let Some(fetched) = bodies.next().await {
                    bytes += fetched.item.expect("an item").body.len();
                }
            }
            bytes
        })
    }
}

/// An account of this type, with the login and the word of all accounts here.
pub(crate) fn account(server_type: &str, server: impl Into<String>) -> AccountSpec {
    let mut spec = AccountSpec::new(server_type, server);
    spec.login = USER.to_owned();
    spec.credentials = CredentialRef::Named(WORD.to_owned());
    spec.tls = Tls::Off;
    spec
}

fn ids(page: &ChangePage) -> Vec<SourceItemId> {
    let present = page.changes.iter().filter_map(|change| match change {
        Change::Present(meta) => Some(meta.id.clone()),
        _ => None,
    });
    present.collect()
}

#[derive(Debug)]
struct OneWord;

impl CredentialProvider for OneWord {
    fn secret<'a>(
        &'a self,
        _: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret, Error>> {
        Box::pin(std::future::ready(Ok(Secret::new(WORD.to_owned()))))
    }
}
