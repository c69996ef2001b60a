//! A run is one future: whoever polls it, it ends, and the copies are the same.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

use futures::executor::block_on;
use omm::{
    Error, Known, Listener, Omm, Options, PortableRuntime, Report, Runtime, Stop, TokioRuntime, address,
};
use std::{
    collections::BTreeSet,
    fs,
    future::poll_fn,
    path::{Path, PathBuf},
    pin::pin,
    task::Poll,
};

const MESSAGES: usize = 40;

fn body(number: usize) -> String {
    format!("Message-ID: <{number}@example.org>\r\nSubject: {number}\r\n\r\n{}\r\n", "x".repeat(number * 37))
}

fn maildir(at: &Path) {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(at.join(part)).unwrap();
    }
    for number in 0..MESSAGES {
        fs::write(at.join(format!("cur/1700000000.{number}.host:2,S")), body(number)).unwrap();
    }
}

/// Migrates twice, on the lent runtime, whatever executor polls this.
async fn twice(runtime: impl Runtime + 'static, dir: PathBuf) -> Result<[Report; 2], Error> {
    let source = address::parse(dir.join("mail").to_str().unwrap())?;
    let destination = address::parse(&format!("dir:{}", dir.join("copies").display()))?;
    let omm = Omm::builder(runtime).state_dir(dir.join("state")).memory_limit(1 << 20).open().await?;
    let first = omm.migrate(&source, &destination, Options::default(), Known::Continue).await?;
    let id = first.id().to_owned();
    let copied = first.run(Listener::none(), Stop::new()).await?;
    first.close().await?;
    let second = omm.resume(&id).await?;
    let unchanged = second.run(Listener::none(), Stop::new()).await?;
    second.close().await?;
    assert_eq!(omm.status(&id).await?.report.totals.found, MESSAGES as u64);
    Ok([copied, unchanged])
}

fn check(drive: impl FnOnce(PathBuf) -> Result<[Report; 2], Error>) {
    let dir = tempfile::tempdir().unwrap();
    maildir(&dir.path().join("mail"));
    let [copied, unchanged] = drive(dir.path().to_owned()).unwrap();
    assert_eq!(copied.totals.copied, MESSAGES as u64, "{copied}");
    assert_eq!(copied.grade, omm::Grade::A, "{copied}");
    assert_eq!((unchanged.totals.copied, unchanged.totals.failed), (0, 0), "{unchanged}");
    check_copies(dir.path());
}

fn check_copies(dir: &Path) {
    let mut found = BTreeSet::new();
    bodies(&dir.join("copies"), &mut found);
    assert_eq!(found, (0..MESSAGES).map(body).collect());
}

fn bodies(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bodies(&path, found);
        } else if path.parent().is_some_and(|parent| parent.ends_with("cur") || parent.ends_with("new")) {
            assert!(found.insert(fs::read_to_string(path).unwrap()), "one body is there twice");
        }
    }
}

#[test]
fn block_on_drives_a_run() {
    check(|dir| block_on(twice(PortableRuntime::new(), dir)));
}

#[test]
fn smol_drives_a_run() {
    check(|dir| smol::block_on(smol::spawn(twice(PortableRuntime::new(), dir))));
}

#[test]
fn tokio_drives_a_run() {
    for mut builder in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        let tokio = builder.enable_all().build().unwrap();
        check(|dir| {
            let run = twice(TokioRuntime::new(tokio.handle().clone()), dir);
            tokio.block_on(tokio.spawn(run)).unwrap()
        });
    }
}

/// The lent runtime need not be the one that polls.
#[test]
fn block_on_drives_a_run_that_borrows_tokio() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    check(|dir| block_on(twice(TokioRuntime::new(tokio.handle().clone()), dir)));
}

/// Dropped at any moment, the next run goes on and nothing is there twice.
#[test]
fn a_dropped_run_is_gone_on_with() {
    for polls in [1, 3, 10, 30, 100] {
        let dir = tempfile::tempdir().unwrap();
        maildir(&dir.path().join("mail"));
        block_on(dropped_after(polls, twice(PortableRuntime::new(), dir.path().to_owned())));
        let [_, last] = block_on(twice(PortableRuntime::new(), dir.path().to_owned())).unwrap();
        assert_eq!(last.totals.already_there, MESSAGES as u64, "{last}");
        check_copies(dir.path());
    }
}

async fn dropped_after<T>(mut polls: usize, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    poll_fn(|context| {
        polls -= 1;
        match future.as_mut().poll(context) {
            Poll::Pending if polls > 0 => Poll::Pending,
            _ => Poll::Ready(()),
        }
    })
    .await;
}
