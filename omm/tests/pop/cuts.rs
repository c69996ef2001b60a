//! The connection is cut at every byte of a small session: the run goes on or is resumed, and the end is what it would
//! have been.

use crate::on_mock::{PopWorld, check, filled};
use omm_testkit::{
    pop::{Extension, Fault, MockPop, Quirk},
    step_stop::Time,
};

/// Runs until it succeeds; a run that was cut may fail.
fn finish(world: &PopWorld, place: &str) {
    for _ in 0..3 {
        if world.clock.run(world.migration().run()).is_ok() {
            return check(world, place);
        }
    }
    panic!("{place}: three runs did not do it: {:?}", world.clock.run(world.migration().run()));
}

#[test]
fn at_every_byte() {
    let full = std::env::var_os("OMM_FULL").is_some();
    let mut cuts = 0;
    for (kind, server) in [
        ("usual", (|| MockPop::new()) as fn() -> MockPop),
        ("plain", || MockPop::new().plain()),
        ("twins", || MockPop::new().quirk(Quirk::TwinUids)),
        ("new ids", || MockPop::new().without(Extension::Pipelining).quirk(Quirk::NewUidsEachSession)),
    ] {
        let clean = filled(server(), 4);
        finish(&clean, "undisturbed");
        let counters = clean.source.0.counters();
        for (sent, bytes) in [(true, counters.bytes_sent), (false, counters.bytes_received)] {
            for at in (0..bytes).step_by(if full { 1 } else { 7 }) {
                let world = filled(server(), 4);
                let fault = if sent { Fault::close_after_sent(at) } else { Fault::close_after_received(at) };
                world.source.0.add_fault(fault);
                finish(&world, &format!("{kind}, sent {sent}, byte {at}"));
                cuts += 1;
            }
        }
    }
    println!("{cuts} cuts");
    assert!(cuts > if full { 3_000 } else { 400 }, "a session has more bytes than {cuts}");
}
