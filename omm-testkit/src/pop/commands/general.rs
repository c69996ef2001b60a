//! CAPA, NOOP, QUIT.

use super::{remove, without_argument};
use crate::pop::{
    session::{Done, Outcome, Session, ok},
    text,
    world::World,
};

pub(super) fn capa(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    let lines: String = session.capabilities(world).iter().map(|line| format!("{line}\r\n")).collect();
    Ok(Done::Lines("what can be done".to_owned(), text::stuffed(lines.as_bytes())))
}

pub(super) fn noop(_: &mut Session, _: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    ok("nothing done")
}

/// RFC 1939 §6: from TRANSACTION to UPDATE, and out.
pub(super) fn quit(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    remove::update(session, world);
    session.release(world, true);
    session.end(world);
    ok("see you")
}
