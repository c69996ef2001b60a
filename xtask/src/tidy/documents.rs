//! What the documents say is what the code does.

use super::sources::Tree;
use anyhow::{Context, Result};

const QUICKSTART: &str = "examples/quickstart/src/main.rs";

/// The README's embedding example is the example that CI builds, from its first `use` on.
pub(super) fn quickstart_in_readme(tree: &Tree) -> Result<Vec<String>> {
    let readme = &tree.find("README.md").context("there is no README.md")?.text;
    let example = &tree.find(QUICKSTART).with_context(|| format!("there is no {QUICKSTART}"))?.text;
    let code: Vec<&str> = example.lines().skip_while(|line| !line.starts_with("use ")).collect();
    let shown = format!("```rust\n{}\n```", code.join("\n"));
    let is_shown = code.len() > 5 && readme.contains(&shown);
    Ok(if is_shown { vec![] } else { vec![format!("README.md does not show {QUICKSTART} as it is")] })
}

/// A line of "Invariants" in ARCHITECTURE.md ends with the test that holds it, between backquotes and brackets.
pub(super) fn invariants_without_test(tree: &Tree) -> Result<Vec<String>> {
    let text = &tree.find("ARCHITECTURE.md").context("there is no ARCHITECTURE.md")?.text;
    let section = text.lines().skip_while(|line| *line != "## Invariants").skip(1);
    let lines = section.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("- "));
    let mut complaints: Vec<String> = Vec::new();
    let mut invariants = 0;
    for line in lines {
        invariants += 1;
        match test_named_in(line) {
            None => complaints.push(format!("ARCHITECTURE.md names no test: {line}")),
            Some(test) if !is_test(tree, test) => {
                complaints.push(format!("ARCHITECTURE.md names a test that is not there: {test}"));
            }
            Some(_) => {}
        }
    }
    if invariants == 0 {
        complaints.push("ARCHITECTURE.md has no invariants".to_owned());
    }
    Ok(complaints)
}

/// `(`xtask::tidy::core_names_no_protocol`)` → `core_names_no_protocol`.
fn test_named_in(line: &str) -> Option<&str> {
    let named = line.trim_end().strip_suffix("`)")?;
    let (_, path) = named.rsplit_once("(`")?;
    path.rsplit("::").next()
}

/// A function with this name, or a row of the `clean!` table of [`super`].
fn is_test(tree: &Tree, name: &str) -> bool {
    let (function, row) = (format!("fn {name}("), format!("{name} => "));
    tree.rust().any(|file| file.text.contains(&function) || file.text.contains(&row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invariant_must_name_a_test_that_is_there() {
        for (line, complaints) in [
            ("- Core names no protocol. (`core::tests::no_protocol`)", 0),
            ("- Core names no protocol. (`core::tests::gone`)", 1),
            ("- Core names no protocol.", 1),
            ("Prose.", 1),
        ] {
            let document = format!("# A\n## Invariants\n\n{line}\n\n## After\n- not one\n");
            let tree = Tree::of(&[("ARCHITECTURE.md", &document), ("a.rs", "#[test]\nfn no_protocol() {}")]);
            assert_eq!(invariants_without_test(&tree).expect("it is there").len(), complaints, "{line}");
        }
    }

    #[test]
    fn a_readme_that_went_stale_is_found() {
        let code = "//! Doc.\n\nuse omm::A;\n1\n2\n3\n4\n5\n";
        let stale = |readme: &str| {
            let tree = Tree::of(&[("README.md", readme), (QUICKSTART, code)]);
            quickstart_in_readme(&tree).expect("both are there").len()
        };
        assert_eq!(stale("```rust\nuse omm::A;\n1\n2\n3\n4\n5\n```\n"), 0);
        assert_eq!(stale("```rust\nuse omm::A;\n1\n2\n4\n5\n```\n"), 1);
    }
}
