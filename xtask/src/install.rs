//! What a fresh machine lacks: installed where that is ours to do, otherwise named.

use crate::run::{self, Outcome, must};
use anyhow::Result;

/// Debian packages that tests need. None yet: nothing but the toolchain and a linker.
const PACKAGES: [&str; 0] = [];

/// Installs the packages that are missing.
pub(crate) fn system() -> Result<Outcome> {
    let missing: Vec<&str> = PACKAGES.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        println!("  nothing: every Debian package that the tests need is there ({} needed)", PACKAGES.len());
        return Ok(Outcome::Done);
    }
    let missing_text = missing.join(" ");
    if !is_root() {
        return Ok(Outcome::Skipped(format!("not root; please run: apt-get install {missing_text}")));
    }
    println!("  installing {missing_text}");
    must(&mut run::command("apt-get", &["update", "--quiet"]))?;
    let arguments: Vec<&str> =
        ["install", "--yes", "--quiet", "--no-install-recommends"].into_iter().chain(missing).collect();
    must(run::command("apt-get", &arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Sees to it that a component of the toolchain is there; otherwise why not.
pub(crate) fn component(name: &str) -> Option<String> {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    let is_there = || run::heard(&mut run::cargo(&[subcommand, "--version"])).is_ok_and(|(good, _)| good);
    if is_there() {
        return None;
    }
    println!("  {name} is missing; asking rustup for it");
    let _ = must(&mut run::command("rustup", &["component", "add", name]));
    (!is_there()).then(|| format!("{name} is missing (rustup component add {name})"))
}

fn is_installed(package: &str) -> bool {
    let query = run::heard(&mut run::command("dpkg-query", &["--show", "--showformat=${Status}", package]));
    query.is_ok_and(|(good, status)| good && status.contains("install ok installed"))
}

fn is_root() -> bool {
    run::heard(&mut run::command("id", &["-u"])).is_ok_and(|(_, id)| id.trim() == "0")
}
