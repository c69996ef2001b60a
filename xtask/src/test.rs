//! `cargo xtask test`: everything that must hold before a change is merged.

use crate::{
    deny, install, kill, memory, newcomer,
    run::{self, Outcome, Steps, cargo, must},
    tidy,
};
use anyhow::Result;

/// Crates that others embed: they must build wherever Rust does. Without the store, whose SQLite wants a C compiler
/// for the target.
const PORTABLE: [&str; 2] = ["omm-core", "omm-files"];
const MINIMUM_RUST: &str = "1.92";
/// Left out of the check for that: sqlx wants 1.94, and so do these crates, which say so in their manifests. Of the others none
/// depends on them unless its feature `postgres` is on.
const NEWER_RUST: [&str; 3] = ["omm-store-postgres", "omm-project-postgres", "omm-cli"];

pub(crate) fn test() -> Result<()> {
    let mut steps = Steps::new();
    steps.step("what this machine lacks", install::system);
    steps.step("room on the disk", install::room);
    steps.step("format", || with("rustfmt", &["fmt", "--all", "--check"]));
    steps.step("tidy", || tidy::report(&run::root()).map(|()| Outcome::Done));
    steps.step("lints", || {
        with("clippy", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
    });
    steps.step("tests", || must(&mut cargo(&["test", "--workspace", "--no-fail-fast"])));
    steps.step("documentation", || {
        must(cargo(&["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"))
    });
    deny::steps(&mut steps);
    steps.step("other targets", other_targets);
    steps.step(&format!("minimum Rust {MINIMUM_RUST}"), minimum_rust);
    steps.step("the README's first command, twice", newcomer::first_command);
    steps.step("10 kills in a migration of 2,000 messages", || {
        kill::kill(&run::omm_as_developed()?, 10, 2_000).map(|()| Outcome::Done)
    });
    steps.step("memory: 5,000 messages, then one of 100 MB", || {
        memory::memory(&run::omm_as_developed()?, 5_000, 100).map(|()| Outcome::Done)
    });
    steps.step("50,000 items in the memory account: memory, and time where nothing changed", || {
        memory::account_as_tested(50_000).map(|()| Outcome::Done)
    });
    steps.finish()
}

/// A cargo command that needs a component of the toolchain.
fn with(component: &str, arguments: &[&str]) -> Result<Outcome> {
    match install::component(component) {
        None => must(&mut cargo(arguments)),
        Some(reason) => Ok(Outcome::Skipped(reason)),
    }
}

fn other_targets() -> Result<Outcome> {
    let Ok((true, installed)) = run::heard(&mut run::command("rustup", &["target", "list", "--installed"]))
    else {
        return Ok(Outcome::Skipped("there is no rustup here".to_owned()));
    };
    let host = host()?;
    let targets: Vec<&str> =
        installed.lines().filter(|target| !target.is_empty() && *target != host).collect();
    if targets.is_empty() {
        return Ok(Outcome::Skipped(format!("rustup has no target but {host} (rustup target add …)")));
    }
    for target in targets {
        // Without this feature blake3 wants an assembler for the target.
        let mut arguments = vec!["check", "--quiet", "--target", target, "--features", "blake3/pure"];
        PORTABLE.iter().for_each(|package| arguments.extend(["-p", package]));
        must(&mut cargo(&arguments))?;
    }
    Ok(Outcome::Done)
}

fn minimum_rust() -> Result<Outcome> {
    let listed = run::heard(&mut run::command("rustup", &["toolchain", "list"]));
    if !listed.is_ok_and(|(good, list)| good && list.lines().any(|line| line.starts_with(MINIMUM_RUST))) {
        return Ok(Outcome::Skipped(format!(
            "toolchain {MINIMUM_RUST} is not installed (rustup toolchain install {MINIMUM_RUST})"
        )));
    }
    let directory = run::target_directory()?.join("minimum-rust");
    must(
        run::command("rustup", &["run", MINIMUM_RUST, "cargo", "check", "--workspace", "--quiet"])
            .args(NEWER_RUST.iter().flat_map(|package| ["--exclude", package]))
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO")
            .env("CARGO_TARGET_DIR", directory),
    )
}

fn host() -> Result<String> {
    let (_, text) = run::heard(&mut run::command("rustc", &["-vV"]))?;
    Ok(text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned())
}
