//! Parameters: vCard 2.1 has bare words, whose meaning is told by the word.

use super::To;
use crate::{line::Line, read::old::Old};

/// Nothing is of more kinds than these.
const MOST: usize = 100;

/// A line with the parameters of the new version and no value yet.
pub(super) fn line(old: &Old, name: &str, to: To) -> Line {
    with(old, name, &kinds(old), to)
}

/// Likewise, with these kinds.
pub(super) fn with(old: &Old, name: &str, kinds: &[String], to: To) -> Line {
    let full = if old.group.is_empty() { name.to_owned() } else { format!("{}.{name}", old.group) };
    let is_preferred = kinds.iter().any(|kind| kind == "pref");
    let kinds = kinds.iter().map(String::as_str).filter(|kind| to.vcard_3 || *kind != "pref");
    let mut line = Line::new(&full).params("TYPE", kinds);
    // RFC 6350 §5.3.
    if is_preferred && !to.vcard_3 {
        line = line.param("PREF", "1");
    }
    for (param, value) in &old.params {
        if !matches!(param.as_str(), "" | "TYPE" | "ENCODING" | "VALUE") {
            line = line.param(param, value);
        }
    }
    line
}

/// What TYPE says, and bare words that say no encoding; in small letters, each once.
pub(super) fn kinds(old: &Old) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for (name, value) in &old.params {
        if !matches!(name.as_str(), "" | "TYPE") {
            continue;
        }
        for word in value.split([',', ' ']).map(|word| word.trim().to_ascii_lowercase()) {
            let is_kind = !matches!(
                word.as_str(),
                "" | "base64" | "b" | "url" | "uri" | "inline" | "content-id" | "cid"
            );
            if is_kind && kinds.len() < MOST && !kinds.contains(&word) {
                kinds.push(word);
            }
        }
    }
    kinds
}
