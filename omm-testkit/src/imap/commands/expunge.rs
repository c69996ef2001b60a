//! EXPUNGE and UID EXPUNGE. What went is told by the updates at the end of every command.

use crate::imap::{
    Extension,
    parse::Args,
    session::{Outcome, Session, no, ok},
    world::World,
};

pub(super) fn expunge(session: &mut Session, world: &mut World, args: &Args<'_>) -> Outcome {
    args.end()?;
    remove(session, world, |_| true)
}

/// RFC 4315 §2.1: only of these, and only those marked.
pub(super) fn uid_expunge(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let set = args.set()?;
    args.end()?;
    let ranges = set.resolve(session.selected()?.highest_uid(), &session.saved);
    remove(session, world, |uid| ranges.contains(uid))
}

fn remove(session: &mut Session, world: &mut World, concerns: impl Fn(u32) -> bool) -> Outcome {
    if session.selected()?.is_read_only {
        return Err(no("[READ-ONLY] not in a mailbox that is only looked at"));
    }
    let folder = session.folder_mut(world)?;
    let marked = folder.messages.iter().filter(|message| message.has("\\Deleted") && concerns(message.uid));
    let uids: Vec<u32> = marked.map(|message| message.uid).collect();
    folder.remove(&uids);
    let highest = folder.highest_modseq;
    // RFC 7162 §3.2.7.
    if session.enabled.qresync && !uids.is_empty() && world.has(Extension::QResync) {
        return ok(&format!("[HIGHESTMODSEQ {highest}] expunged"));
    }
    ok("expunged")
}
