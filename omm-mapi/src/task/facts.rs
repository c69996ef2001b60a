//! How far a task is, whose it is, and how much work it takes.

use crate::{
    property::{Named, Properties, Value, named::PSETID_TASK},
    recurrence::Rendered,
};
use omm_content::calendar::{Rule, Stage, Status, TaskFacts};

const STATUS: Named = Named::Id(PSETID_TASK, 0x8101);
const PERCENT: Named = Named::Id(PSETID_TASK, 0x8102);
const TEAM: Named = Named::Id(PSETID_TASK, 0x8103);
const ACTUAL: Named = Named::Id(PSETID_TASK, 0x8110);
const ESTIMATED: Named = Named::Id(PSETID_TASK, 0x8111);
const COMPLETE: Named = Named::Id(PSETID_TASK, 0x811C);
const OWNER: Named = Named::Id(PSETID_TASK, 0x811F);
const ASSIGNER: Named = Named::Id(PSETID_TASK, 0x8121);

/// Status, owner and work.
pub(super) fn of(properties: &Properties) -> (Status, TaskFacts) {
    // [MS-OXOTASK] §2.2.2.2.2.
    let (status, stage) = match properties.named_number(&STATUS) {
        _ if properties.is_named(&COMPLETE) => (Status::Completed, None),
        Some(1) => (Status::InProcess, None),
        Some(2) => (Status::Completed, None),
        Some(3) => (Status::NeedsAction, Some(Stage::Waiting)),
        Some(4) => (Status::NeedsAction, Some(Stage::Deferred)),
        _ => (Status::NeedsAction, None),
    };
    // [MS-OXOTASK] §2.2.2.2.10: minutes of work.
    let work = |of: &Named| {
        let minutes = properties.named_number(of).filter(|minutes| *minutes > 0)?;
        u32::try_from(minutes).ok()
    };
    let facts = TaskFacts {
        stage,
        owner: properties.named_text(&OWNER),
        assigner: properties.named_text(&ASSIGNER),
        actual_minutes: work(&ACTUAL),
        total_minutes: work(&ESTIMATED),
        team: properties.is_named(&TEAM),
        regenerates: None,
    };
    (status, facts)
}

/// [MS-OXOTASK] §2.2.2.2.3: from 0 to 1.
pub(super) fn percent(properties: &Properties) -> Option<u32> {
    match properties.named(&PERCENT)? {
        Value::Floating(part) if part.is_finite() => Some((part.clamp(0.0, 1.0) * 100.0).round() as u32),
        _ => None,
    }
}

/// The rule by which a task is made anew, for people and for programs that know it.
pub(super) fn regenerates(rendered: Option<Rendered>) -> Option<Rule> {
    match rendered {
        Some(Rendered::Rule(_, rule)) => Some(*rule),
        _ => None,
    }
}
