//! DELE and RSET, and what becomes of them at QUIT.

use super::{number, place, without_argument};
use crate::pop::{
    Quirk,
    session::{Outcome, Session, ok},
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
    let is_over = |seen: &&crate::pop::session::Seen| seen.is_deleted || (expires && seen.was_retrieved);
    let gone: BTreeSet<u64> = session.view.iter().filter(is_over).map(|seen| seen.id).collect();
    let maildrop = session.user.as_ref().and_then(|user| world.maildrops.get_mut(user));
    if let Some(maildrop) = maildrop {
        let before = maildrop.messages.len();
        maildrop.messages.retain(|message| !gone.contains(&message.id));
        world.counters.messages_removed += (before - maildrop.messages.len()) as u64;
    }
}
