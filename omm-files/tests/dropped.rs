//! Writes whose future was dropped: the blocking work may still run, but must store nothing any more.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::{DateTime, Utc};
use futures::{FutureExt, executor::block_on};
use omm_core::{
    host::{BoxFuture, Connection, Env, Fence, Runtime, Wire},
    model::{DestItemId, FlagDelta, Flags, ItemKind},
    seam::{Connector, Deletion, Expected, FlagChange, Wanted},
};
use omm_files::DirConnector;
use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};
use support::*;

type Work = Box<dyn FnOnce() + Send>;

/// Keeps blocking work until it is told to do it.
#[derive(Default)]
struct Late(Mutex<Vec<Work>>);

impl Late {
    fn work(&self) {
        let works = std::mem::take(&mut *self.0.lock().unwrap());
        works.into_iter().for_each(|work| work());
    }
}

impl Runtime for Late {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
    fn start_blocking(&self, work: Work) {
        self.0.lock().unwrap().push(work);
    }
    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        Box::pin(std::future::ready(Err(std::io::ErrorKind::Unsupported.into())))
    }
}

#[test]
fn late_work_of_a_dropped_future_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let now = destination(dir.path());
    let folder = block_on(now.ensure_folder(Wanted::new(path("INBOX"), ItemKind::Mail))).unwrap().id;
    let item = mail("A: 1\n");
    let id: DestItemId =
        block_on(now.append(&folder, std::slice::from_ref(&item))).unwrap().remove(0).unwrap().id;
    let files = || {
        let entries = fs::read_dir(dir.path().join("INBOX/cur")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>()
    };
    let before = files();

    let runtime = Arc::new(Late::default());
    let mut opening = Box::pin({
        let env = Env::new(Arc::clone(&runtime) as Arc<dyn Runtime>);
        let spec = spec("dir", dir.path());
        async move { DirConnector.destination(&spec, &env).await.unwrap().unwrap() }
    });
    let to = loop {
        match opening.as_mut().now_or_never() {
            Some(opened) => break opened,
            None => runtime.work(),
        }
    };
    let expected = Expected::new(Some(item.body.fingerprint().body), item.body.len(), Flags::none());
    let deletions = [Deletion { id: id.clone(), expected: expected.clone() }];
    let delta = FlagDelta { add: Flags::parse("\\Seen"), remove: Flags::none() };
    let changes = [FlagChange::new(id.clone(), delta)];
    // Polled once, so that the work is begun, then dropped.
    assert!(to.append(&folder, std::slice::from_ref(&item)).now_or_never().is_none());
    assert!(to.replace(&folder, &id, &mail("A: 2\n"), &expected).now_or_never().is_none());
    assert!(to.delete(&folder, &deletions).now_or_never().is_none());
    assert!(to.set_flags(&folder, &changes).now_or_never().is_none());
    runtime.work();
    assert_eq!(files(), before);
    assert!(fs::read_dir(dir.path().join("INBOX/tmp")).unwrap().next().is_none());
}

// Would catch: a worker that was held up for longer than its lease, wakes up, and puts files where another one works by now.
#[test]
fn behind_a_fence_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let fence = Fence::at(Duration::from_secs(9));
    let mut env = env();
    env.runtime = Arc::new(Wire::over(env.runtime).fenced(fence.clone()));
    let to = block_on(DirConnector.destination(&spec("dir", dir.path()), &env)).unwrap().unwrap();
    let folder = block_on(to.ensure_folder(Wanted::new(path("INBOX"), ItemKind::Mail))).unwrap().id;
    let append = |text: &str| block_on(to.append(&folder, &[mail(text)]));
    append("A: 1\n").unwrap().remove(0).unwrap();
    let files = || fs::read_dir(dir.path().join("INBOX/cur")).unwrap().count();
    assert_eq!(files(), 1);
    fence.end();
    let error = append("A: 2\n").unwrap_err();
    assert!(error.to_string().contains("is over"), "{error}");
    assert_eq!(files(), 1);
    assert!(block_on(to.ensure_folder(Wanted::new(path("Other"), ItemKind::Mail))).is_err());
    assert!(!dir.path().join("Other").exists());
}
