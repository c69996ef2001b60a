//! VEVENT (RFC 5545 §3.6.1).

use super::{super::Event, entry, facts};
use crate::{calendar::Time, line::Line, pieces::Pieces};

/// A series and the occurrences that differ, one component each.
pub(super) fn write(event: Event) -> Pieces {
    let Event { entry, start, end, transparent, recurrence, instead_of, exceptions, facts } = event;
    let mut lines = vec![start.line("DTSTART")];
    // RFC 5545 §3.8.2.2: later than the start, and of the same kind.
    lines.extend(end.filter(|end| is_after(&start, end)).map(|end| end.line("DTEND")));
    lines.extend(instead_of.map(|time| time.line("RECURRENCE-ID")));
    lines.push(Line::new("TRANSP").plain(if transparent { "TRANSPARENT" } else { "OPAQUE" }));
    lines.extend(entry::recurrence(&recurrence));
    let mut body = entry::component("VEVENT", entry, lines, facts::of_event(&facts));
    exceptions
        .into_iter()
        .for_each(|exception| body.append(write(Event { exceptions: Vec::new(), ..exception })));
    body
}

/// Times in two zones cannot be compared without their rules; whoever set them knew.
fn is_after(start: &Time, end: &Time) -> bool {
    match (start, end) {
        (Time::Date(_), Time::Date(_)) => end.local() > start.local(),
        (Time::Date(_), _) | (_, Time::Date(_)) => false,
        (one, two) => !one.is_like(two) || two.local() > one.local(),
    }
}
