//! What a session knows of the mailbox it has selected, and how it learns what others did.

use super::Session;
use crate::imap::{
    Extension, Quirk,
    answer::flags,
    parse::{Ranges, Set, compress},
    store::{Folder, Message},
    world::World,
};
use std::collections::BTreeSet;

/// The mailbox as this session was told of it: sequence numbers are places in `view`.
#[derive(Clone, Debug)]
pub(crate) struct Selected {
    pub(crate) folder: u64,
    pub(crate) uid_validity: u32,
    pub(crate) is_read_only: bool,
    pub(crate) recent: BTreeSet<u32>,
    pub(crate) view: Vec<Seen>,
    /// Messages from this UID on were not told of.
    uid_next: u32,
    /// Up to here everything was told that is new or changed.
    synced: u64,
    /// Up to here everything was told that is gone.
    synced_gone: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) uid: u32,
    pub(crate) modseq: u64,
}

impl Selected {
    pub(crate) fn new(folder: &Folder, is_read_only: bool) -> Self {
        let seen = |message: &Message| Seen { uid: message.uid, modseq: message.modseq };
        Self {
            folder: folder.id,
            uid_validity: folder.uid_validity,
            is_read_only,
            recent: (folder.recent_from..folder.uid_next).filter(|uid| folder.find(*uid).is_some()).collect(),
            view: folder.messages.iter().map(seen).collect(),
            uid_next: folder.uid_next,
            synced: folder.highest_modseq,
            synced_gone: folder.highest_modseq,
        }
    }

    pub(crate) fn highest_uid(&self) -> u32 {
        self.view.last().map_or(0, |seen| seen.uid)
    }

    pub(crate) fn count(&self) -> u32 {
        self.view.len() as u32
    }

    /// Sequence number and UID of every message that a set names.
    pub(crate) fn named(&self, set: &Set, by_uid: bool, saved: &[u32]) -> Vec<(u32, u32)> {
        // `$` is a set of messages, however it is used (RFC 9051 §6.4.4.1).
        let by_uid = by_uid || *set == Set::Saved;
        let highest = if by_uid { self.highest_uid() } else { self.count() };
        let ranges: Ranges = set.resolve(highest, saved);
        let place = |number: u32| match by_uid {
            true => self.view.partition_point(|seen| seen.uid < number),
            false => (number as usize).saturating_sub(1).min(self.view.len()),
        };
        let mut named = Vec::new();
        for (low, high) in ranges.iter() {
            let to = high.checked_add(1).map_or(self.view.len(), place);
            named.extend((place(low)..to).map(|at| (at as u32 + 1, self.view[at].uid)));
        }
        named
    }

    /// The client knows this state of the message already.
    pub(crate) fn told(&mut self, uid: u32, modseq: u64) {
        if let Ok(at) = self.view.binary_search_by_key(&uid, |seen| seen.uid) {
            self.view[at].modseq = modseq;
        }
    }
}

impl Session {
    /// Tells what has happened in the selected mailbox. RFC 9051 §7.5.1: EXPUNGE must not come while numbers are in use.
    pub(crate) fn updates(&mut self, world: &World, may_expunge: bool) {
        let Some(mut selected) = self.selected.take() else { return };
        let folder = self.account(world).ok().and_then(|account| account.by_id(selected.folder));
        let Some(folder) = folder.filter(|folder| folder.uid_validity == selected.uid_validity) else {
            self.bye("the mailbox is not what it was");
            return;
        };
        let has_gone = folder.gone.last().is_some_and(|(_, modseq)| *modseq > selected.synced_gone);
        if may_expunge && has_gone {
            self.tell_gone(world, &mut selected, folder);
            selected.synced_gone = folder.highest_modseq;
        }
        if selected.synced != folder.highest_modseq {
            self.tell_new(world, &mut selected, folder);
            self.tell_changed(world, &mut selected, folder);
            selected.synced = folder.highest_modseq;
        }
        self.selected = Some(selected);
    }

    /// What this session was told of first is not `\Recent` to the next (RFC 3501 §2.3.2).
    pub(crate) fn claim_recent(&self, world: &mut World) {
        let Some(selected) = self.selected.as_ref().filter(|selected| !selected.is_read_only) else { return };
        if let Ok(folder) = self.folder_mut(world) {
            folder.recent_from = folder.recent_from.max(selected.uid_next);
        }
    }

    /// As FLAGS shows them, `\Recent` too.
    pub(crate) fn flags_of(&self, world: &World, selected: &Selected, message: &Message) -> String {
        let is_recent = selected.recent.contains(&message.uid) && !self.is_rev2(world);
        let recent = is_recent.then_some("\\Recent");
        let words = flags(message.flags.iter().map(String::as_str).chain(recent));
        if !world.is_so(Quirk::FlagsInCapitals) {
            return words;
        }
        let capitals = words.to_ascii_uppercase();
        match message.flags.first() {
            Some(first) => capitals.replacen('(', &format!("({first} "), 1),
            None => capitals,
        }
    }

    fn tell_gone(&mut self, world: &World, selected: &mut Selected, folder: &Folder) {
        let is_gone = |seen: &Seen| folder.find(seen.uid).is_none();
        if self.enabled.qresync {
            let gone = compress(selected.view.iter().filter(|seen| is_gone(seen)).map(|seen| seen.uid));
            if !gone.is_empty() {
                // RFC 7162 §3.2.10: VANISHED stands in the place of EXPUNGE.
                self.line(world, &format!("* VANISHED {gone}"));
            }
        } else {
            // From the last to the first, so that no number changes before it is told.
            for at in (0..selected.view.len()).rev() {
                if is_gone(&selected.view[at]) {
                    self.line(world, &format!("* {} EXPUNGE", at + 1));
                }
            }
        }
        selected.view.retain(|seen| !is_gone(seen));
        selected.recent.retain(|uid| folder.find(*uid).is_some());
    }

    fn tell_new(&mut self, world: &World, selected: &mut Selected, folder: &Folder) {
        let from = folder.messages.partition_point(|message| message.uid < selected.uid_next);
        let new = &folder.messages[from..];
        selected.uid_next = folder.uid_next;
        if new.is_empty() {
            return;
        }
        selected.view.extend(new.iter().map(|message| Seen { uid: message.uid, modseq: message.modseq }));
        selected.recent.extend(new.iter().map(|message| message.uid));
        self.line(world, &format!("* {} EXISTS", selected.count()));
        if !self.is_rev2(world) {
            self.line(world, &format!("* {} RECENT", selected.recent.len()));
        }
    }

    fn tell_changed(&mut self, world: &World, selected: &mut Selected, folder: &Folder) {
        let synced = selected.synced;
        for message in folder.messages.iter().filter(|message| message.modseq > synced) {
            let Ok(at) = selected.view.binary_search_by_key(&message.uid, |seen| seen.uid) else { continue };
            if selected.view[at].modseq >= message.modseq {
                continue;
            }
            selected.view[at].modseq = message.modseq;
            let flags = self.flags_of(world, selected, message);
            let modseq = match self.enabled.condstore && world.has(Extension::CondStore) {
                true => format!(" MODSEQ ({})", message.modseq),
                false => String::new(),
            };
            self.line(world, &format!("* {} FETCH (UID {} FLAGS {flags}{modseq})", at + 1, message.uid));
        }
    }
}
