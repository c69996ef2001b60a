//! IMAP: what servers say is read, and messages go from one server to another.

use crate::bench::{Host, USER, WORD, account};
use divan::{Bencher, counter::ItemsCount};
use omm_testkit::{
    imap::{Extension, MockImap, MockMessage},
    mailbox::message,
};

const MESSAGES: u64 = 1000;

/// A server in virtual time that holds so many messages.
fn serve(host: &Host, name: &str, messages: u64) {
    let server = MockImap::new().user(USER, WORD).without(Extension::AuthScramSha256);
    for index in 0..messages {
        server.account(USER).add("INBOX", MockMessage::new(message(1, index).bytes));
    }
    host.clock.listen(name, 143, server);
}

/// Decoding: FETCH responses of metadata.
#[divan::bench]
fn list(bencher: Bencher<'_, '_>) {
    let host = Host::new();
    serve(&host, "old.example", MESSAGES);
    let source = host.source(&account("imap", "old.example"));
    let list = || assert_eq!(host.list(&*source) as u64, MESSAGES);
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(list);
}

/// Decoding: literals, which are hashed as they come.
#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let host = Host::new();
    serve(&host, "old.example", MESSAGES);
    let source = host.source(&account("imap", "old.example"));
    bencher.counter(ItemsCount::new(MESSAGES)).bench_local(|| assert!(host.read(&*source) > 0));
}

/// Fetch, journal in memory, append, look.
#[divan::bench(sample_count = 20)]
fn copy(bencher: Bencher<'_, '_>) {
    let world = || {
        let host = Host::new();
        serve(&host, "old.example", MESSAGES);
        serve(&host, "new.example", 0);
        let source = host.source(&account("imap", "old.example"));
        let destination = host.destination(&account("imap", "new.example"));
        (host, source, destination)
    };
    bencher.counter(ItemsCount::new(MESSAGES)).with_inputs(world).bench_local_values(
        |(host, source, destination)| {
            assert_eq!(host.migrate(source, destination).totals.copied, MESSAGES);
        },
    );
}
