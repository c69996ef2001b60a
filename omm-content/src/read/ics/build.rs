//! The first pass: which components there are, line by line.

use super::{
    index::{Calendar, Component, Index, Kind, Skipped},
    legacy::{self, moment::Moment},
    nesting::{Closed, Nesting, component},
    open::{Open, What},
    repair, zones,
};
use crate::read::{
    Part, Reason, Revision, charset,
    lines::{ContentLine, Lines},
    property::Head,
};
use std::io::{self, Read};

/// A component with more bytes is left out.
const LARGEST: u64 = 256 << 20;
/// How many components are listed.
const MOST: usize = 1 << 24;
/// Lines of calendars themselves that are kept.
const PROPERTIES: usize = 256;
/// Longer ones are not.
const LONGEST: usize = 4096;
/// Calendars of vCalendar 1.0 whose time zone is kept.
const LEGACY: usize = 4096;
/// Distinct names of skipped components.
const NAMES: usize = 64;

/// An index in the making.
#[derive(Default)]
pub(super) struct Builder {
    index: Index,
    // One for each of `index.components`.
    uids: Vec<(Kind, Box<str>)>,
    calendar: Option<OpenCalendar>,
    open: Option<Open>,
    nesting: Nesting,
}

#[derive(Default)]
struct OpenCalendar {
    line: u64,
    // Whether it has a BEGIN.
    is_there: bool,
    has_version: bool,
}

impl Builder {
    pub(super) fn read(mut self, reader: impl Read) -> io::Result<Index> {
        let mut lines = Lines::of_file(reader)?;
        self.index.layout = lines.layout();
        let mut line = ContentLine::default();
        let mut problems = std::mem::take(&mut self.index.problems);
        while lines.read(&mut line, &mut problems)? {
            std::mem::swap(&mut problems, &mut self.index.problems);
            self.line(&line);
            std::mem::swap(&mut problems, &mut self.index.problems);
        }
        self.index.problems = problems;
        self.abandon();
        self.close_calendar(false);
        Ok(super::render::group(self.index, self.uids))
    }

    fn line(&mut self, line: &ContentLine) {
        let Some(head) = Head::of(&line.text) else {
            self.problem(line.number, Reason::NoProperty);
            return;
        };
        let (name, value) = (head.name(&line.text), head.value(&line.text));
        if line.cut
            && let Some(open) = &mut self.open
        {
            open.failed = Some((line.number, Reason::TooLong));
        }
        let is_frame = name.eq_ignore_ascii_case(b"BEGIN") || name.eq_ignore_ascii_case(b"END");
        if is_frame && (value != value.trim_ascii() || head.is_spaced(&line.text)) {
            self.problem(line.number, Reason::Spaces);
        }
        if name.eq_ignore_ascii_case(b"BEGIN") {
            self.begin(line, component(value));
        } else if name.eq_ignore_ascii_case(b"END") {
            self.end(line, &component(value));
        } else if self.open.is_some() {
            self.property(line, head);
        } else if self.calendar.is_some() {
            self.calendar_property(line, head);
        } else {
            self.problem(line.number, Reason::Outside);
        }
    }

    fn begin(&mut self, line: &ContentLine, name: Vec<u8>) {
        let starts_anew = name == b"VCALENDAR" || name == b"VTIMEZONE" || Kind::of(&name).is_some();
        if self.open.is_some() && !starts_anew {
            self.frame("BEGIN", &name);
            if !self.nesting.begin(name)
                && let Some(open) = &mut self.open
            {
                open.failed = Some((line.number, Reason::TooDeep));
            }
            return;
        }
        self.abandon();
        if name == b"VCALENDAR" {
            self.close_calendar(false);
            self.open_calendar(line.number, true);
            return;
        }
        if self.calendar.is_none() {
            self.problem(line.number, Reason::NoCalendar);
            self.open_calendar(line.number, false);
        }
        let what = match Kind::of(&name) {
            Some(kind) => What::Item(kind),
            None if name == b"VTIMEZONE" => What::Zone,
            None => {
                self.skip(&name);
                What::Other
            }
        };
        self.open = Some(Open::new(what, line));
        self.nesting.clear();
        self.frame("BEGIN", &name);
        self.nesting.begin(name);
    }

