//! Reminders: `DALARM:19960415T235000;PT5M;2;Your taxes are due!!!` (time; snooze; repeat; what).

use super::{About, moment, moment::Moment};
use crate::{
    line::Line,
    read::{lists, old::Old},
};

/// A VALARM (RFC 5545 §3.6.6); the property under an `X-VCAL-` name if it has no time.
pub(super) fn translate(old: &Old, about: &About) -> Vec<String> {
    let fields = lists::fields(&old.value);
    let field = |at: usize| fields.get(at).map(|field| field.trim()).unwrap_or_default();
    let Some(trigger) = trigger(field(0), about) else { return old.kept() };
    let mut lines = vec!["BEGIN:VALARM".to_owned()];
    let mut push = |line: Line| lines.push(line.unfolded().to_owned());
    let summary = if about.summary.is_empty() { "Reminder" } else { &about.summary };
    match old.name.as_str() {
        "AALARM" => {
            push(Line::new("ACTION").plain("AUDIO"));
            if !field(3).is_empty() {
                push(Line::new("ATTACH").plain(field(3)));
            }
        }
        "DALARM" => {
            push(Line::new("ACTION").plain("DISPLAY"));
            push(Line::new("DESCRIPTION").text(if field(3).is_empty() { summary } else { field(3) }));
        }
        "MALARM" => {
            push(Line::new("ACTION").plain("EMAIL"));
            push(Line::new("ATTENDEE").plain(&format!("mailto:{}", field(3))));
            push(Line::new("SUMMARY").text(summary));
            push(Line::new("DESCRIPTION").text(if field(4).is_empty() { summary } else { field(4) }));
        }
        // RFC 5545 has taken PROCEDURE away: what would run a program is kept, and runs none.
        _ => return old.kept(),
    }
    lines.push(trigger);
    let repeat = field(2).parse::<u32>().ok().filter(|repeat| *repeat > 0);
    if let Some(repeat) = repeat.filter(|_| field(1).starts_with('P')) {
        lines.extend([format!("DURATION:{}", field(1)), format!("REPEAT:{repeat}")]);
    }
    lines.push("END:VALARM".to_owned());
    lines
}

/// Relative to the start where both are of one clock, so that it goes with every occurrence.
fn trigger(text: &str, about: &About) -> Option<String> {
    if text.starts_with(['P', '-', '+']) {
        return Some(format!("TRIGGER:{text}"));
    }
    let at = Moment::read(text)?;
    match about.start {
        Some(start) if start.is_utc == at.is_utc => {
            Some(format!("TRIGGER:{}", moment::duration(at.at - start.at)))
        }
        _ if at.is_utc => Some(format!("TRIGGER;VALUE=DATE-TIME:{}", at.text())),
        _ => None,
    }
}
