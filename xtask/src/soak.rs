//! `cargo xtask soak`: the promises of `test` with full counts.

use crate::{
    fuzz, kill, memory, panel, planted,
    run::{self, Outcome, Steps, cargo, must},
};
use anyhow::Result;

/// Tests that kill `omm`, and where it migrates then.
const KILLED: [(&str, &str); 2] = [
    ("kills::mail", "between two mail servers"),
    ("kills::pop", "from POP3 to a mail server and to a folder"),
];

/// Tests of `omm` on real mail servers, one after the other.
fn on_servers(tests: &str, wanted: &[(&str, &str)], messages: &str) -> Result<Outcome> {
    of_program("imap", tests, wanted, messages)
}

/// Tests of `omm` on an Exchange of ours, one after the other.
fn on_exchange(tests: &str, wanted: &[(&str, &str)], items: &str) -> Result<Outcome> {
    of_program("exchange", tests, wanted, items)
}

fn of_program(file: &str, tests: &str, wanted: &[(&str, &str)], messages: &str) -> Result<Outcome> {
    let mut cargo = cargo(&["test", "--release", "-p", "omm-cli", "--test", file, tests]);
    cargo.args(["--", "--nocapture", "--test-threads=1"]).envs(wanted.iter().copied());
    must(cargo.env("OMM_MESSAGES", messages))
}

/// Connections cut at so many places of migrations of 2,000 messages; `OMM_SEED` chooses others.
fn cuts(server: &str, cuts: &str) -> Result<Outcome> {
    let tests = format!("many_cuts_on_{server}");
    let mut cargo = cargo(&["test", "--release", "-p", "omm", "--test", "imap", &tests, "--", "--nocapture"]);
    must(cargo.env("OMM_MESSAGES", "2000").env("OMM_CUTS", cuts))
}

/// A project of a hundred thousand migrations; what it says is worth reading.
fn of_projects(example: &str, more: &[&str]) -> Result<Outcome> {
    let example = ["run", "--release", "--quiet", "-p", "omm-project", "--example", example, "--", "100000"];
    must(cargo(&example).args(more))
}

/// Whether ready-made queues still cannot do what ours does.
pub(crate) fn queues() -> Result<Outcome> {
    must(&mut cargo(&["test", "--manifest-path", "omm-project-postgres/queues/Cargo.toml"]))
}

pub(crate) fn soak() -> Result<()> {
    let mut steps = Steps::new();
    steps.step("tests with full counts (OMM_FULL=1)", || {
        must(cargo(&["test", "--workspace"]).env("OMM_FULL", "1"))
    });
    steps.step("100 kills in a migration of 20,000 messages", || {
        kill::kill(&run::omm()?, 100, 20_000).map(|()| Outcome::Done)
    });
    for (tests, places) in KILLED {
        for far in ["0", "20"] {
            let name = format!("100 kills {places}, 20,000 messages, {far} ms away");
            steps.step(&name, || on_servers(tests, &[("OMM_KILLS", "100"), ("OMM_RTT_MS", far)], "20000"));
        }
    }
    steps.step("10 kills in a project of 200 migrations between users of a mail server", || {
        on_servers("projects", &[("OMM_PROJECT", "200"), ("OMM_KILLS", "10")], "40")
    });
    steps.step("100 kills in each migration of 3,000 items into Exchange and out of it", || {
        on_exchange("kills", &[("OMM_KILLS", "100")], "3000")
    });
    steps.step(
        "300 migrations by three workers on one PostgreSQL, killed and stopped; 1, 2 and 4 workers",
        || {
            let mut cargo = cargo(&["test", "--release", "-p", "omm-cli", "--test", "workers", "--"]);
            cargo.args(["--include-ignored", "--nocapture", "--test-threads=1"]);
            must(cargo.env("OMM_FULL", "1"))
        },
    );
    steps.step("ready-made queues on PostgreSQL", queues);
    for (example, more) in [("import", &["xlsx"][..]), ("simulate", &[])] {
        let name = format!("a project of 100,000 migrations: {example}");
        steps.step(&name, || of_projects(example, more));
    }
    steps.step("a project of 100,000 migrations in the panel, watched by 200 browsers", || {
        panel::bench(100_000, 200)
    });
    for (server, count) in [("mock", "400"), ("dovecot", "200")] {
        let name = format!("{count} cut connections, twice, in migrations of 2,000 messages: {server}");
        steps.step(&name, || cuts(server, count));
    }
    for (target, seeds) in &fuzz::TARGETS {
        steps.step(&format!("fuzzing, 30 minutes: {target}"), || fuzz::fuzz(target, seeds));
    }
    steps.step("memory: 100,000 messages, then one of 300 MB", || {
        memory::memory(&run::omm()?, 100_000, 300).map(|()| Outcome::Done)
    });
    steps.step("memory: a maildrop of 100,000 messages to a mail server and to a folder", || {
        on_servers("pop_memory", &[], "100000")
    });
    steps.step("memory and requests: 10,000 items into Exchange and out of it, 50 MB among them", || {
        on_exchange("memory", &[("OMM_MEGABYTES", "50")], "10000")
    });
    steps.step("memory: appointments, contacts, tasks and notes with files of 50 MB", || {
        on_exchange("heavy", &[("OMM_MEGABYTES", "50")], "10000")
    });
    steps.step("1,000,000 items in the memory account: memory, and time where nothing changed", || {
        memory::account(1_000_000).map(|()| Outcome::Done)
    });
    steps.step("planted bugs", || planted::planted("").map(|()| Outcome::Done));
    steps.finish()
}
