//! Two accounts are identical, or here is what differs, in words.

use super::snapshot::{SeenFolder, SeenMessage, Snapshot};
use chrono::SecondsFormat;
use omm_core::model::{Flags, FolderPath, Received, Role};
use std::{collections::HashMap, fmt};

/// One thing that differs between two accounts, `a` and `b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The folder it is about.
    pub folder: FolderPath,
    /// What it is.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The folder is not in `b`; it has so many messages in `a`.
    FolderMissing(usize),
    /// The folder is only in `b`, with so many messages.
    FolderExtra(usize),
    /// Declared for other things.
    Role(Option<Role>, Option<Role>),
    /// Subscribed in one only; here whether it is in `a`.
    Subscribed(bool),
    /// Not in `b`.
    Missing(SeenMessage),
    /// Only in `b`.
    Extra(SeenMessage),
    /// The same messages in another order; here the first place that differs, counted from 0.
    Order(usize),
    /// The same message with other flags.
    Flags(String, Flags, Flags),
    /// The same message with another INTERNALDATE.
    Received(String, Option<Received>, Option<Received>),
}

/// What differs between `a` and `b`: folders, special uses, subscriptions, every byte, flag, keyword and date, and the
/// order within each folder. Nothing, when they are identical.
///
/// Dates are compared as moments: a server may tell them in another zone.
#[must_use]
pub fn compare(a: &Snapshot, b: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    for (path, left) in &a.folders {
        let mut say = |what| found.push(Difference { folder: path.clone(), what });
        match b.folders.get(path) {
            None => say(What::FolderMissing(left.messages.len())),
            Some(right) => folders(left, right, &mut say),
        }
    }
    for (path, right) in b.folders.iter().filter(|(path, _)| !a.folders.contains_key(path)) {
        found.push(Difference { folder: path.clone(), what: What::FolderExtra(right.messages.len()) });
    }
    found
}

/// Panics unless the two are identical, with the first twenty differences.
///
/// # Panics
/// When they differ.
#[track_caller]
pub fn assert_identical(a: &Snapshot, b: &Snapshot) {
    let differences = compare(a, b);
    let lines: Vec<String> = differences.iter().take(20).map(ToString::to_string).collect();
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), lines.join("\n"));
}

fn folders(a: &SeenFolder, b: &SeenFolder, say: &mut impl FnMut(What)) {
    if a.role != b.role {
        say(What::Role(a.role, b.role));
    }
    if a.subscribed != b.subscribed {
        say(What::Subscribed(a.subscribed));
    }
    // Twins are paired by flags and date where they can be, in the order of the folder otherwise.
    let mut left_over: HashMap<[u8; 32], Vec<&SeenMessage>> = HashMap::new();
    b.messages.iter().for_each(|message| left_over.entry(message.digest).or_default().push(message));
    let mut is_complete = true;
    for message in &a.messages {
        let twins = left_over.get_mut(&message.digest).filter(|twins| !twins.is_empty());
        let Some(twins) = twins else {
            is_complete = false;
            say(What::Missing(message.clone()));
            continue;
        };
        let at = twins.iter().position(|twin| is_same(message, twin)).unwrap_or(0);
        messages(message, twins.remove(at), say);
    }
    let mut extra: Vec<_> = left_over.into_values().flatten().collect();
    extra.sort_by_key(|message| message.uid);
    let is_even = is_complete && extra.is_empty();
    extra.into_iter().for_each(|message| say(What::Extra(message.clone())));
    let is_here = |(left, right): (&SeenMessage, &SeenMessage)| left.digest != right.digest;
    if is_even && let Some(at) = a.messages.iter().zip(&b.messages).position(is_here) {
        say(What::Order(at));
    }
}

fn messages(a: &SeenMessage, b: &SeenMessage, say: &mut impl FnMut(What)) {
    if a.flags != b.flags {
        say(What::Flags(a.label.clone(), a.flags.clone(), b.flags.clone()));
    }
    if a.received != b.received {
        say(What::Received(a.label.clone(), a.received, b.received));
    }
}

fn is_same(a: &SeenMessage, b: &SeenMessage) -> bool {
    a.flags == b.flags && a.received == b.received
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.folder)?;
        match &self.what {
            What::FolderMissing(messages) => write!(f, "the folder is missing ({messages} messages)"),
            What::FolderExtra(messages) => write!(f, "a folder too many ({messages} messages)"),
            What::Role(a, b) => write!(f, "for {} here, for {} there", for_what(*a), for_what(*b)),
            What::Subscribed(true) => write!(f, "subscribed here, not there"),
            What::Subscribed(false) => write!(f, "subscribed there, not here"),
            What::Missing(message) => write!(f, "missing: {message}"),
            What::Extra(message) => write!(f, "too many: {message}"),
            What::Order(at) => write!(f, "another order, from message {} on", at + 1),
            What::Flags(label, a, b) => write!(f, "{label:?}: flags ({a}) here, ({b}) there"),
            What::Received(label, a, b) => {
                write!(f, "{label:?}: received {} here, {} there", date(*a), date(*b))
            }
        }
    }
}

impl fmt::Display for SeenMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        write!(
            f,
            "{:?}, {} bytes, {start}…, ({}), {}",
            self.label,
            self.size,
            self.flags,
            date(self.received)
        )?;
        if self.uid == 0 { Ok(()) } else { write!(f, ", UID {}", self.uid) }
    }
}

fn for_what(role: Option<Role>) -> &'static str {
    role.map_or("nothing", Role::name)
}

fn date(received: Option<Received>) -> String {
    received.map_or_else(|| "never".to_owned(), |date| date.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn account(folders: &[(&str, &[&str])]) -> Snapshot {
        let message = |text: &&str| {
            let (flags, body) = text.split_once(':').expect("flags and a body");
            SeenMessage::of(&Bytes::copy_from_slice(body.as_bytes()), Flags::parse(flags), None)
        };
        let folder = |(name, texts): &(&str, &[&str])| {
            let messages = texts.iter().map(message).collect();
            (FolderPath::new([*name]), SeenFolder { messages, ..SeenFolder::default() })
        };
        Snapshot { folders: folders.iter().map(folder).collect() }
    }

    #[test]
    fn every_kind_of_difference_is_seen_and_nothing_else() {
        let a = account(&[("f", &[":1", ":2", "\\Seen:2"])]);
        for (b, lines) in [
            (account(&[("f", &[":1", "\\Seen:2", ":2"])]), vec![]),
            (account(&[("f", &[":2", "\\Seen:2", ":1"])]), vec!["f: another order, from message 1 on"]),
            (account(&[("f", &[":1", ":2", "k:2"])]), vec!["f: \"2\": flags (\\Seen) here, (k) there"]),
            (account(&[]), vec!["f: the folder is missing (3 messages)"]),
            (
                account(&[("f", &[":1", ":2", "\\Seen:2"]), ("g", &[])]),
                vec!["g: a folder too many (0 messages)"],
            ),
        ] {
            let found: Vec<String> = compare(&a, &b).iter().map(ToString::to_string).collect();
            assert_eq!(found, lines);
        }
        let fewer = compare(&a, &account(&[("f", &[":1", ":2", ":3"])]));
        assert!(matches!(fewer[0].what, What::Missing(_)) && matches!(fewer[1].what, What::Extra(_)));
        assert_eq!(fewer.len(), 2, "one copy of a pair of twins is missed");
    }
}
