//! STAT, LIST, UIDL.

use super::{number, place, without_argument};
use crate::pop::{
    Quirk,
    session::{Done, Outcome, Seen, Session},
    text,
    world::World,
};

pub(super) fn stat(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    let (count, octets) = sums(session, world);
    Ok(Done::Told(format!("{count} {octets}")))
}

pub(super) fn list(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let (count, octets) = sums(session, world);
    listing(session, world, argument, &format!("{count} messages ({octets} octets)"), |seen| {
        size(world, seen).to_string()
    })
}

pub(super) fn uidl(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    listing(session, world, argument, "unique-ids follow", |seen| seen.uid.clone())
}

/// A line for one message, or for all that are not marked as deleted.
fn listing(
    session: &Session,
    world: &World,
    argument: Option<&str>,
    text: &str,
    fact: impl Fn(&Seen) -> String,
) -> Outcome {
    let more = if world.is_so(Quirk::ListingSaysMore) { " and more" } else { "" };
    let line = |at: usize, seen: &Seen| format!("{} {}{more}", at + 1, fact(seen));
    if let Some(argument) = argument {
        let at = place(session, number(argument)?)?;
        return Ok(Done::Told(line(at, &session.view[at])));
    }
    let there = session.view.iter().enumerate().filter(|(_, seen)| !seen.is_deleted);
    let lines: String = there.map(|(at, seen)| line(at, seen) + "\r\n").collect();
    Ok(Done::Lines(text.to_owned(), text::stuffed(lines.as_bytes())))
}

/// How many messages, and how many octets, deleted ones left out.
fn sums(session: &Session, world: &World) -> (usize, usize) {
    let there = session.view.iter().filter(|seen| !seen.is_deleted);
    there.fold((0, 0), |(count, octets), seen| (count + 1, octets + size(world, seen)))
}

fn size(world: &World, seen: &Seen) -> usize {
    let off = world.quirk(|quirk| match quirk {
        Quirk::SizeOff(by) => Some(*by),
        _ => None,
    });
    seen.size.saturating_add_signed(off.unwrap_or(0) as isize)
}
