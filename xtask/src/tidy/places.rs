//! Nothing in the tree may point at the machine it was written on.

use super::sources::Tree;
use anyhow::Result;

/// Cut in two, so that this file is clean.
const PLACES: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("replace", "-with"), concat!("[regis", "tries")];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn places(tree: &Tree) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for file in &tree.files {
        for (at, line) in file.text.lines().enumerate() {
            if is_foreign(line) || (file.path.ends_with("Cargo.lock") && is_other_registry(line)) {
                complaints.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    Ok(complaints)
}

fn is_foreign(line: &str) -> bool {
    // `network/` and the like are words, not places: only a path that starts there counts.
    PLACES.iter().any(|place| {
        line.match_indices(place).any(|(at, _)| {
            !line[..at].ends_with(|before: char| before.is_alphanumeric() || ".-_}>)".contains(before))
        })
    })
}

fn is_other_registry(line: &str) -> bool {
    line.strip_prefix("source = ").is_some_and(|source| source.trim_matches('"') != REGISTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine_and_other_registries_are_found() {
        let home = concat!("let here = \"/wo", "rk/main\";");
        let mirror = "source = \"registry+https://mirror.example/index\"";
        let good = format!("source = \"{REGISTRY}\"");
        let files =
            [("a.rs", home), ("Cargo.lock", mirror), ("b/Cargo.lock", good.as_str()), ("c", "net/wo rk/")];
        assert_eq!(places(&Tree::of(&files)).expect("no world touched").len(), 2);
    }
}
