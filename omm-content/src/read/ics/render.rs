//! Components become items, and items text: the second pass.

use super::{
    PRODID,
    index::{Component, Entry, Index, Kind, Skipped},
    legacy,
    nesting::{Closed, Nesting, component},
    repair, zones,
};
use crate::read::{
    Problems, ReadRange, Reason, Revision, fold,
    lines::{ContentLine, Layout, Lines},
    property::Head,
};
use std::{
    collections::{BTreeSet, HashSet},
    io::{self, Cursor},
};

impl Index {
    /// Writes an item: a VCALENDAR of its own with the time zones that it names. `read` is asked for its parts.
    ///
    /// # Errors
    /// If a part cannot be read.
    pub fn render(&self, entry: &Entry, read: &mut ReadRange<'_>) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(entry.bytes as usize + 1024);
        out.extend_from_slice(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
        fold::write(&format!("PRODID:{PRODID}"), &mut out);
        let first = self.components_of(entry).next();
        let scale =
            first.and_then(|first| self.scales.get(&first.calendar)).map_or("GREGORIAN", |scale| scale);
        fold::write(&format!("CALSCALE:{scale}"), &mut out);
        let (mut body, mut clocks) = (Vec::with_capacity(entry.bytes as usize + 128), Vec::new());
        let (mut written, mut translated) = (BTreeSet::new(), HashSet::new());
        for component in self.components_of(entry) {
            let bytes = read(component.part.at, component.part.bytes)?;
            let start = body.len();
            self.write(component, entry, bytes, &mut body, &mut clocks)?;
            let mut uses = None;
            if self.calendars.get(component.calendar as usize).is_some_and(|calendar| calendar.is_legacy) {
                let now = body.get(start..).unwrap_or_default();
                // Two that differed may be the same once they are translated, and would be skipped when they are read again.
                if !translated.insert(digest(now)) {
                    body.truncate(start);
                    continue;
                }
                uses = Some(named_in(now)?);
            }
            for (id, name, text) in self.zones.of_set(component.zones, component.calendar) {
                // What named it may have been translated to what does not.
                if uses.as_ref().is_none_or(|uses| uses.contains(name)) && written.insert(id) {
                    out.extend_from_slice(text);
                }
            }
        }
        out.extend_from_slice(&clocks);
        out.extend_from_slice(&body);
        out.extend_from_slice(b"END:VCALENDAR\r\n");
        Ok(out)
    }

    /// Writes a part into `body`; the time zone that it needs beside those of the file goes into `zones`.
    fn write(
        &self,
        component: &Component,
        entry: &Entry,
        bytes: Vec<u8>,
        body: &mut Vec<u8>,
        zones: &mut Vec<u8>,
    ) -> io::Result<()> {
        let uid = (!component.has_uid).then(|| format!("UID:{}", entry.uid));
        let calendar = self.calendars.get(component.calendar as usize);
        if !calendar.is_some_and(|calendar| calendar.is_legacy) {
            return self.each(component, bytes, |line, head| match head {
                Some(frame) => {
                    fold::write(&frame, body);
                    // Once, below the BEGIN of the component itself.
                    if let Some(uid) =
                        uid.as_deref().filter(|_| frame.starts_with("BEGIN:V") && is_first(body))
                    {
                        fold::write(uid, body);
                    }
                }
                None => repair::line(line, &mut |_| {}).iter().for_each(|text| fold::write(text, body)),
            });
        }
        let mut lines = Vec::new();
        self.each(component, bytes, |line, frame| {
            lines.push(frame.map_or_else(|| line.to_vec(), String::into_bytes))
        })?;
        let about = self.legacy.get(&component.calendar).map(Vec::as_slice).unwrap_or_default();
        let translated = legacy::translate(&lines, about, uid.as_deref(), entry.kind);
        // A rule of this version may be broken by what the old one said.
        for line in &translated.lines {
            repair::line(line.as_bytes(), &mut |_| {}).iter().for_each(|line| fold::write(line, body));
        }
        translated.zone.iter().for_each(|line| fold::write(line, zones));
        Ok(())
    }

    /// Hands out the lines of a part; frames come repaired, as BEGIN or END in capitals.
    fn each(
        &self,
        component: &Component,
        bytes: Vec<u8>,
        mut line_is: impl FnMut(&[u8], Option<String>),
    ) -> io::Result<()> {
        let mut lines =
            Lines::of_part(Cursor::new(bytes), self.layout, component.part.at, component.part.line);
        let (mut line, mut nesting, mut ignored) =
            (ContentLine::default(), Nesting::default(), Problems::default());
        while lines.read(&mut line, &mut ignored)? {
            let Some(head) = Head::of(&line.text) else { continue };
            let (name, value) = (head.name(&line.text), head.value(&line.text));
            let mut frame = |word: &str, name: &[u8]| {
                line_is(b"", Some(format!("{word}:{}", String::from_utf8_lossy(name))));
            };
            if name.eq_ignore_ascii_case(b"BEGIN") {
                let name = component_name(value);
                frame("BEGIN", &name);
                nesting.begin(name);
            } else if name.eq_ignore_ascii_case(b"END") {
                let name = component_name(value);
                if let Closed::Over(inside) = nesting.end(&name) {
                    inside.iter().for_each(|name| frame("END", name));
                    frame("END", &name);
                }
            } else {
                line_is(&line.text, None);
            }
        }
        Ok(())
    }
}

use component as component_name;

/// The time zones that a component names as it is written.
fn named_in(component: &[u8]) -> io::Result<HashSet<String>> {
    let mut lines = Lines::of_part(component, Layout::Bytes, 0, 1);
    let (mut line, mut ignored, mut names) = (ContentLine::default(), Problems::default(), HashSet::new());
    while lines.read(&mut line, &mut ignored)? {
        let head = Head::of(&line.text);
        names.extend(head.and_then(|head| head.param(&line.text, "TZID")).map(zones::named));
    }
    Ok(names)
}

/// Of a component as it is written, without the time of the export.
fn digest(component: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for line in component.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"DTSTAMP")) {
        hasher.update(line);
    }
    *hasher.finalize().as_bytes()
}

