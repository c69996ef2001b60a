//! Time zones of appointments: names of Windows, rules beside them ([MS-OXOCAL] §2.2.1.39 to §2.2.1.43).
//!
//! A name that is known becomes IANA's, if the rules beside it say the same for the year in which the appointment begins:
//! its future is then kept up to date by whoever reads it. Else the rules are written out, as they are.

mod blob;

pub use blob::{Definition, Rule, definition, structure};

use crate::property::{Named, Properties, named::PSETID_APPOINTMENT};
use omm_content::calendar::{
    Zone,
    zone::{Rules, iana_of},
};

const ZONE_STRUCT: Named = Named::Id(PSETID_APPOINTMENT, 0x8233);
const ZONE_DESCRIPTION: Named = Named::Id(PSETID_APPOINTMENT, 0x8234);
const START_DISPLAY: Named = Named::Id(PSETID_APPOINTMENT, 0x825E);
const END_DISPLAY: Named = Named::Id(PSETID_APPOINTMENT, 0x825F);
const RECUR: Named = Named::Id(PSETID_APPOINTMENT, 0x8260);

/// The zone in which a series is reckoned, for a series that begins in this year.
pub fn of_series(properties: &Properties, year: i32) -> Option<Zone> {
    let definition = read(properties, &RECUR);
    let structure = properties.named_binary(&ZONE_STRUCT).and_then(|bytes| structure(bytes).ok());
    let description = properties.named_text(&ZONE_DESCRIPTION);
    let effective = definition.as_ref().and_then(Definition::effective);
    // [MS-OXOCAL] §2.2.1.41: where the two disagree, PidLidTimeZoneStruct holds. Its name is then no use either, unless
    // its rules agree with it all the same.
    let rules = structure.or(effective);
    let names = [definition.as_ref().map(|definition| definition.name.clone()), description];
    match rules {
        Some(rules) => choose(&names, &[(1601, rules)], year),
        None => of_start(properties, year),
    }
}

/// The zone in which the start of an appointment is shown.
pub fn of_start(properties: &Properties, year: i32) -> Option<Zone> {
    display(properties, &START_DISPLAY, year)
}

/// The zone in which the end of an appointment is shown.
pub fn of_end(properties: &Properties, year: i32) -> Option<Zone> {
    display(properties, &END_DISPLAY, year)
}

fn display(properties: &Properties, which: &Named, year: i32) -> Option<Zone> {
    let description = properties.named_text(&ZONE_DESCRIPTION);
    if let Some(definition) = read(properties, which).or_else(|| read(properties, &RECUR)) {
        return choose(&[Some(definition.name.clone())], &definition.by_year(), year);
    }
    let structure = properties.named_binary(&ZONE_STRUCT).and_then(|bytes| structure(bytes).ok());
    let rules: Vec<_> = structure.map(|rules| (1601, rules)).into_iter().collect();
    choose(&[description], &rules, year)
}

fn read(properties: &Properties, which: &Named) -> Option<Definition> {
    definition(properties.named_binary(which)?).ok()
}

/// The zone of the first name that is known and agrees with the rules; else a zone by those rules.
pub fn choose(names: &[Option<String>], rules: &[(i32, Rules)], year: i32) -> Option<Zone> {
    let name = names.iter().flatten().find(|name| !name.is_empty()).map_or("", String::as_str);
    let custom = Zone::custom(name, rules.to_vec());
    let known = names.iter().flatten().filter_map(|name| iana_of(without_scheme(name))).map(Zone::Iana);
    for zone in known {
        if custom.as_ref().is_none_or(|custom| zone.agrees_with(custom, year)) {
            return Some(zone);
        }
    }
    match custom {
        Some(_) if rules.iter().all(|(_, rules)| *rules == Rules::fixed(0)) => {
            Some(Zone::Iana(chrono_tz::Tz::UTC))
        }
        other => other,
    }
}

/// Seen: Exchange writes `tzone://Microsoft/Utc` for UTC, and `tzone://Microsoft/Custom`.
fn without_scheme(name: &str) -> &str {
    match name.strip_prefix("tzone://Microsoft/") {
        Some("Utc") => "UTC",
        Some(rest) => rest,
        None => name,
    }
}
