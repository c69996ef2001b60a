//! RETR and TOP.

use super::{number, place};
use crate::pop::{
    Quirk,
    session::{Done, Outcome, Refusal, Session},
    text,
    world::World,
};

pub(super) fn retr(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let at = place(session, number(argument.unwrap_or_default())?)?;
    let mut text = message(session, world, at)?;
    let cut = world.quirk(|quirk| match quirk {
        Quirk::BodiesCutAt(bytes) => Some(*bytes),
        _ => None,
    });
    if let Some(cut) = cut.filter(|cut| *cut < text.len()) {
        text.truncate(cut);
        // Lines end, whatever became of them.
        text.extend(b"\r\n");
    }
    world.counters.bodies_fetched += 1;
    session.view[at].was_retrieved = true;
    count_retrieval(session, world);
    Ok(Done::Lines(format!("{} octets", session.view[at].size), text::stuffed(&text)))
}

/// `TOP number lines`.
pub(super) fn top(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let (which, lines) = argument.unwrap_or_default().split_once(' ').unwrap_or_default();
    let (which, lines) = (number(which)?, number(lines)?);
    let at = place(session, which)?;
    let text = message(session, world, at)?;
    let lines = if world.is_so(Quirk::TopSendsAll) { usize::MAX } else { lines };
    let most = world.quirk(|quirk| match quirk {
        Quirk::TopLinesAtMost(most) => Some(*most),
        _ => None,
    });
    let lines = lines.min(most.unwrap_or(usize::MAX));
    world.counters.bodies_fetched += u64::from(lines > 0);
    Ok(Done::Lines("the top of it".to_owned(), text::stuffed(text::top(&text, lines))))
}

/// The message as it travels.
fn message(session: &Session, world: &World, at: usize) -> Result<Vec<u8>, Refusal> {
    if world.is_so(Quirk::RetrRefused(at + 1)) {
        return Err(Refusal::coded("SYS/PERM", "the message cannot be read"));
    }
    let maildrop = session.user.as_ref().and_then(|user| world.maildrops.get(user));
    let message = maildrop.and_then(|maildrop| maildrop.get(session.view[at].id));
    let message = message.ok_or_else(|| Refusal::new("the message is gone"))?;
    if !session.is_utf8 && world.is_so(Quirk::Utf8Wanted) && text::has_eight_bit_header(&message.bytes) {
        return Err(Refusal::coded("UTF8", "the message wants UTF8 to be asked for"));
    }
    Ok(text::travelling(world, &message.bytes))
}

fn count_retrieval(session: &mut Session, world: &mut World) {
    session.retrievals += 1;
    let is_last =
        |quirk: &Quirk| matches!(quirk, Quirk::ClosesAfterRetrs(most) if session.retrievals >= *most);
    if world.settings.quirks.iter().any(is_last) {
        session.end(world);
    }
}
