//! A data file of Outlook: walked, and its messages composed.

use crate::bench::{Host, account};
use divan::{Bencher, counter::BytesCount};
use omm_testkit::pst::{Format, PstBuilder, filled};
use std::{fs::File, path::Path};
use tempfile::TempDir;

const BYTES: u64 = 8 << 20;

fn written() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let file = File::create(dir.path().join("old.pst")).expect("a file");
    let mut pst = PstBuilder::new(Format::Unicode).start(file).expect("a beginning");
    filled::bulk(&mut pst, BYTES).expect("messages");
    pst.finish().expect("an end");
    dir
}

fn place(dir: &Path) -> String {
    dir.join("old.pst").to_string_lossy().into_owned()
}

/// Folders and their tables.
#[divan::bench]
fn walk(bencher: Bencher<'_, '_>) {
    let (host, dir) = (Host::new(), written());
    let source = host.source(&account("files", place(dir.path())));
    bencher.bench_local(|| assert!(host.list(&*source) > 0));
}

/// Everything of every item.
#[divan::bench(sample_count = 20)]
fn read(bencher: Bencher<'_, '_>) {
    let (host, dir) = (Host::new(), written());
    let source = host.source(&account("files", place(dir.path())));
    bencher.counter(BytesCount::new(BYTES)).bench_local(|| assert!(host.read(&*source) > 0));
}
