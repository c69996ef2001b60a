//! From TZIDs to zones.

use super::{observances, time::Moment};
use crate::{
    calendar::{
        Time, Zone,
        zone::{Rules, iana_of},
    },
    loss::{Loss, Lost},
    read::component::{Component, Property},
};
use chrono::Datelike;
use chrono_tz::Tz;
use std::{
    collections::{BTreeMap, HashMap},
    str::FromStr,
};

/// Names that are looked up for one item.
const MOST: usize = 100;

/// For so many years a series should be when its text says.
const LATER: i32 = 2;

/// The zones of a document.
pub(super) struct Zones<'a> {
    defined: HashMap<String, &'a Component>,
    known: BTreeMap<String, Option<Zone>>,
    /// The year in which the item begins.
    year: Option<i32>,
    /// Whether it goes on in later years.
    recurs: bool,
}

impl<'a> Zones<'a> {
    pub(super) fn of(
        definitions: impl Iterator<Item = &'a Component>,
        year: Option<i32>,
        recurs: bool,
    ) -> Self {
        let mut defined = HashMap::new();
        for definition in definitions {
            if let Some(id) = definition.property("TZID") {
                defined.entry(id.text().trim().to_owned()).or_insert(definition);
            }
        }
        Self { defined, known: BTreeMap::new(), year, recurs }
    }

    /// The zones that were asked for, each once, by their names.
    pub(super) fn used(&self) -> Vec<Zone> {
        let mut zones: Vec<_> =
            self.known.values().flatten().filter(|zone| !zone.is_utc()).cloned().collect();
        zones.sort_by(|one, two| one.id().cmp(two.id()));
        zones.dedup();
        zones
    }

    /// The zone that a property names; nothing if it names none, or one that nobody knows.
    pub(super) fn zone(&mut self, property: &Property, losses: &mut Vec<Loss>) -> Option<&Zone> {
        let name = property.words("TZID")?.trim().to_owned();
        if !self.known.contains_key(&name) {
            let has_room = self.known.len() < MOST;
            let zone = if has_room { self.look_up(&name, losses) } else { None };
            if zone.is_none() {
                Loss::new(&property.name, Lost::Zone, &name).push(losses);
            }
            // All that are known are looked through for each time.
            if has_room {
                self.known.insert(name.clone(), zone);
            }
        }
        self.known.get(&name)?.as_ref()
    }

    /// What a value of a property is.
    pub(super) fn time(&mut self, property: &Property, value: &str, losses: &mut Vec<Loss>) -> Option<Time> {
        let local = match Moment::of(value)? {
            Moment::Date(day) => return Some(Time::Date(day)),
            Moment::Utc(time) => return Some(Time::Utc(time)),
            Moment::Local(local) => local,
        };
        Some(match self.zone(property, losses) {
            None => Time::Floating(local),
            Some(zone) if zone.is_utc() => Time::Utc(local),
            Some(zone) => Time::Zoned(local, zone.id().to_owned()),
        })
    }

    /// A zone that was asked for, by its id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Zone> {
        self.known.values().flatten().find(|zone| zone.id() == id)
    }

    fn look_up(&self, name: &str, losses: &mut Vec<Loss>) -> Option<Zone> {
        if let Ok(zone) = Tz::from_str(name) {
            return Some(Zone::Iana(zone));
        }
        let definition = self.defined.get(name).copied();
        let own = definition.and_then(|definition| own(name, definition, losses));
        let location = definition.and_then(|definition| definition.property("X-LIC-LOCATION"));
        let location = location.and_then(|location| Tz::from_str(location.value().trim()).ok());
        let known = if is_own(name) { None } else { by_name(name).or(location) };
        match (known.map(Zone::Iana), own) {
            (Some(known), Some(own)) => {
                let year = self.year.unwrap_or_else(|| last_year(&own));
                if !known.agrees_with(&own, year) {
                    return Some(own);
                }
                let stays = |later| known.agrees_with(&own, year.saturating_add(later));
                if self.recurs && !(1..=LATER).all(stays) {
                    Loss::new("VTIMEZONE", Lost::ZoneChanged, name).push(losses);
                }
                Some(known)
            }
            (known, own) => known.or(own),
        }
    }
}

/// A zone by the rules of a VTIMEZONE.
fn own(name: &str, definition: &Component, losses: &mut Vec<Loss>) -> Option<Zone> {
    let (rules, exact) = observances::rules(definition)?;
    if !exact {
        Loss::new("VTIMEZONE", Lost::ZoneRules, name).push(losses);
    }
    if rules.iter().all(|(_, rules)| *rules == Rules::fixed(0)) {
        return Some(Zone::Iana(Tz::UTC));
    }
    if is_own(name) {
        return Some(Zone::Custom { id: name.to_owned(), rules });
    }
    Zone::custom(name, rules)
}

/// Whether [`Zone::custom`] made the name: it says what the rules are, and is no name of anything else.
fn is_own(name: &str) -> bool {
    name.rsplit_once(" #").is_some_and(|(_, digest)| {
        digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    })
}

/// What Windows and people call a zone, and paths in front of IANA's names.
fn by_name(name: &str) -> Option<Tz> {
    if let Some(path) = name.strip_prefix('/') {
        // Seen: /freeassociation.sourceforge.net/Tzfile/Europe/Berlin, /mozilla.org/20050126_1/America/New_York.
        let ends = path.match_indices('/').filter_map(|(at, _)| path.get(at + 1..));
        return std::iter::once(path).chain(ends).find_map(|end| Tz::from_str(end).ok());
    }
    // A fixed offset is a guess that is wrong for half of the year.
    iana_of(name).filter(|zone| !zone.name().starts_with("Etc/") || Zone::Iana(*zone).is_utc())
}

fn last_year(zone: &Zone) -> i32 {
    match zone {
        Zone::Custom { rules, .. } => rules.last().map_or(1970, |(year, _)| *year).max(1970),
        Zone::Iana(_) => chrono::NaiveDate::default().year(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::component;
    use bytes::Bytes;

    /// Kills: names without end, which are looked through for each time of the item.
    #[test]
    fn no_more_zones_than_an_item_can_use() {
        let lines: String = (0..MOST + 20).map(|at| format!("EXDATE;TZID=Nowhere {at}:20260401\n")).collect();
        let text = Bytes::from(format!("BEGIN:VEVENT\nEXDATE;TZID=Asia/Tokyo:20260401\n{lines}END:VEVENT\n"));
        let event = component::read(&text.into()).unwrap().remove(0);
        let (mut zones, mut losses) = (Zones::of(std::iter::empty(), None, false), Vec::new());
        let found = event.properties.iter().filter(|one| zones.zone(one, &mut losses).is_some()).count();
        assert_eq!((found, zones.known.len(), losses.len()), (1, MOST, MOST + 20));
    }
}
