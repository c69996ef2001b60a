//! Words that must not be in the code of certain crates: the invariants stated as absences.

use super::sources::{SourceFile, Tree};
use anyhow::Result;

/// Crates that others embed and that do the work: no executor, no threads, no terminal of their own.
const LIBRARIES: [&str; 13] = [
    "omm-content",
    "omm-core",
    "omm-discover",
    "omm-mapi",
    "omm-net",
    "omm-files",
    "omm-imap",
    "omm-ews",
    "omm-pop",
    "omm-store",
    "omm-store-postgres",
    "omm-project",
    "omm-project-postgres",
];
const WAITLESS: [&str; 6] = ["omm-content", "omm-files", "omm-imap", "omm-ews", "omm-mapi", "omm-pop"];
const PROTOCOLS: [&str; 11] =
    ["imap", "ews", "pop3", "smtp", "exchange", "maildir", "mbox", "pst", "sqlite", "caldav", "jmap"];

/// Core knows no protocol and no server's file format. Comments may: they say why something is as it is.
pub(super) fn protocols_in_core(tree: &Tree) -> Result<Vec<String>> {
    Ok(lines(tree, &["omm-core"], |line| words(line).any(|word| PROTOCOLS.contains(&word.as_str()))))
}

/// Time comes from the host, so that a test can lend a virtual clock; randomness comes from nowhere.
pub(super) fn clocks_in_core(tree: &Tree) -> Result<Vec<String>> {
    let clocks = ["SystemTime::now", "Instant::now", "Utc::now", "Local::now", "rand::", "getrandom"];
    Ok(lines(tree, &["omm-core"], |line| clocks.iter().any(|clock| line.contains(clock))))
}

/// Connectors do not retry, so they have nothing to wait for; when to come back is said in the error.
pub(super) fn waits_in_connectors(tree: &Tree) -> Result<Vec<String>> {
    Ok(lines(tree, &WAITLESS, |line| line.contains("sleep(") || line.contains("fastrand")))
}

/// What follows from an error is decided in one table, so nothing else in the engine asks for advice.
pub(super) fn decisions_elsewhere(tree: &Tree) -> Result<Vec<String>> {
    let mut found = lines(tree, &["omm-core"], |line| line.contains("retry_advice()"));
    found.retain(|line| {
        line.starts_with("omm-core/src/engine/") && !line.starts_with("omm-core/src/engine/retry.rs")
    });
    Ok(found)
}

/// A run is one future.
pub(super) fn spawns(tree: &Tree) -> Result<Vec<String>> {
    Ok(lines(tree, &LIBRARIES, |line| line.contains("spawn(") || line.contains("spawn_blocking")))
}

/// What there is to say is an event, an error or the report.
pub(super) fn prints(tree: &Tree) -> Result<Vec<String>> {
    Ok(lines(tree, &LIBRARIES, |line| line.contains("println!(") || line.contains("eprint!(")))
}

/// A POP3 server deletes what it is told to delete, so that is a thing we cannot say.
pub(super) fn deletions_by_pop(tree: &Tree) -> Result<Vec<String>> {
    // Longer words begin so too: `"delegation"`.
    let is_it = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphabetic());
    Ok(lines(tree, &["omm-pop"], |line| line.to_ascii_uppercase().split("\"DELE").skip(1).any(is_it)))
}

fn lines(tree: &Tree, crates: &[&str], is_bad: impl Fn(&str) -> bool) -> Vec<String> {
    let complain = |file: &SourceFile| -> Vec<String> {
        let bad = file.code().filter(|(_, line)| is_bad(line));
        bad.map(|(at, line)| format!("{}:{at}: {}", file.path, line.trim())).collect()
    };
    crates.iter().flat_map(|krate| tree.shipped(krate)).flat_map(complain).collect()
}

/// The words of a line, lower-case; `SomeImapThing` and `some_imap_thing` have three each.
fn words(line: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in line.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric() {
            let mut word = words.pop().unwrap_or_default();
            word.push(letter.to_ascii_lowercase());
            words.push(word);
        }
        before = letter;
    }
    words.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_in_core_is_found_but_not_in_comments_and_other_words() {
        for (line, found) in [
            ("use imap_codec::Literal;", 1),
            ("struct OpenImapFolder;", 1),
            ("const PORT: &str = \"pop3\";", 1),
            ("// IMAP: UIDVALIDITY and UIDNEXT", 0),
            ("let views = news.pop_front();", 0),
            ("let views = heads.last();", 0),
        ] {
            let tree = Tree::of(&[("omm-core/src/lib.rs", line)]);
            assert_eq!(protocols_in_core(&tree).expect("no world touched").len(), found, "{line}");
        }
    }

    #[test]
    fn a_way_to_delete_is_found() {
        for (line, found) in [
            ("Self::bare(\"DELE\", Answer::Line)", 1),
            ("format!(\"dele {number}\")", 1),
            ("// \"DELE\"", 0),
            ("\"delegation\"", 0),
        ] {
            let tree = Tree::of(&[("omm-pop/src/proto/command.rs", line)]);
            assert_eq!(deletions_by_pop(&tree).expect("no world touched").len(), found, "{line}");
        }
    }

    #[test]
    fn code_in_tests_may_wait() {
        let text = "fn f() {}\n#[cfg(test)]\nmod tests { fn g() { sleep(1) } }\n";
        let tree =
            Tree::of(&[("omm-imap/src/a.rs", text), ("omm-imap/src/b.rs", "    runtime.sleep(pause)\n")]);
        let found = waits_in_connectors(&tree).expect("no world touched");
        assert_eq!(found, ["omm-imap/src/b.rs:1: runtime.sleep(pause)"]);
    }
}
