//! What happens to the source between two runs: the same on every account that was filled with the same corpus.

use omm_core::model::{Flags, FolderPath, ItemKind};
use omm_testkit::{
    mailbox::{MailboxItem, Random},
    servers::{
        Account,
        corpus::{Corpus, CorpusFolder},
        witness::Witness,
    },
};
use std::{collections::BTreeMap, io};

const NEW: u64 = 100;
const FLAGS: usize = 500;
const SEED: u64 = 7;
/// 2025-01-01; nothing of the corpus is later.
const EPOCH: i64 = 1_735_689_600;
/// Lines of a new message, which make about four kilobytes.
const LINES: u64 = 120;

/// New messages, and flags that are set or taken.
pub(crate) fn apply(account: &Account, corpus: &Corpus) -> io::Result<()> {
    let mut random = Random::new(SEED);
    let folders: Vec<&CorpusFolder> =
        corpus.folders().iter().filter(|folder| folder.messages.len() > 3).collect();
    let mut witness = Witness::enter(account)?;
    for (path, items) in new_messages(&folders, &mut random) {
        witness.append(&path, items)?;
    }
    for ((path, change), uids) in changes(corpus, &folders, &mut random) {
        witness.store(&path, &uids, &change)?;
    }
    witness.leave()
}

fn new_messages(folders: &[&CorpusFolder], random: &mut Random) -> BTreeMap<FolderPath, Vec<MailboxItem>> {
    let mut new: BTreeMap<FolderPath, Vec<MailboxItem>> = BTreeMap::new();
    for index in 0..NEW {
        let folder = folders[below(folders.len(), random)];
        new.entry(folder.path.clone()).or_default().push(message(index, random));
    }
    new
}

fn message(index: u64, random: &mut Random) -> MailboxItem {
    let mut text = format!(
        "Message-ID: <new-{index}@corpus.example>\r\nFrom: new@corpus.example\r\nTo: you@corpus.example\r\n\
         Subject: new {index}\r\nDate: Wed, 01 Jan 2025 00:00:00 +0000\r\n\r\n"
    );
    for _ in 0..LINES {
        text.push_str(&format!("what came since: {:020}\r\n", random.next_u64()));
    }
    let seconds = EPOCH + i64::try_from(index).unwrap_or(0) * 60;
    MailboxItem {
        flags: Flags::parse(["", "\\Seen", "\\Seen \\Flagged"][usize::try_from(index % 3).unwrap_or(0)]),
        received: chrono::DateTime::from_timestamp(seconds, 0).map(|moment| moment.fixed_offset()),
        ..MailboxItem::new(ItemKind::Mail, text.into_bytes())
    }
}

/// Which messages have the same change in each folder: a flag is set where it is not and taken where it is. In an account
/// that was filled in order, the first message has the UID 1, and so on.
fn changes(
    corpus: &Corpus,
    folders: &[&CorpusFolder],
    random: &mut Random,
) -> BTreeMap<(FolderPath, String), Vec<u32>> {
    let mut places: Vec<(usize, usize)> = folders
        .iter()
        .enumerate()
        .flat_map(|(at, folder)| (0..folder.messages.len()).map(move |number| (at, number)))
        .collect();
    let mut changes: BTreeMap<(FolderPath, String), Vec<u32>> = BTreeMap::new();
    for _ in 0..FLAGS.min(places.len()) {
        let (at, number) = places.swap_remove(below(places.len(), random));
        let (folder, item) = (folders[at], corpus.item(&folders[at].messages[number]));
        let change = change(&item.flags, random);
        changes
            .entry((folder.path.clone(), change))
            .or_default()
            .push(u32::try_from(number + 1).unwrap_or(0));
    }
    changes
}

fn change(flags: &Flags, random: &mut Random) -> String {
    let flag = ["\\Seen", "\\Flagged", "\\Answered", "$Label1"][below(4, random)];
    let is_set = flags.to_string().split(' ').any(|held| held == flag);
    format!("{}FLAGS.SILENT ({flag})", if is_set { '-' } else { '+' })
}

fn below(end: usize, random: &mut Random) -> usize {
    usize::try_from(random.below(end as u64)).unwrap_or(0)
}
