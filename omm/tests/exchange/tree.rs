//! What lies in a tree of folders, and what two of them say differently.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A difference that is known: what the item is called (`*` for every one), what a line that is gone or new begins with.
pub(crate) type Allowed = (&'static str, &'static str);

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A message, byte for byte, and its flags.
    Mail(Vec<u8>, String),
    /// What it is called, and its unfolded lines.
    Lines(String, BTreeSet<String>),
}

/// Items by the folder they lie in.
pub(crate) struct Tree {
    pub(crate) items: BTreeSet<(String, Item)>,
}

/// Properties that say when something was written, and by whom: they are not the item's.
const STAMPS: [&str; 6] = ["DTSTAMP:", "CREATED:", "LAST-MODIFIED:", "PRODID:", "REV:", "CALSCALE:"];

/// What a server says of every item, whether it was told or not.
const ADDED: [&str; 11] = [
    "CLASS:PUBLIC",
    "PRIORITY:5",
    "SEQUENCE:0",
    "STATUS:CONFIRMED",
    "STATUS:NEEDS-ACTION",
    "PERCENT-COMPLETE:0",
    "TRANSP:OPAQUE",
    "X-MICROSOFT-CDO-",
    "X-OMM-RESPONSE:ORGANIZED",
    "X-OMM-TASK-OWNER:ann",
    "X-EVOLUTION-FILE-AS:",
];

impl Tree {
    pub(crate) fn read(root: &Path) -> Self {
        let mut items = BTreeSet::new();
        folder(root, root, &mut items);
        Self { items }
    }
}

fn folder(root: &Path, at: &Path, items: &mut BTreeSet<(String, Item)>) {
    for entry in fs::read_dir(at).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() {
            folder(root, &entry, items);
        } else if !name.starts_with(".omm") && !name.starts_with("dovecot") {
            let place = at.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            // A name that Exchange has for a folder of its own is given with a number.
            let place =
                place.trim_end_matches("/cur").trim_end_matches("/new").trim_end_matches(" (2)").to_owned();
            let bytes = fs::read(&entry).expect("a file");
            items.insert((place, item(&name, bytes)));
        }
    }
}

fn item(name: &str, bytes: Vec<u8>) -> Item {
    if !name.ends_with(".ics") && !name.ends_with(".vcf") {
        // Small letters are keywords: each folder has its own.
        let flags = name.rsplit_once(":2,").map_or("", |(_, flags)| flags);
        return Item::Mail(bytes, flags.chars().filter(char::is_ascii_uppercase).collect());
    }
    let text = String::from_utf8(bytes).expect("UTF-8").replace("\r\n ", "");
    let mut lines = BTreeSet::new();
    let (mut part, mut zone) = (String::new(), false);
    for line in text.lines() {
        if let Some(begun) = line.strip_prefix("BEGIN:") {
            begun.clone_into(&mut part);
        }
        // Rules of zones are read by those who expand occurrences.
        zone = (zone || line == "BEGIN:VTIMEZONE") && line != "END:VTIMEZONE";
        if !zone && !STAMPS.iter().any(|stamp| line.starts_with(stamp)) {
            lines.insert(in_one_way(line));
        }
    }
    let called = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let name = called("FN:").or_else(|| called("SUMMARY:")).unwrap_or_default();
    Item::Lines(name, lines)
}

/// What may be written in several ways, in one of them: the parts of a rule in any order, words with quotes or without.
fn in_one_way(line: &str) -> String {
    match line.strip_prefix("RRULE:") {
        Some(rule) => {
            let mut parts: Vec<_> = rule.split(';').collect();
            parts.sort_unstable();
            format!("RRULE:{}", parts.join(";"))
        }
        None => line
            .replacen("TYPE=\"work,voice\"", "TYPE=work,voice", 1)
            .replacen("TYPE=\"home,voice\"", "TYPE=home,voice", 1)
            .replacen("TYPE=\"work,fax\"", "TYPE=work,fax", 1),
    }
}

/// Of one item: the lines that are gone, and those that are new.
type Lines<'a> = (BTreeSet<&'a str>, BTreeSet<&'a str>);

/// Says all that differs, and that nothing else does.
pub(crate) fn same(before: &Tree, after: &Tree, allowed: &[Allowed]) {
    let gone: Vec<_> = before.items.difference(&after.items).collect();
    let new: Vec<_> = after.items.difference(&before.items).collect();
    let mut found = Vec::new();
    let mut pairs: BTreeMap<(&str, String), Lines<'_>> = BTreeMap::new();
    for (items, is_new) in [(&gone, false), (&new, true)] {
        for (place, item) in items {
            match item {
                Item::Mail(bytes, flags) => {
                    let head: String = String::from_utf8_lossy(bytes).chars().take(200).collect();
                    found.push(format!(
                        "{place}: mail {}: {flags:?} {head:?}",
                        if is_new { "+" } else { "-" }
                    ));
                }
                Item::Lines(name, lines) => {
                    let pair = pairs.entry((place, name.clone())).or_default();
                    let side = if is_new { &mut pair.1 } else { &mut pair.0 };
                    side.extend(lines.iter().map(String::as_str));
                }
            }
        }
    }
    let known = |name: &str, line: &str| {
        allowed.iter().any(|(of, begin)| (*of == "*" || *of == name) && line.starts_with(begin))
    };
    for ((place, name), (one, two)) in &pairs {
        let lost = one.difference(two).map(|line| ('-', line));
        for (sign, line) in lost.chain(two.difference(one).map(|line| ('+', line))) {
            let is_added = sign == '+' && ADDED.iter().any(|begin| line.starts_with(begin));
            if !is_added && !known(name, line) {
                let line: String = line.chars().take(200).collect();
                found.push(format!("{place}: {name}: {sign} {line}"));
            }
        }
    }
    assert_eq!(found, [""; 0], "{} differences:\n{}", found.len(), found.join("\n"));
}
