//! VTODO (RFC 5545 §3.6.2).

use super::{
    super::{Task, time::utc},
    entry, facts,
};
use crate::{line::Line, pieces::Pieces};

pub(super) fn write(task: Task) -> Pieces {
    let Task { entry, start, due, completed, percent, recurrence, facts } = task;
    let mut lines = Vec::new();
    lines.extend(start.as_ref().map(|time| time.line("DTSTART")));
    // RFC 5545 §3.8.2.3: not before the start. Outlook lets one set such dates; the start is then no use.
    let ordered = |due: &crate::calendar::Time| {
        start.as_ref().is_none_or(|start| !start.is_like(due) || due.local() >= start.local())
    };
    if let Some(due) = due {
        if ordered(&due) {
            lines.push(due.line("DUE"));
        } else {
            lines = vec![due.line("DUE")];
        }
    }
    lines.extend(completed.map(|time| Line::new("COMPLETED").plain(&utc(time))));
    lines.extend(percent.map(|percent| Line::new("PERCENT-COMPLETE").plain(&percent.min(100).to_string())));
    lines.extend(entry::recurrence(&recurrence));
    entry::component("VTODO", entry, lines, facts::of_task(&facts))
}
