//! LABEL: a property of its own in 2.1 and 3.0, a parameter of ADR in 4.0 (RFC 6350 §6.3.1).

use super::{To, params};
use crate::read::{lists, old::Old};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// The labels of a card: addresses as they stand on letters.
pub(super) struct Labels<'a> {
    /// Those that no address has taken, in the order of the card.
    left: BTreeMap<usize, &'a Old>,
    /// Where those of a group and of the same kinds stand.
    places: HashMap<(&'a str, Vec<String>), VecDeque<usize>>,
}

impl<'a> Labels<'a> {
    /// All of a card.
    pub(super) fn of(olds: &'a [Old], to: To) -> Self {
        let mut labels = Self { left: BTreeMap::new(), places: HashMap::new() };
        if to.vcard_3 {
            return labels;
        }
        for (at, old) in olds.iter().enumerate() {
            if old.name == "LABEL" && !old.value.is_empty() {
                labels.left.insert(at, old);
                labels.places.entry((&old.group, kinds(old))).or_default().push_back(at);
            }
        }
        labels
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// ADR for labels without an address.
    pub(super) fn leftover(self, to: To) -> Vec<String> {
        let line = |label: &Old| {
            params::line(label, "ADR", to).param("LABEL", &text(label)).plain(";;;;;;").unfolded().to_owned()
        };
        self.left.into_values().map(line).collect()
    }

    /// The first one that belongs to an address.
    fn take(&mut self, address: &'a Old) -> Option<&'a Old> {
        let at = self.places.get_mut(&(address.group.as_str(), kinds(address)))?.pop_front()?;
        self.left.remove(&at)
    }
}

/// ADR with the label of the same kinds, which is taken out of `labels`.
pub(super) fn line<'a>(old: &'a Old, labels: &mut Labels<'a>, to: To) -> String {
    let mut line = params::line(old, "ADR", to);
    if let Some(label) = labels.take(old) {
        line = line.param("LABEL", &text(label));
    }
    let fields = lists::fields(&old.value);
    let count = fields.len().max(7);
    let field = |at: usize| fields.get(at).map(String::as_str).unwrap_or_default();
    (0..count).fold(line, |line, at| line.field(field(at))).unfolded().to_owned()
}

fn text(label: &Old) -> String {
    label.text().replace("\r\n", "\n").replace('\r', "\n")
}

fn kinds(old: &Old) -> Vec<String> {
    let mut kinds = params::kinds(old);
    kinds.retain(|kind| kind != "pref");
    kinds.sort();
    kinds
}
