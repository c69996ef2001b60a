//! X-GM-EXT-1: a label is a folder that holds a copy of the same message.

use super::store::Way;
use crate::imap::{
    answer::name_in_utf7,
    parse::{Args, Set},
    session::{Outcome, Refusal, Session, no, ok},
    store::{Account, Arrival, Folder, Message},
    world::World,
};

pub(super) fn number(message: &Message) -> u64 {
    // As large as Gmail's.
    1_278_455_344_230_334_865 + message.identity
}

/// `X-GM-LABELS (\Inbox "Some label")`: all but the folder that is selected and the one that has everything.
pub(super) fn labels_word(session: &Session, world: &World, message: &Message) -> Vec<u8> {
    let own = session.selected.as_ref().map(|selected| selected.folder);
    let Ok(account) = session.account(world) else { return b"X-GM-LABELS ()".to_vec() };
    let others = account.copies(message.identity).map(|(folder, _)| folder);
    let others = others.filter(|folder| Some(folder.id) != own && !is_all(folder));
    let labels: Vec<Vec<u8>> = others.map(label).collect();
    [b"X-GM-LABELS (", labels.join(&b' ').as_slice(), b")"].concat()
}

/// Adds to, and takes from, the folders of these names.
pub(super) fn store_labels(
    session: &mut Session,
    world: &mut World,
    args: &mut Args<'_>,
    set: &Set,
    by_uid: bool,
    way: Way,
) -> Outcome {
    let one = |args: &mut Args<'_>| match args.peek() {
        Some(b'\\') => args.flag().map(String::into_bytes),
        _ => args.astring(),
    };
    let words = if args.peek() == Some(b'(') { args.list(one)? } else { vec![one(args)?] };
    args.end()?;
    if session.selected()?.is_read_only {
        return Err(no("[READ-ONLY] not in a mailbox that is only looked at"));
    }
    let names =
        words.iter().map(|word| session.understood(world, word)).collect::<Result<Vec<_>, Refusal>>()?;
    let named = session.selected()?.named(set, by_uid, &session.saved);
    let own = session.selected()?.folder;
    for (number, uid) in named {
        let account = session.account_mut(world)?;
        let Some(message) = account.by_id(own).and_then(|folder| folder.get(uid)).cloned() else { continue };
        relabel(account, own, &message, &names, way);
        let word = labels_word(session, world, &message);
        session.out.extend(format!("* {number} FETCH (UID {uid} ").as_bytes());
        session.out.extend(word);
        session.out.extend(b")");
        session.end_line(world);
    }
    ok("labelled")
}

/// Everything is in All Mail as well, if there is one.
pub(super) fn into_all_mail(account: &mut Account, arrival: Arrival) {
    let all = account.folders.iter_mut().find(|folder| is_all(folder));
    let is_new = |folder: &Folder| folder.messages.iter().all(|message| message.identity != arrival.identity);
    if let Some(folder) = all.filter(|folder| is_new(folder)) {
        folder.put(arrival);
    }
}

/// What is thrown away is thrown away under every label: only the copy in the trash is left.
pub(super) fn only_in(account: &mut Account, trash: u64, identities: &[u64]) {
    for folder in account.folders.iter_mut().filter(|folder| folder.id != trash) {
        let named = folder.messages.iter().filter(|message| identities.contains(&message.identity));
        let uids: Vec<u32> = named.map(|message| message.uid).collect();
        folder.remove(&uids);
    }
}

fn relabel(account: &mut Account, own: u64, message: &Message, names: &[String], way: Way) {
    let ids: Vec<u64> =
        names.iter().filter_map(|name| folder_id(account, name, way != Way::Remove)).collect();
    for folder in &mut account.folders {
        let has = folder.messages.iter().find(|copy| copy.identity == message.identity).map(|copy| copy.uid);
        let is_named = ids.contains(&folder.id);
        let goes = match way {
            Way::Remove => is_named,
            Way::Replace => !is_named && folder.id != own && !is_all(folder),
            Way::Add => false,
        };
        match has {
            Some(uid) if goes => {
                folder.remove(&[uid]);
            }
            None if is_named && way != Way::Remove => {
                folder.put(Arrival {
                    flags: message.flags.clone(),
                    received: message.received,
                    bytes: message.bytes.clone(),
                    identity: message.identity,
                });
            }
            _ => {}
        }
    }
}

fn folder_id(account: &mut Account, name: &str, may_make: bool) -> Option<u64> {
    let name = if name.eq_ignore_ascii_case("\\Inbox") { "INBOX" } else { name };
    let by_use = |folder: &&Folder| folder.special_use.iter().any(|one| one.eq_ignore_ascii_case(name));
    if let Some(folder) = account.folders.iter().find(by_use).or_else(|| account.find(name)) {
        return Some(folder.id);
    }
    (may_make && !name.starts_with('\\')).then(|| account.make(name).id)
}

fn label(folder: &Folder) -> Vec<u8> {
    match folder.special_use.first() {
        _ if folder.is_inbox() => b"\"\\\\Inbox\"".to_vec(),
        Some(special) => format!("\"\\{special}\"").into_bytes(),
        None => format!("\"{}\"", name_in_utf7(&folder.name)).into_bytes(),
    }
}

fn is_all(folder: &Folder) -> bool {
    folder.special_use.iter().any(|one| one.eq_ignore_ascii_case("\\All"))
}
