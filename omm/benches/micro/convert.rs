//! vCard and iCalendar: read, and turned into items of Exchange.

use crate::bench::{Host, USER, WORD, account};
use divan::{Bencher, counter::ItemsCount};
use omm_testkit::{
    ews::MockEws,
    mailbox::{MailboxItem, contact, event},
};
use std::fs;
use tempfile::TempDir;

const ITEMS: u64 = 200;

/// A file of cards, or one of events.
fn written(name: &str, make: impl Fn(u64) -> MailboxItem) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = Vec::new();
    (0..ITEMS).for_each(|index| text.extend_from_slice(&make(index).bytes));
    fs::write(dir.path().join(name), text).expect("a file");
    dir
}

fn file(kind: &str) -> (TempDir, String) {
    let (name, dir) = match kind {
        "cards" => ("all.vcf", written("all.vcf", |index| contact(index, 0))),
        _ => ("all.ics", written("all.ics", |index| event(index, 0))),
    };
    let path = dir.path().join(name).to_string_lossy().into_owned();
    (dir, path)
}

/// A file is taken apart into items.
#[divan::bench(args = ["cards", "events"])]
fn take_apart(bencher: Bencher<'_, '_>, kind: &str) {
    let (host, (_dir, path)) = (Host::new(), file(kind));
    let source = host.source(&account("files", path));
    bencher.counter(ItemsCount::new(ITEMS)).bench_local(|| assert!(host.read(&*source) > 0));
}

/// A file becomes items of Exchange, on a mock server that reads what it is told.
#[divan::bench(args = ["cards", "events"], sample_count = 10)]
fn to_exchange(bencher: Bencher<'_, '_>, kind: &str) {
    let (_dir, path) = file(kind);
    let world = || {
        let host = Host::new();
        host.clock.listen("mail.example", 80, MockEws::new().user(USER, WORD));
        let source = host.source(&account("files", path.clone()));
        let destination = host.destination(&account("ews", "http://mail.example/EWS/Exchange.asmx"));
        (host, source, destination)
    };
    bencher.counter(ItemsCount::new(ITEMS)).with_inputs(world).bench_local_values(
        |(host, source, destination)| {
            assert_eq!(host.migrate(source, destination).totals.copied, ITEMS);
        },
    );
}
