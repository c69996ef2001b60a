//! vCalendar 1.0 (versit Consortium, 1996) → iCalendar 2.0.
//!
//! | room | what |
//! |---|---|
//! | `rule` | the old grammar of recurrence |
//! | `alarm` | AALARM, DALARM, MALARM, PALARM → VALARM |
//! | `people` | ATTENDEE, whose value was a name or an address |
//! | `clock` | TZ and DAYLIGHT → VTIMEZONE |
//! | `moment` | dates and times |
//!
//! What has no place in iCalendar goes on under an `X-VCAL-` name, so that nothing is lost.

mod alarm;
mod clock;
pub(crate) mod moment;
mod people;
mod property;
mod rule;

use super::Kind;
use crate::read::old::Old;
use moment::Moment;

/// A component of the new kind.
#[derive(Debug, Default)]
pub(crate) struct Translated {
    /// Its lines, BEGIN and END included, not folded.
    pub(crate) lines: Vec<String>,
    /// The time zone that its times name.
    pub(crate) zone: Vec<String>,
}

/// What all properties of a component need to know of it.
#[derive(Debug, Default)]
struct About {
    kind: Option<Kind>,
    zone: Option<clock::Clock>,
    start: Option<Moment>,
    summary: String,
}

/// Whether a line says something that iCalendar can say.
pub(crate) fn says(line: &[u8]) -> bool {
    let says = |old: Old| is_alarm(&old) || !property::translate(&old, &About::default()).is_empty();
    Old::read(line).is_some_and(says)
}

/// Translates a component. `calendar` are the lines TZ and DAYLIGHT around it; `uid` is its UID if it has none.
pub(crate) fn translate(lines: &[Vec<u8>], calendar: &[String], uid: Option<&str>, kind: Kind) -> Translated {
    let olds: Vec<Old> = lines.iter().filter_map(|line| Old::read(line)).collect();
    let find = |name: &str| olds.iter().find(|old| old.name == name);
    let about = About {
        kind: Some(kind),
        zone: clock::Clock::read(calendar),
        start: find("DTSTART").or_else(|| find("DUE")).and_then(|old| Moment::read(&old.value)),
        summary: find("SUMMARY").map(Old::text).unwrap_or_default(),
    };
    let mut out = Translated::default();
    let mut alarms = Vec::new();
    let mut depth = 0_usize;
    for old in &olds {
        match old.name.as_str() {
            "BEGIN" => {
                depth += 1;
                out.lines.push(format!("BEGIN:{}", old.value));
                if depth == 1 {
                    out.lines.extend(uid.map(str::to_owned));
                    out.lines.extend(stamp(&olds));
                }
            }
            "END" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    out.lines.append(&mut alarms);
                }
                out.lines.push(format!("END:{}", old.value));
            }
            _ if is_alarm(old) => alarms.extend(alarm::translate(old, &about)),
            _ => out.lines.extend(property::translate(old, &about)),
        }
    }
    if let Some(clock) =
        about.zone.filter(|clock| out.lines.iter().any(|line| line.contains(&clock.parameter())))
    {
        out.zone = clock.lines();
    }
    out
}

fn is_alarm(old: &Old) -> bool {
    matches!(old.name.as_str(), "AALARM" | "DALARM" | "MALARM" | "PALARM")
}

/// RFC 5545 §3.8.7.2: DTSTAMP is needed. The time of the last change is its meaning where there is no METHOD.
fn stamp(olds: &[Old]) -> Option<String> {
    if olds.iter().any(|old| old.name == "DTSTAMP") {
        return None;
    }
    let of = |name: &str| olds.iter().find(|old| old.name == name).and_then(|old| Moment::read(&old.value));
    let moment =
        of("LAST-MODIFIED").or_else(|| of("DCREATED")).or_else(|| of("DTSTART")).or_else(|| of("DUE"))?;
    Some(format!("DTSTAMP:{}", moment.as_utc()))
}

#[cfg(test)]
mod tests;
