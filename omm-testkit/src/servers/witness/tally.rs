//! Many differences in a few words.

use super::{Difference, What};
use omm_core::model::FolderPath;
use std::{collections::HashMap, fmt};

/// How many differences there are of each sort. Shown, it is a line: `identical`, or `3 missing, 12 flags`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that are there with other bytes: one is missing and one with the same subject is too many.
    pub altered: usize,
    /// Messages that are not there, those of missing folders among them.
    pub missing: usize,
    /// Messages that nobody asked for.
    pub extra: usize,
    /// Folders that are not there.
    pub folders_missing: usize,
    /// Folders that nobody asked for.
    pub folders_extra: usize,
    /// Folders with other special uses.
    pub roles: usize,
    /// Folders that are subscribed in one only.
    pub subscriptions: usize,
    /// Folders in another order.
    pub orders: usize,
    /// Messages with other flags or keywords.
    pub flags: usize,
    /// Messages with another date.
    pub dates: usize,
}

impl Tally {
    /// Counts what [`compare`](super::compare) found.
    #[must_use]
    pub fn of(differences: &[Difference]) -> Self {
        let mut tally = Self::default();
        // How many messages of this folder and subject are missing so far that none too many stands for.
        let mut open: HashMap<(&FolderPath, &str), usize> = HashMap::new();
        for Difference { folder, what } in differences {
            match what {
                What::FolderMissing(messages) => {
                    tally.folders_missing += 1;
                    tally.missing += messages;
                }
                What::FolderExtra(messages) => {
                    tally.folders_extra += 1;
                    tally.extra += messages;
                }
                What::Role(..) => tally.roles += 1,
                What::Subscribed(_) => tally.subscriptions += 1,
                What::Missing(message) => *open.entry((folder, &*message.label)).or_default() += 1,
                What::Extra(message) => {
                    match open.get_mut(&(folder, &*message.label)).filter(|left| **left > 0) {
                        Some(left) => {
                            *left -= 1;
                            tally.altered += 1;
                        }
                        None => tally.extra += 1,
                    }
                }
                What::Order(_) => tally.orders += 1,
                What::Flags(..) => tally.flags += 1,
                What::Received(..) => tally.dates += 1,
            }
        }
        tally.missing += open.into_values().sum::<usize>();
        tally
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.missing, "missing"),
            (self.altered, "altered"),
            (self.extra, "too many"),
            (self.flags, "other flags"),
            (self.dates, "other dates"),
            (self.orders, "folders in another order"),
            (self.folders_missing, "folders missing"),
            (self.folders_extra, "folders too many"),
            (self.subscriptions, "other subscriptions"),
            (self.roles, "other special uses"),
        ];
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        f.write_str(if words.is_empty() { "identical" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::witness::{SeenFolder, SeenMessage, Snapshot, compare};
    use bytes::Bytes;
    use omm_core::model::Flags;

    fn account(folders: &[(&str, &[&str])]) -> Snapshot {
        let message =
            |text: &&str| SeenMessage::of(&Bytes::copy_from_slice(text.as_bytes()), Flags::parse(""), None);
        let folder = |(name, texts): &(&str, &[&str])| {
            let messages = texts.iter().map(message).collect();
            (FolderPath::new([*name]), SeenFolder { messages, ..SeenFolder::default() })
        };
        Snapshot { folders: folders.iter().map(folder).collect() }
    }

    #[test]
    fn a_header_that_was_added_is_an_altered_message_and_no_lost_one() {
        let a = account(&[("f", &["Subject: a\n\n1", "Subject: b\n\n2"]), ("g", &["Subject: c\n\n3"])]);
        let told = |b: &Snapshot| Tally::of(&compare(&a, b)).to_string();
        assert_eq!(told(&a), "identical");
        let altered =
            account(&[("f", &["Subject: a\nX: 1\n\n1", "Subject: b\n\n2"]), ("g", &["Subject: c\n\n3"])]);
        assert_eq!(told(&altered), "1 altered");
        let elsewhere =
            account(&[("f", &["Subject: b\n\n2"]), ("g", &["Subject: a\n\n1", "Subject: c\n\n3"])]);
        assert_eq!(told(&elsewhere), "1 missing, 1 too many", "another folder is another place");
        assert_eq!(told(&account(&[("f", &["Subject: b\n\n2"])])), "2 missing, 1 folders missing");
    }
}
