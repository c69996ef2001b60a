//! What Outlook and Exchange keep beside iCalendar, as X- properties.

use crate::{
    calendar::{Entry, EventFacts, TaskFacts},
    line::Line,
};

/// What appointments and tasks have in common.
pub(super) fn of_entry(entry: &Entry) -> Vec<Line> {
    let text = |name: &str, value: &Option<String>| value.as_deref().map(|value| Line::new(name).text(value));
    let mut lines: Vec<_> =
        entry.companies.iter().map(|company| Line::new("X-OMM-COMPANY").text(company)).collect();
    lines.extend(text("X-OMM-MILEAGE", &entry.mileage));
    lines.extend(text("X-OMM-BILLING", &entry.billing));
    lines
}

/// [MS-OXCICAL] §2.1.3.1.1.20.31 and what follows.
pub(super) fn of_event(facts: &EventFacts) -> Vec<Line> {
    let line = |name: &str, value: &str| Line::new(name).plain(value);
    let flag = |name: &str, is: bool| line(name, if is { "TRUE" } else { "FALSE" });
    let mut lines = Vec::new();
    lines.extend(facts.busy.map(|busy| line("X-MICROSOFT-CDO-BUSYSTATUS", busy.word())));
    lines.extend(facts.intended.map(|busy| line("X-MICROSOFT-CDO-INTENDEDSTATUS", busy.word())));
    lines.extend(facts.all_day.map(|is| flag("X-MICROSOFT-CDO-ALLDAYEVENT", is)));
    lines.extend(facts.importance.map(|value| line("X-MICROSOFT-CDO-IMPORTANCE", value.word())));
    lines.extend(facts.instance.map(|kind| line("X-MICROSOFT-CDO-INSTTYPE", kind.word())));
    lines.extend(facts.owner_id.map(|id| line("X-MICROSOFT-CDO-OWNERAPPTID", &id.to_string())));
    lines.extend(facts.disallow_counter.map(|is| flag("X-MICROSOFT-DISALLOW-COUNTER", is)));
    lines.extend(facts.response.map(|response| line("X-OMM-RESPONSE", response.word())));
    lines
}

pub(super) fn of_task(facts: &TaskFacts) -> Vec<Line> {
    let text = |name: &str, value: &Option<String>| value.as_deref().map(|value| Line::new(name).text(value));
    let work = |name: &str, minutes: Option<u32>| {
        let minutes = minutes.filter(|minutes| *minutes > 0)?;
        Some(Line::new(name).param("VALUE", "DURATION").plain(&format!("PT{minutes}M")))
    };
    let mut lines = Vec::new();
    lines.extend(facts.stage.map(|stage| Line::new("X-OMM-TASK-STATUS").plain(stage.word())));
    lines.extend(text("X-OMM-TASK-OWNER", &facts.owner));
    lines.extend(text("X-OMM-TASK-ASSIGNER", &facts.assigner));
    lines.extend(work("X-OMM-ACTUAL-WORK", facts.actual_minutes));
    lines.extend(work("X-OMM-TOTAL-WORK", facts.total_minutes));
    lines.extend(facts.team.then(|| Line::new("X-OMM-TEAM-TASK").plain("TRUE")));
    lines.extend(facts.regenerates.iter().map(|rule| Line::new("X-OMM-REGENERATES").plain(&rule.value())));
    lines
}
