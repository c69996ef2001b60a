//! Stories that are played on the mock and on a real server alike.

use omm_testkit::step_stop::{Account, Scenario, Time, step_stop, step_stop_twice};

/// Plays a story with every `stride`-th cut; with `OMM_FULL=1` with every one, and all of them twice.
pub(crate) fn check<S: Account, D: Account, T: Time>(stride: u64, scenario: &Scenario<S, D, T>) {
    let full = std::env::var_os("OMM_FULL").is_some();
    let cuts = step_stop(scenario, if full { 1 } else { stride });
    println!("{scenario:?}: {} steps, {} cuts", cuts.steps, cuts.cuts);
    if full {
        let twice = step_stop_twice(scenario, stride, 2);
        println!("{scenario:?}: cut twice, {} cuts", twice.cuts);
    }
    assert!(cuts.cuts > 0, "nothing was cut");
}

/// A message of its own, with a word in it to be known by.
pub(crate) fn text(word: &str) -> String {
    format!(
        "From: a@example.org\r\nSubject: {word}\r\nMessage-ID: <{word}@example.org>\r\n\r\nabout {word}\r\n"
    )
}