    fn end(&mut self, line: &ContentLine, name: &[u8]) {
        if name == b"VCALENDAR" {
            self.abandon();
            if !self.close_calendar(true) {
                self.problem(line.number, Reason::StrayEnd);
            }
            return;
        }
        match self.nesting.end(name) {
            Closed::Nothing => self.problem(line.number, Reason::StrayEnd),
            Closed::Over(inside) => {
                if !inside.is_empty() {
                    self.problem(line.number, Reason::NotClosed);
                }
                inside.iter().for_each(|name| self.frame("END", name));
                self.frame("END", name);
                if self.nesting.depth() == 0 {
                    self.finish(line);
                }
            }
        }
    }

    /// Takes a BEGIN or END into the digest of its component, and into the text of a zone.
    fn frame(&mut self, word: &str, name: &[u8]) {
        let Some(open) = &mut self.open else { return };
        let line = format!("{word}:{}", String::from_utf8_lossy(name));
        open.hasher.update(line.as_bytes());
        open.hasher.update(b"\n");
        if let What::Zone = open.what {
            open.write(&line);
        }
    }

    fn property(&mut self, line: &ContentLine, head: Head) {
        let name = head.name(&line.text);
        let is_legacy = self.index.calendars.last().is_some_and(|calendar| calendar.is_legacy);
        let Some(open) = &mut self.open else { return };
        let problems = &mut self.index.problems;
        if let What::Other = open.what {
            return;
        }
        let text = repair::line(&line.text, &mut |reason| {
            if !is_legacy {
                problems.push(line.number, reason);
            }
        });
        // What is written counts, and not what stood there: a repaired line may be another one, or none.
        let written = text.as_deref().unwrap_or_default().as_bytes();
        open.says = open.says || if is_legacy { legacy::says(&line.text) } else { !written.is_empty() };
        if let Some(odd) = head.odd_name(&line.text) {
            problems.push_name(line.number, Reason::OddName, &odd);
        }
        let hashed = if is_legacy { &*line.text } else { written };
        // The own time of an export: no change of the item.
        if !hashed.is_empty() && !name.eq_ignore_ascii_case(b"DTSTAMP") {
            open.hasher.update(hashed);
            open.hasher.update(b"\n");
        }
        let is_zone = matches!(open.what, What::Zone);
        if is_zone {
            text.iter().for_each(|text| open.write(text));
        }
        let (text, head) = match Head::of(written) {
            Some(head) => (written, head),
            None => return,
        };
        let name = head.name(text);
        if self.nesting.depth() == 1 {
            let identity: &[u8] = if is_zone { b"TZID" } else { b"UID" };
            if open.uid.is_none() && name.eq_ignore_ascii_case(identity) {
                open.uid = identity_of(head.value(text), is_zone);
            }
            let is_override = name.eq_ignore_ascii_case(b"RECURRENCE-ID");
            open.is_override |= is_override && (!is_legacy || are_moments(head.value(text)));
        }
        // What a zone names inside itself is no use of a zone.
        let zone = Some(head).filter(|head| head.has_params() && !is_zone);
        if let Some(zone) = zone.and_then(|head| head.param(text, "TZID")) {
            let zone = if is_legacy { zones::named_before(zone) } else { zones::named(zone) };
            match self.index.zones.id(&zone, line.number) {
                Some(id) => drop(open.zone_ids.insert(id)),
                None => self.index.problems.push(line.number, Reason::TooManyZones),
            }
        }
    }

