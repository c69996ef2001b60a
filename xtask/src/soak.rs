//! `cargo xtask soak`: the promises of `test` with full counts.

use crate::{
    kill, memory, planted,
    run::{self, Outcome, Steps, cargo, must},
};
use anyhow::Result;

pub(crate) fn soak() -> Result<()> {
    let mut steps = Steps::new();
    steps.step("tests with full counts (OMM_FULL=1)", || {
        must(cargo(&["test", "--workspace"]).env("OMM_FULL", "1"))
    });
    steps.step("100 kills in a migration of 20,000 messages", || {
        kill::kill(&run::omm()?, 100, 20_000).map(|()| Outcome::Done)
    });
    steps.step("memory: 100,000 messages, then one of 300 MB", || {
        memory::memory(&run::omm()?, 100_000, 300).map(|()| Outcome::Done)
    });
    steps.step("1,000,000 items in the memory account: memory, and time where nothing changed", || {
        memory::account(1_000_000).map(|()| Outcome::Done)
    });
    steps.step("planted bugs", || planted::planted("").map(|()| Outcome::Done));
    steps.finish()
}
