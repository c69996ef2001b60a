//! What a session sees: the maildrop as it was when the session began (RFC 1939 §5).

use crate::pop::{
    Quirk,
    store::{Maildrop, Message},
    text,
    world::World,
};

/// A message as the session numbers it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Which message of the maildrop it is.
    pub(crate) id: u64,
    pub(crate) uid: String,
    /// Its octets as it travels.
    pub(crate) size: usize,
    /// To be removed at QUIT.
    pub(crate) is_deleted: bool,
    pub(crate) was_retrieved: bool,
}

pub(super) fn view(world: &World, maildrop: &Maildrop) -> Vec<Seen> {
    if world.is_so(Quirk::EmptyMaildrop) {
        return Vec::new();
    }
    let seen = |(at, message): (usize, &Message)| Seen {
        id: message.id,
        uid: shown_uid(world, maildrop, at),
        size: text::size(world, &message.bytes),
        is_deleted: false,
        was_retrieved: false,
    };
    let most = world.quirk(|quirk| match quirk {
        Quirk::ShowsOnly(most) => Some(*most),
        _ => None,
    });
    maildrop.messages.iter().enumerate().map(seen).take(most.unwrap_or(usize::MAX)).collect()
}

fn shown_uid(world: &World, maildrop: &Maildrop, at: usize) -> String {
    let at = if at == 1 && world.is_so(Quirk::TwinUids) { 0 } else { at };
    let mut uid = maildrop.messages[at].uid.clone();
    if world.is_so(Quirk::NewUidsEachSession) {
        uid.push_str(&format!("-{}", maildrop.sessions));
    }
    if world.is_so(Quirk::OddUids) {
        uid.push_str(" naïve~ \t(1)");
    }
    if world.is_so(Quirk::LongUids) {
        uid.push_str(&"x".repeat(71));
    }
    uid
}
