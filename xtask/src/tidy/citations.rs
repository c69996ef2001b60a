//! Standards are cited at the line that obeys them; `rfc/index.md` lists every one of them.

use super::sources::Tree;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

const INDEX: &str = "rfc/index.md";

pub(super) fn unlisted(tree: &Tree) -> Result<Vec<String>> {
    let index = tree.find(INDEX).with_context(|| format!("there is no {INDEX}"))?;
    let listed = cited(&index.text);
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let unlisted = cited(&file.text).into_iter().filter(|document| !listed.contains(document));
        complaints.extend(unlisted.map(|document| format!("{}: {document} is not in {INDEX}", file.path)));
    }
    Ok(complaints)
}

/// Every request for comments, by its number, and every Microsoft document, by its name in brackets.
fn cited(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("RFC ") {
        let number: String = text[at + 4..].chars().take_while(char::is_ascii_digit).collect();
        if number.len() >= 2 {
            found.insert(format!("RFC {number}"));
        }
    }
    for (at, _) in text.match_indices("[MS-") {
        let name = text[at + 4..].split(']').next().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            found.insert(text[at..=at + 4 + name.len()].to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlisted_document_is_found() {
        // Put together here, so that this file cites nothing.
        let (rfc, ms) = (["RF", "C 3501 §6.4.5"].concat(), ["[MS", "-PST] §2.2"].concat());
        let code = format!("// {rfc}\n// {ms}\n");
        let files =
            |index: &str| unlisted(&Tree::of(&[("a.rs", &code), (INDEX, index)])).expect("an index").len();
        assert_eq!(files(""), 2);
        assert_eq!(files(&rfc), 1);
        assert_eq!(files(&format!("{rfc} {ms}")), 0);
    }
}
