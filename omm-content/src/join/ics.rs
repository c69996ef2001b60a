//! An .ics file of many items: one VCALENDAR, each time zone once.

use crate::{
    line::{Line, param_value},
    read::{
        Problems, fold,
        ics::{PRODID, zones},
        lines::{ContentLine, Layout, Lines},
        property::Head,
    },
};
use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
};

/// Writes items into one VCALENDAR (RFC 5545 §3.4).
///
/// A calendar scale other than the first item's begins another VCALENDAR, because it is said once for all of them.
#[derive(Debug)]
pub struct Ics<W> {
    into: W,
    scale: Option<String>,
    // By TZID: the digests of its definitions, and what each is called.
    zones: HashMap<String, HashMap<[u8; 32], String>>,
    // Names that definitions go by, so that no new one meets another zone's.
    names: std::collections::HashSet<String>,
}

/// An item, taken apart.
#[derive(Default)]
struct Item {
    scale: String,
    zones: Vec<(String, Vec<String>)>,
    lines: Vec<String>,
}

impl<W: Write> Ics<W> {
    /// A file without items.
    pub fn new(into: W) -> Self {
        Self { into, scale: None, zones: HashMap::new(), names: Default::default() }
    }

    /// Adds an item: a VCALENDAR in UTF-8 as [`crate::read::ics`] and the models of this crate write them.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, item: &[u8]) -> io::Result<()> {
        let item = take_apart(item)?;
        self.open(&item.scale)?;
        let mut renamed = BTreeMap::new();
        let mut out = Vec::new();
        for (id, lines) in &item.zones {
            let (name, is_new) = self.name(id, lines);
            if is_new {
                let is_same = name == *id;
                lines.iter().for_each(|line| match is_same {
                    true => fold::write(line, &mut out),
                    false => fold::write(&with_id(line, &name), &mut out),
                });
            }
            if name != *id {
                renamed.insert(id.clone(), name);
            }
        }
        for line in &item.lines {
            match renamed.is_empty() {
                true => fold::write(line, &mut out),
                false => fold::write(&with_zone(line, &renamed), &mut out),
            }
        }
        self.into.write_all(&out)
    }

    /// Ends the file and gives back what it was written to. A file without items is an empty VCALENDAR.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.scale.is_none() {
            self.open("GREGORIAN")?;
        }
        self.into.write_all(b"END:VCALENDAR\r\n")?;
        self.into.flush()?;
        Ok(self.into)
    }

    fn open(&mut self, scale: &str) -> io::Result<()> {
        if self.scale.as_deref() == Some(scale) {
            return Ok(());
        }
        let mut out = Vec::new();
        if self.scale.is_some() {
            out.extend_from_slice(b"END:VCALENDAR\r\n");
        }
        out.extend_from_slice(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
        fold::write(&format!("PRODID:{PRODID}"), &mut out);
        fold::write(&format!("CALSCALE:{scale}"), &mut out);
        self.scale = Some(scale.to_owned());
        (self.zones, self.names) = Default::default();
        self.into.write_all(&out)
    }

    /// What a definition is called here, and whether it is new.
    fn name(&mut self, id: &str, lines: &[String]) -> (String, bool) {
        let mut hasher = blake3::Hasher::new();
        lines.iter().for_each(|line| {
            hasher.update(line.as_bytes()).update(b"\n");
        });
        let digest = *hasher.finalize().as_bytes();
        let known = self.zones.entry(id.to_owned()).or_default();
        if let Some(name) = known.get(&digest) {
            return (name.clone(), false);
        }
        let mut name = id.to_owned();
        let mut number = known.len().max(1) + 1;
        while !self.names.insert(name.clone()) {
            name = format!("{id} ({number})");
            number += 1;
        }
        known.insert(digest, name.clone());
        (name, true)
    }
}

fn take_apart(bytes: &[u8]) -> io::Result<Item> {
    let mut item = Item { scale: "GREGORIAN".to_owned(), ..Item::default() };
    let mut lines = Lines::of_part(bytes, Layout::Bytes, 0, 1);
    let (mut line, mut problems) = (ContentLine::default(), Problems::default());
    // Components that are open below the VCALENDAR; whether they are a zone.
    let (mut depth, mut in_zone) = (0_usize, false);
    while lines.read(&mut line, &mut problems)? {
        let Some(head) = Head::of(&line.text) else { continue };
        let (name, value) = (head.name(&line.text), head.value(&line.text).trim_ascii());
        let (is_begin, is_end) = (name.eq_ignore_ascii_case(b"BEGIN"), name.eq_ignore_ascii_case(b"END"));
        if (is_begin || is_end) && value.eq_ignore_ascii_case(b"VCALENDAR") {
            continue;
        }
        let text = String::from_utf8_lossy(&line.text).into_owned();
        if depth == 0 && !is_begin {
            if name.eq_ignore_ascii_case(b"CALSCALE") {
                item.scale = String::from_utf8_lossy(value).to_ascii_uppercase();
            }
            continue;
        }
        if is_begin {
            if depth == 0 {
                in_zone = value.eq_ignore_ascii_case(b"VTIMEZONE");
                if in_zone {
                    item.zones.push((String::new(), Vec::new()));
                }
            }
            depth += 1;
        } else if is_end {
            depth = depth.saturating_sub(1);
        }
        match item.zones.last_mut().filter(|_| in_zone) {
            Some((id, lines)) => {
                if depth == 1 && name.eq_ignore_ascii_case(b"TZID") {
                    *id = zones::called(value);
                }
                lines.push(text);
            }
            None => item.lines.push(text),
        }
    }
    Ok(item)
}

/// The line, if it is TZID with this name.
fn with_id(line: &str, name: &str) -> String {
    let is = Head::of(line.as_bytes())
        .is_some_and(|head| head.name(line.as_bytes()).eq_ignore_ascii_case(b"TZID"));
    if is { Line::new("TZID").text(name).unfolded().to_owned() } else { line.to_owned() }
}

/// The line with the new name of its zone.
fn with_zone(line: &str, renamed: &BTreeMap<String, String>) -> String {
    let Some(head) = Head::of(line.as_bytes()) else { return line.to_owned() };
    let Some(zone) = head.param(line.as_bytes(), "TZID") else { return line.to_owned() };
    let Some(new) = renamed.get(&zones::named(zone)) else { return line.to_owned() };
    head.with_param(line, "TZID", &param_value(new))
}
