//! The time zones of a file: which are named, which are defined, and in which calendar.

use super::zone_maker;
use crate::read::{Problems, Reason, charset};
use std::collections::HashMap;

/// Distinct names.
const NAMES: usize = 1 << 16;
/// A longer name is none.
const LONGEST_NAME: usize = 1024;
/// Text of all distinct definitions, bytes.
pub(super) const LARGEST: usize = 64 << 20;

/// What a VTIMEZONE is called. RFC 5545 §3.8.3.1: its TZID is TEXT, in which commas are escaped (§3.3.11); in the parameter
/// that names it they are not (§3.2.19). Seen: `\n` in both, which stays what it is.
pub(crate) fn called(value: &[u8]) -> String {
    unescaped(value, |first, next| match (first, next) {
        ('\\', ',' | ';' | '\\') => Some(next),
        _ => None,
    })
}

/// What a parameter calls it, quotes taken off. RFC 6868 §3: `^^` and `^'`; no zone has lines.
pub(crate) fn named(value: &[u8]) -> String {
    unescaped(value, |first, next| match (first, next) {
        ('^', '^') => Some('^'),
        ('^', '\'') => Some('"'),
        _ => None,
    })
}

/// Likewise, in vCalendar 1.0, which is older than RFC 6868.
pub(crate) fn named_before(value: &[u8]) -> String {
    unescaped(value, |_, _| None)
}

fn unescaped(value: &[u8], pair: fn(char, char) -> Option<char>) -> String {
    let value = charset::decode(value.trim_ascii(), None).0;
    let mut name = String::with_capacity(value.len());
    let mut letters = value.chars().filter(|letter| !letter.is_control() || *letter == '\t').peekable();
    while let Some(letter) = letters.next() {
        let meant = letters.peek().and_then(|next| pair(letter, *next));
        if meant.is_some() {
            letters.next();
        }
        name.push(meant.unwrap_or(letter));
    }
    name
}

/// Time zones by name.
#[derive(Debug, Default)]
pub(crate) struct Zones {
    ids: HashMap<Box<str>, u32>,
    named: Vec<Named>,
    texts: Vec<Box<[u8]>>,
    by_text: HashMap<[u8; 32], u32>,
    bytes: usize,
    // Only where it differs from the first definition of the file.
    in_calendar: HashMap<(u32, u32), u32>,
    sets: Vec<Box<[u32]>>,
    set_ids: HashMap<Box<[u32]>, u32>,
}

#[derive(Debug)]
struct Named {
    name: Box<str>,
    line: u64,
    // The first definition in the file, and its calendar.
    text: Option<(u32, u32)>,
    used: bool,
}

impl Zones {
    /// The number of a name; none if there are too many.
    pub(crate) fn id(&mut self, name: &str, line: u64) -> Option<u32> {
        if let Some(id) = self.ids.get(name) {
            return Some(*id);
        }
        if self.named.len() >= NAMES || name.len() > LONGEST_NAME {
            return None;
        }
        let id = u32::try_from(self.named.len()).ok()?;
        self.ids.insert(name.into(), id);
        self.named.push(Named { name: name.into(), line, text: None, used: false });
        Some(id)
    }

    /// Takes a definition. Says what there is to say about it.
    pub(crate) fn define(&mut self, calendar: u32, name: &str, text: &[u8], line: u64) -> Option<Reason> {
        let Some(id) = self.id(name, line) else { return Some(Reason::TooManyZones) };
        let Some(text) = self.text(text) else { return Some(Reason::TooManyZones) };
        let named = self.named.get_mut(id as usize)?;
        let Some((first, of)) = named.text else {
            named.text = Some((text, calendar));
            return None;
        };
        if first == text {
            return None;
        }
        if of == calendar || self.in_calendar.contains_key(&(calendar, id)) {
            return Some(Reason::ZoneTwice);
        }
        self.in_calendar.insert((calendar, id), text);
        None
    }

    /// The number of a set of names; sorted.
    pub(crate) fn set(&mut self, ids: Vec<u32>) -> u32 {
        for id in &ids {
            self.named.get_mut(*id as usize).into_iter().for_each(|named| named.used = true);
        }
        let ids = ids.into_boxed_slice();
        if let Some(id) = self.set_ids.get(&ids) {
            return *id;
        }
        let id = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        self.sets.push(ids.clone());
        self.set_ids.insert(ids, id);
        id
    }

    /// Makes what is named and not defined, once the whole file was seen.
    pub(crate) fn complete(&mut self, problems: &mut Problems) {
        for at in 0..self.named.len() {
            let Some(named) = self.named.get(at).filter(|named| named.used && named.text.is_none()) else {
                continue;
            };
            let line = named.line;
            let made = zone_maker::make(&named.name).and_then(|text| self.text(&text));
            problems.push(line, if made.is_some() { Reason::ZoneMade } else { Reason::ZoneMissing });
            if let (Some(text), Some(named)) = (made, self.named.get_mut(at)) {
                named.text = Some((text, u32::MAX));
            }
        }
        (self.ids, self.by_text, self.set_ids) = Default::default();
    }

    /// The definitions for a set of names in a calendar, with their names and the numbers of these.
    pub(crate) fn of_set(&self, set: u32, calendar: u32) -> impl Iterator<Item = (u32, &str, &[u8])> {
        let ids = self.sets.get(set as usize).map(|ids| &**ids).unwrap_or_default();
        ids.iter().filter_map(move |id| {
            let named = self.named.get(*id as usize)?;
            let text = self.in_calendar.get(&(calendar, *id)).copied().unwrap_or(named.text?.0);
            Some((*id, &*named.name, &**self.texts.get(text as usize)?))
        })
    }

    fn text(&mut self, text: &[u8]) -> Option<u32> {
        let digest = *blake3::hash(text).as_bytes();
        if let Some(at) = self.by_text.get(&digest) {
            return Some(*at);
        }
        if self.bytes + text.len() > LARGEST {
            return None;
        }
        let at = u32::try_from(self.texts.len()).ok()?;
        self.bytes += text.len();
        self.texts.push(text.into());
        self.by_text.insert(digest, at);
        Some(at)
    }
}

#[cfg(test)]
mod tests;
