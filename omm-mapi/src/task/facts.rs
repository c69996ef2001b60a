//! How far a task is, whose it is, and how much work it takes.

use crate::{
    property::{Named, Properties, Value, named::PSETID_TASK},
    recurrence::Rendered,
};
use omm_content::{
    calendar::{Entry, Status},
    line::Line,
};

const STATUS: Named = Named::Id(PSETID_TASK, 0x8101);
const PERCENT: Named = Named::Id(PSETID_TASK, 0x8102);
const TEAM: Named = Named::Id(PSETID_TASK, 0x8103);
const ACTUAL: Named = Named::Id(PSETID_TASK, 0x8110);
const ESTIMATED: Named = Named::Id(PSETID_TASK, 0x8111);
const COMPLETE: Named = Named::Id(PSETID_TASK, 0x811C);
const OWNER: Named = Named::Id(PSETID_TASK, 0x811F);
const ASSIGNER: Named = Named::Id(PSETID_TASK, 0x8121);

/// Adds status, owner and work.
pub(super) fn add(properties: &Properties, entry: &mut Entry) {
    let word = |word: &str| Line::new("X-OMM-TASK-STATUS").plain(word);
    // [MS-OXOTASK] §2.2.2.2.2.
    let (status, more) = match properties.named_number(&STATUS) {
        _ if properties.is_named(&COMPLETE) => (Status::Completed, None),
        Some(1) => (Status::InProcess, None),
        Some(2) => (Status::Completed, None),
        Some(3) => (Status::NeedsAction, Some(word("WAITING"))),
        Some(4) => (Status::NeedsAction, Some(word("DEFERRED"))),
        _ => (Status::NeedsAction, None),
    };
    entry.status = Some(status);
    entry.extra.extend(more);
    let text = |name: &str, of: &Named| properties.named_text(of).map(|value| Line::new(name).text(&value));
    entry.extra.extend(text("X-OMM-TASK-OWNER", &OWNER));
    entry.extra.extend(text("X-OMM-TASK-ASSIGNER", &ASSIGNER));
    // [MS-OXOTASK] §2.2.2.2.10: minutes of work.
    let work = |name: &str, of: &Named| {
        let minutes = properties.named_number(of).filter(|minutes| *minutes > 0)?;
        Some(Line::new(name).param("VALUE", "DURATION").plain(&format!("PT{minutes}M")))
    };
    entry.extra.extend(work("X-OMM-ACTUAL-WORK", &ACTUAL));
    entry.extra.extend(work("X-OMM-TOTAL-WORK", &ESTIMATED));
    entry.extra.extend(properties.is_named(&TEAM).then(|| Line::new("X-OMM-TEAM-TASK").plain("TRUE")));
}

/// [MS-OXOTASK] §2.2.2.2.3: from 0 to 1.
pub(super) fn percent(properties: &Properties) -> Option<u32> {
    match properties.named(&PERCENT)? {
        Value::Floating(part) if part.is_finite() => Some((part.clamp(0.0, 1.0) * 100.0).round() as u32),
        _ => None,
    }
}

/// The rule by which a task is made anew, for people and for programs that know it.
pub(super) fn regenerates(rendered: Option<&Rendered>) -> Option<Line> {
    match rendered {
        Some(Rendered::Rule(_, rule)) => Some(Line::new("X-OMM-REGENERATES").plain(&rule.value())),
        _ => None,
    }
}
