//! STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3).

use super::{append::normal, gmail};
use crate::imap::{
    Extension, Keywords,
    parse::{Args, bad, compress},
    session::{Outcome, Refusal, Session, no, ok},
    store::{Folder, has_flag},
    world::World,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Replace,
    Add,
    Remove,
}

pub(super) fn store(session: &mut Session, world: &mut World, args: &mut Args<'_>, by_uid: bool) -> Outcome {
    args.space()?;
    let set = args.set()?;
    args.space()?;
    let unchanged_since = unchanged_since(session, world, args)?;
    let way = if args.take(b'+') {
        Way::Add
    } else if args.take(b'-') {
        Way::Remove
    } else {
        Way::Replace
    };
    let item = args.word()?;
    args.space()?;
    if matches!(item.as_str(), "X-GM-LABELS") && world.has(Extension::Gmail) {
        return gmail::store_labels(session, world, args, &set, by_uid, way);
    }
    let silent = match item.as_str() {
        "FLAGS" => false,
        "FLAGS.SILENT" => true,
        _ => return Err(bad("unknown store item")),
    };
    let flags = normal(&flags(args)?);
    args.end()?;
    let selected = session.selected()?;
    if selected.is_read_only {
        return Err(no("[READ-ONLY] not in a mailbox that is only looked at"));
    }
    if !by_uid && set.exceeds(selected.count()) {
        return Err(bad("no such message"));
    }
    let named = selected.named(&set, by_uid, &session.saved);
    let mut modified = Vec::new();
    for (number, uid) in named {
        match change(session, world, uid, way, &flags, unchanged_since)? {
            Changed::Not => {}
            Changed::Refused => modified.push(if by_uid { uid } else { number }),
            Changed::Yes => tell(session, world, number, uid, silent, by_uid)?,
        }
    }
    if modified.is_empty() {
        return ok("stored");
    }
    // RFC 7162 §3.1.3.
    ok(&format!("[MODIFIED {}] not all", compress(modified)))
}

/// Those of the flags that can be kept in this folder.
pub(super) fn storable(folder: Option<&Folder>, world: &World, flags: &[String]) -> Vec<String> {
    let mut known: Vec<&str> = Vec::new();
    // Looked up only where it matters: it means a look at every message.
    let folder = folder.filter(|_| world.settings.keywords != Keywords::Any);
    for flag in folder.into_iter().flat_map(|folder| &folder.messages).flat_map(|message| &message.flags) {
        if !flag.starts_with('\\') && !known.iter().any(|own| own.eq_ignore_ascii_case(flag)) {
            known.push(flag);
        }
    }
    let mut new = 0;
    let mut is_kept = |flag: &String| {
        let is_known = known.iter().any(|own| own.eq_ignore_ascii_case(flag));
        match &world.settings.keywords {
            _ if flag.starts_with('\\') || is_known => true,
            Keywords::Any => true,
            Keywords::Only(words) => has_flag(words, flag),
            Keywords::AtMost(most) => {
                new += 1;
                known.len() + new <= *most
            }
        }
    };
    normal(flags).into_iter().filter(|flag| is_kept(flag)).collect()
}

enum Changed {
    Yes,
    Not,
    Refused,
}

fn change(
    session: &Session,
    world: &mut World,
    uid: u32,
    way: Way,
    flags: &[String],
    unchanged_since: Option<u64>,
) -> Result<Changed, Refusal> {
    let folder = session.folder(world)?;
    let Some(message) = folder.get(uid) else { return Ok(Changed::Not) };
    if unchanged_since.is_some_and(|modseq| message.modseq > modseq) {
        return Ok(Changed::Refused);
    }
    let kept = storable(Some(folder), world, flags);
    let mut new = message.flags.clone();
    match way {
        Way::Replace => new = kept,
        Way::Add => new.extend(kept.into_iter().filter(|flag| !message.has(flag))),
        Way::Remove => new.retain(|flag| !has_flag(flags, flag)),
    }
    session.folder_mut(world)?.set_flags(uid, new);
    Ok(Changed::Yes)
}

/// `.SILENT` keeps the flags back, not the MODSEQ (RFC 7162 §3.1.3).
fn tell(
    session: &mut Session,
    world: &World,
    number: u32,
    uid: u32,
    silent: bool,
    by_uid: bool,
) -> Result<(), Refusal> {
    let folder = session.folder(world)?;
    let Some(message) = folder.get(uid) else { return Ok(()) };
    let mut words = Vec::new();
    if by_uid || session.enabled.qresync {
        words.push(format!("UID {uid}"));
    }
    if !silent {
        words.push(format!("FLAGS {}", session.flags_of(world, session.selected()?, message)));
    }
    if session.enabled.condstore {
        words.push(format!("MODSEQ ({})", message.modseq));
    }
    if !silent || session.enabled.condstore {
        session.line(world, &format!("* {number} FETCH ({})", words.join(" ")));
    }
    if let Some(selected) = &mut session.selected {
        selected.told(uid, message.modseq);
    }
    Ok(())
}

fn unchanged_since(
    session: &mut Session,
    world: &World,
    args: &mut Args<'_>,
) -> Result<Option<u64>, Refusal> {
    if !args.take(b'(') {
        return Ok(None);
    }
    if !args.take_word("UNCHANGEDSINCE") || !world.has(Extension::CondStore) {
        return Err(bad("unknown store modifier"));
    }
    args.space()?;
    let modseq = args.number()?;
    args.expect(b')')?;
    args.space()?;
    session.enabled.condstore = true;
    Ok(Some(modseq))
}

/// In brackets or not.
fn flags(args: &mut Args<'_>) -> Result<Vec<String>, Refusal> {
    if args.peek() == Some(b'(') {
        return args.list(Args::flag);
    }
    let mut flags = vec![args.flag()?];
    while args.take(b' ') {
        flags.push(args.flag()?);
    }
    Ok(flags)
}
