//! DELE and RSET, and what becomes of them at QUIT.

use super::{number, place, without_argument};
use crate::pop::{
    Quirk,
    session::{Outcome, Seen, Session, ok},
    world::World,
};
use std::collections::BTreeSet;

pub(super) fn dele(session: &mut Session, _: &mut World, argument: Option<&str>) -> Outcome {
    let at = place(session, number(argument.unwrap_or_default())?)?;
    session.view[at].is_deleted = true;
    ok(format!("message {} is marked as deleted", at + 1))
}

pub(super) fn rset(session: &mut Session, _: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    session.view.iter_mut().for_each(|seen| seen.is_deleted = false);
    ok("nothing is marked as deleted")
}

/// RFC 1939 §6: what is marked is removed.
pub(super) fn update(session: &Session, world: &mut World) {
    let expires = world.is_so(Quirk::RetrievedExpires);
    let marks_read = world.is_so(Quirk::RetrMarksRead);
    let ids = |is_meant: &dyn Fn(&Seen) -> bool| -> BTreeSet<u64> {
        session.view.iter().filter(|seen| is_meant(seen)).map(|seen| seen.id).collect()
    };
    let gone = ids(&|seen| seen.is_deleted || (expires && seen.was_retrieved));
    let read = ids(&|seen| marks_read && seen.was_retrieved);
    let maildrop = session.user.as_ref().and_then(|user| world.maildrops.get_mut(user));
    if let Some(maildrop) = maildrop {
        let before = maildrop.messages.len();
        maildrop.messages.retain(|message| !gone.contains(&message.id));
        maildrop.messages.iter_mut().for_each(|message| message.is_read |= read.contains(&message.id));
        world.counters.messages_removed += (before - maildrop.messages.len()) as u64;
    }
}
