//! Which kinds of items are carried: the boxes of a form, of which those are offered that the pair of servers can carry.

use super::field::Wrong;
use crate::{guard::sent::Fields, words::Words};
use omm::core::model::ItemKind;

/// The boxes.
pub(super) struct Kinds {
    pub(super) boxes: Vec<KindBox>,
    pub(super) wrong: Option<String>,
}

/// One of them.
pub(super) struct KindBox {
    pub(super) value: &'static str,
    pub(super) word: &'static str,
    pub(super) is_ticked: bool,
    /// Why it is not offered.
    pub(super) why_not: Option<&'static str>,
}

impl Kinds {
    /// Those that are ticked, none meaning all, for servers of these types as far as they are known.
    pub(super) fn new(words: &Words, ticked: &[ItemKind], pair: [Option<&str>; 2], wrong: &Wrong) -> Self {
        let boxes = ItemKind::ALL.into_iter().map(|kind| {
            let why_not = why_not(words, pair, kind);
            let is_ticked = why_not.is_none() && (ticked.is_empty() || ticked.contains(&kind));
            KindBox { value: kind.plural(), word: words.kind(kind), is_ticked, why_not }
        });
        Self { boxes: boxes.collect(), wrong: wrong.of("kind") }
    }
}

/// What was ticked. Nothing at all is a mistake, and not everything.
pub(super) fn chosen(fields: &Fields, words: &Words, wrong: &mut Wrong) -> Vec<ItemKind> {
    let kinds: Vec<_> = fields.all("kind").filter_map(ItemKind::from_plural).collect();
    if kinds.is_empty() {
        wrong.add("kind", words.kinds_none);
    }
    kinds
}

/// What of the ticked kinds is carried, as options say it: nothing stands for all that there is.
pub(super) fn carried(ticked: &[ItemKind], pair: [Option<&str>; 2]) -> Vec<ItemKind> {
    let is_all = ItemKind::ALL.iter().filter(|kind| holds(pair, **kind)).all(|kind| ticked.contains(kind));
    if is_all { Vec::new() } else { ticked.to_vec() }
}

/// Whether anything of the ticked kinds is carried at all.
pub(super) fn is_any(ticked: &[ItemKind], pair: [Option<&str>; 2]) -> bool {
    ticked.iter().any(|kind| holds(pair, *kind))
}

/// The kinds that servers of a type hold, for the script that offers them while somebody chooses; nothing: all.
pub(super) fn of_type(server_type: Option<&str>) -> &'static str {
    match server_type {
        Some(MAIL_ONLY) | Some(POP) => "mail",
        _ => "",
    }
}

const MAIL_ONLY: &str = "imap";
const POP: &str = "pop3";

fn holds(pair: [Option<&str>; 2], kind: ItemKind) -> bool {
    pair.into_iter().all(|server_type| {
        let held = of_type(server_type);
        held.is_empty() || held == kind.plural()
    })
}

fn why_not(words: &Words, [source, destination]: [Option<&str>; 2], kind: ItemKind) -> Option<&'static str> {
    if !holds([source, None], kind) {
        return Some(words.kind_not_at_source);
    }
    (!holds([destination, None], kind)).then_some(words.kind_not_at_destination)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a form that offers contacts between two servers of which one has none.
    #[test]
    fn what_a_pair_carries() {
        use ItemKind::{Contact, Mail};
        for (pair, kind, is_held) in [
            ([None, None], Contact, true),
            ([Some("ews"), Some("exchange")], Contact, true),
            ([Some("imap"), Some("ews")], Contact, false),
            ([Some("ews"), Some("imap")], Contact, false),
            ([Some("pop3"), None], Contact, false),
            ([Some("files"), Some("ews")], Contact, true),
            ([Some("pop3"), Some("imap")], Mail, true),
        ] {
            assert_eq!(holds(pair, kind), is_held, "{pair:?} {kind:?}");
        }
        let imap = [Some("imap"), Some("imap")];
        assert!(carried(&[Mail], imap).is_empty(), "mail is all there is");
        assert_eq!(carried(&[Mail], [Some("ews"), Some("ews")]), [Mail]);
        assert_eq!(carried(&[Contact], imap), [Contact]);
    }
}
