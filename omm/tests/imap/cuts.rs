//! The connection is cut at every byte of a small session, on either side: the run goes on or is resumed, and the end
//! is what it would have been.

use crate::{
    on_mock::{MockWorld, world},
    stories::text,
};
use omm_testkit::{
    imap::{Fault, MockImap, MockMessage},
    step_stop::{Account, Time},
};

fn filled() -> MockWorld {
    let world = world(MockImap::new(), MockImap::new());
    let account = world.source.account();
    account.add_folder("Work");
    for (folder, word) in [("INBOX", "one"), ("INBOX", "two"), ("Work", "three"), ("Work", "three")] {
        account.add(folder, MockMessage::new(text(word)).flag("\\Seen"));
    }
    world
}

/// Runs until it succeeds; a run that was cut may fail.
fn finish(world: &MockWorld, place: &str) {
    for _ in 0..3 {
        if world.clock.run(world.migration().run()).is_ok() {
            assert_eq!(world.source.contents(), world.destination.contents(), "{place}");
            return;
        }
    }
    panic!("{place}: three runs did not do it: {:?}", world.clock.run(world.migration().run()));
}

#[test]
fn at_every_byte() {
    let clean = filled();
    finish(&clean, "undisturbed");
    let full = std::env::var_os("OMM_FULL").is_some();
    let mut cuts = 0;
    for at_source in [true, false] {
        let server = |world: &MockWorld| {
            if at_source { world.source.server.clone() } else { world.destination.server.clone() }
        };
        let counters = server(&clean).counters();
        for (sent, bytes) in [(true, counters.bytes_sent), (false, counters.bytes_received)] {
            let step = if full { 1 } else { 7 };
            for at in (0..bytes).step_by(step) {
                let world = filled();
                let fault = if sent { Fault::close_after_sent(at) } else { Fault::close_after_received(at) };
                server(&world).add_fault(fault);
                finish(&world, &format!("source {at_source}, sent {sent}, byte {at}"));
                cuts += 1;
            }
        }
    }
    println!("{cuts} cuts");
    assert!(cuts > if full { 2_000 } else { 300 }, "a session has more bytes than {cuts}");
}