    /// The component has ended.
    fn finish(&mut self, line: &ContentLine) {
        let Some(mut open) = self.open.take() else { return };
        let calendar = u32::try_from(self.index.calendars.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let bytes = line.end - open.at;
        let kind = match open.what {
            What::Other => return,
            What::Zone => {
                let Some(id) = open.uid.filter(|_| open.failed.is_none()) else {
                    self.problem(open.line, Reason::ZoneWithoutId);
                    return;
                };
                if let Some(reason) = self.index.zones.define(calendar, &id, &open.text, open.line) {
                    self.problem(open.line, reason);
                }
                return;
            }
            What::Item(kind) => kind,
        };
        if !open.says {
            open.failed = Some((open.line, Reason::Empty));
        } else if bytes > LARGEST {
            open.failed = Some((open.line, Reason::TooLarge));
        } else if self.index.components.len() >= MOST {
            open.failed = Some((open.line, Reason::TooMany));
        }
        if let Some((line, reason)) = open.failed {
            self.problem(line, reason);
            return;
        }
        let revision = Revision::of(&open.hasher);
        let has_uid = open.uid.is_some();
        if !has_uid {
            self.problem(open.line, Reason::NoUid);
        }
        let uid = open.uid.unwrap_or_else(|| format!("omm-{revision}").into());
        let zones = self.index.zones.set(open.zone_ids.into_iter().collect());
        let part = Part { at: open.at, bytes, line: open.line };
        let is_override = open.is_override;
        self.index.components.push(Component { part, revision, calendar, zones, is_override, has_uid });
        self.uids.push((kind, uid));
    }

    /// The open component, if there is one, has no end.
    fn abandon(&mut self) {
        self.nesting.clear();
        if let Some(open) = self.open.take()
            && !matches!(open.what, What::Other)
        {
            self.problem(open.line, Reason::NoEnd);
        }
    }

    fn open_calendar(&mut self, line: u64, is_there: bool) {
        self.index.calendars.push(Calendar::default());
        self.calendar = Some(OpenCalendar { line, is_there, has_version: false });
    }

    /// Closes the open calendar; false if there is none.
    fn close_calendar(&mut self, by_end: bool) -> bool {
        let Some(calendar) = self.calendar.take() else { return false };
        if !calendar.is_there {
            return true;
        }
        if !by_end {
            self.problem(calendar.line, Reason::CalendarOpen);
        }
        if !calendar.has_version {
            self.problem(calendar.line, Reason::NoVersion);
        }
        true
    }

    fn calendar_property(&mut self, line: &ContentLine, head: Head) {
        let name = String::from_utf8_lossy(head.name(&line.text)).to_ascii_uppercase();
        let value = head.value(&line.text).trim_ascii();
        let (text, _) = charset::decode(&line.text, head.param(&line.text, "CHARSET"));
        let calendar = u32::try_from(self.index.calendars.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let is_kept = text.len() <= LONGEST;
        match name.as_str() {
            "VERSION" => {
                self.calendar.iter_mut().for_each(|calendar| calendar.has_version = true);
                if value == b"1.0" {
                    self.problem(line.number, Reason::Upgraded);
                    self.index
                        .calendars
                        .iter_mut()
                        .next_back()
                        .into_iter()
                        .for_each(|last| last.is_legacy = true);
                }
            }
            "METHOD" => self.problem(line.number, Reason::Method),
            "CALSCALE" if !value.eq_ignore_ascii_case(b"GREGORIAN") && self.index.scales.len() < LEGACY => {
                let scale = String::from_utf8_lossy(value).to_ascii_uppercase();
                self.index.scales.insert(calendar, scale.chars().take(NAMES).collect());
            }
            "X-WR-TIMEZONE" => self.problem(line.number, Reason::CalendarZone),
            "TZ" | "DAYLIGHT" if is_kept && self.index.legacy.len() < LEGACY => {
                let kept = self.index.legacy.entry(calendar).or_default();
                if kept.len() < NAMES {
                    kept.push(text.clone().into_owned());
                }
            }
            _ => {}
        }
        if is_kept
            && self.index.properties.len() < PROPERTIES
            && !matches!(name.as_str(), "VERSION" | "CALSCALE")
        {
            self.index.properties.push(text.into_owned());
        }
    }

    fn skip(&mut self, name: &[u8]) {
        let mut what = Skipped::Component(String::from_utf8_lossy(name).chars().take(NAMES).collect());
        if self.index.skipped.len() >= NAMES && !self.index.skipped.contains_key(&what) {
            what = Skipped::Component("another component".into());
        }
        *self.index.skipped.entry(what).or_default() += 1;
    }

    fn problem(&mut self, line: u64, reason: Reason) {
        self.index.problems.push(line, reason);
    }
}

/// What a UID or a TZID says; nothing if that is nothing.
fn identity_of(value: &[u8], is_zone: bool) -> Option<Box<str>> {
    let text = if is_zone {
        zones::called(value)
    } else {
        let text = charset::decode(value.trim_ascii(), None).0;
        text.chars().filter(|letter| !letter.is_control()).collect()
    };
    (!text.is_empty()).then(|| text.into())
}

/// Whether vCalendar's dates can be read. If not, the property is kept under another name.
fn are_moments(value: &[u8]) -> bool {
    let value = charset::decode(value, None).0;
    value.split([';', ',']).all(|one| one.trim().is_empty() || Moment::read(one).is_some())
}
