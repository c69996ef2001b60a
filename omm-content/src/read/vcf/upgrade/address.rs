//! LABEL: a property of its own in 2.1 and 3.0, a parameter of ADR in 4.0 (RFC 6350 §6.3.1).

use super::{To, params};
use crate::read::{lists, old::Old};

/// An address as it stands on a letter.
pub(super) struct Label<'a> {
    old: &'a Old,
    kinds: Vec<String>,
}

/// All of a card.
pub(super) fn labels(olds: &[Old], to: To) -> Vec<Label<'_>> {
    if to.vcard_3 {
        return Vec::new();
    }
    let labels = olds.iter().filter(|old| old.name == "LABEL" && !old.value.is_empty());
    labels.map(|old| Label { old, kinds: kinds(old) }).collect()
}

/// ADR with the label of the same kinds, which is taken out of `labels`.
pub(super) fn line(old: &Old, labels: &mut Vec<Label<'_>>, to: To) -> String {
    let kinds = kinds(old);
    let found = labels.iter().position(|label| label.kinds == kinds && label.old.group == old.group);
    let mut line = params::line(old, "ADR", to);
    if let Some(label) = found.map(|at| labels.remove(at)) {
        line = line.param("LABEL", &text(&label));
    }
    let fields = lists::fields(&old.value);
    let count = fields.len().max(7);
    let field = |at: usize| fields.get(at).map(String::as_str).unwrap_or_default();
    (0..count).fold(line, |line, at| line.field(field(at))).unfolded().to_owned()
}

/// ADR for labels without an address.
pub(super) fn leftover(labels: Vec<Label<'_>>, to: To) -> Vec<String> {
    let line = |label: Label<'_>| {
        params::line(label.old, "ADR", to).param("LABEL", &text(&label)).plain(";;;;;;").unfolded().to_owned()
    };
    labels.into_iter().map(line).collect()
}

fn text(label: &Label<'_>) -> String {
    label.old.text().replace("\r\n", "\n").replace('\r', "\n")
}

fn kinds(old: &Old) -> Vec<String> {
    let mut kinds = params::kinds(old);
    kinds.retain(|kind| kind != "pref");
    kinds.sort();
    kinds
}
