//! What lies below the core and the stores, by cargo's own account.

use super::sources::Tree;
use crate::run::{cargo, heard};
use anyhow::{Result, bail};

/// No library that others embed may bring a runtime along; the host lends one.
const WITHOUT_RUNTIME: [&str; 2] = ["omm-core", "omm-store"];
const RUNTIMES: [&str; 5] = ["tokio", "async-std", "smol", "async-io", "mio"];

pub(super) fn runtimes(_: &Tree) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for package in WITHOUT_RUNTIME {
        let mut tree = cargo(&["tree", "--quiet", "-p", package, "-e", "normal", "--prefix", "none"]);
        let (good, text) = heard(&mut tree)?;
        if !good || !text.starts_with(package) {
            bail!("cargo tree -p {package} failed: {text}");
        }
        let below = text.lines().filter_map(|line| line.split_whitespace().next());
        let found = below.filter(|name| RUNTIMES.contains(name));
        complaints.extend(found.map(|runtime| format!("{package} has {runtime} below it")));
    }
    complaints.sort();
    complaints.dedup();
    Ok(complaints)
}