/// Whether the only line so far of this component is its BEGIN.
fn is_first(body: &[u8]) -> bool {
    let last = body.strip_suffix(b"\r\n").unwrap_or(body);
    let start = memchr::memrchr(b'\n', last).map_or(0, |at| at + 1);
    last.get(start..)
        .and_then(|line| line.strip_prefix(b"BEGIN:"))
        .is_some_and(|name| Kind::of(name).is_some())
}

/// Puts components together to items: a master and its changed occurrences, by kind and UID.
pub(super) fn group(mut index: Index, uids: Vec<(Kind, Box<str>)>) -> Index {
    let mut problems = std::mem::take(&mut index.problems);
    index.zones.complete(&mut problems);
    let mut order: Vec<u32> = (0..u32::try_from(uids.len()).unwrap_or(u32::MAX)).collect();
    order.sort_by(|a, b| uids.get(*a as usize).cmp(&uids.get(*b as usize)).then(a.cmp(b)));
    let mut start = 0;
    while let Some((kind, uid)) = order.get(start).and_then(|at| uids.get(*at as usize)) {
        let same = |at: &&u32| uids.get(**at as usize).is_some_and(|(k, u)| k == kind && u == uid);
        let count = order.iter().skip(start).take_while(same).count();
        let members = order.get(start..start + count).unwrap_or_default().to_vec();
        divide(&mut index, &mut problems, *kind, uid, &members);
        start += count;
    }
    let mut entries = std::mem::take(&mut index.entries);
    let place = |entry: &Entry| {
        let members =
            index.order.get(entry.first as usize..(entry.first + entry.count) as usize).unwrap_or_default();
        members.iter().min().copied()
    };
    entries.sort_by_key(place);
    index.entries = entries;
    index.problems = problems;
    index
}

/// The items of one UID: one for each master; occurrences go to the master before them, or to the first.
fn divide(index: &mut Index, problems: &mut Problems, kind: Kind, uid: &str, members: &[u32]) {
    let mut seen = BTreeSet::new();
    let mut items: Vec<Vec<u32>> = Vec::new();
    let mut early = Vec::new();
    for at in members {
        let Some(component) = index.components.get(*at as usize) else { continue };
        if !seen.insert(component.revision) {
            *index.skipped.entry(Skipped::Same).or_default() += 1;
        } else if !component.is_override {
            items.push(vec![*at]);
        } else if let Some(last) = items.last_mut() {
            last.push(*at);
        } else {
            early.push(*at);
        }
    }
    match items.first_mut() {
        Some(first) => drop(first.splice(1..1, early)),
        None => {
            let line =
                early.first().and_then(|at| index.components.get(*at as usize)).map(|one| one.part.line);
            line.into_iter().for_each(|line| problems.push(line, Reason::NoMaster));
            items.push(early);
        }
    }
    for (repeat, item) in items.into_iter().enumerate() {
        let first = u32::try_from(index.order.len()).unwrap_or(u32::MAX);
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        for component in item.iter().filter_map(|at| index.components.get(*at as usize)) {
            hasher.update(&component.revision.0);
            bytes += component.part.bytes;
        }
        index.entries.push(Entry {
            uid: uid.into(),
            repeat: u32::try_from(repeat + 1).unwrap_or(u32::MAX),
            kind,
            revision: Revision::of(&hasher),
            bytes,
            first,
            count: u32::try_from(item.len()).unwrap_or(u32::MAX),
        });
        index.order.extend(item);
    }
}
