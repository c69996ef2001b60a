//! SELECT, EXAMINE, CLOSE, UNSELECT.

use crate::imap::{
    Extension, Keywords, Quirk,
    answer::flags,
    parse::{Args, Set, bad, compress},
    session::{Outcome, Refusal, Selected, Session, no, ok},
    store::Folder,
    world::World,
};

/// What a client knows from an earlier session (RFC 7162 §3.2.5).
struct Known {
    uid_validity: u64,
    modseq: u64,
    uids: Option<Set>,
}

pub(super) fn select(
    session: &mut Session,
    world: &mut World,
    args: &mut Args<'_>,
    examine: bool,
) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    let known = parameters(session, world, args)?;
    args.end()?;
    if world.is_so(Quirk::SelectWantsId) && !session.has_said_id {
        return Err(no("SELECT Unsafe Login. Please contact kefu@188.com for help"));
    }
    // RFC 9051 §6.3.2: whatever comes of it, the mailbox before is left.
    let before = session.selected.take();
    let tells = session.is_rev2(world) || session.enabled.qresync;
    if before.is_some() && tells && !world.is_so(Quirk::NoClosedCode) {
        session.line(world, "* OK [CLOSED] the one before is closed");
    }
    let folder = session.account(world)?.find(&name).filter(|folder| !folder.no_select);
    let id = folder.ok_or_else(|| no("[NONEXISTENT] no such mailbox"))?.id;
    let Some(folder) = session.account_mut(world)?.by_id_mut(id) else { return Err(no("no such mailbox")) };
    let read_only = examine || folder.read_only;
    let selected = Selected::new(folder, read_only);
    if !read_only {
        folder.recent_from = folder.uid_next;
    }
    let folder = folder.clone();
    describe(session, world, &folder, &selected, examine);
    if let Some(known) = known {
        resynchronise(session, world, &folder, &selected, &known);
    }
    session.selected = Some(selected);
    ok(if read_only { "[READ-ONLY] look, do not touch" } else { "[READ-WRITE] yours" })
}

/// Expunges without a word, unless read-only.
pub(super) fn close(session: &mut Session, world: &mut World, args: &Args<'_>) -> Outcome {
    args.end()?;
    if !session.selected()?.is_read_only {
        let folder = session.folder_mut(world)?;
        let deleted: Vec<u32> = folder
            .messages
            .iter()
            .filter(|message| message.has("\\Deleted"))
            .map(|message| message.uid)
            .collect();
        folder.remove(&deleted);
    }
    session.selected = None;
    ok("closed")
}

pub(super) fn unselect(session: &mut Session, _: &World, args: &Args<'_>) -> Outcome {
    args.end()?;
    session.selected = None;
    ok("left")
}

fn parameters(session: &mut Session, world: &World, args: &mut Args<'_>) -> Result<Option<Known>, Refusal> {
    let mut known = None;
    if args.is_done() {
        return Ok(known);
    }
    args.space()?;
    let (mut condstore, is_qresync) = (false, session.enabled.qresync);
    args.list(|args| match args.word()?.as_str() {
        "CONDSTORE" if world.has(Extension::CondStore) => {
            condstore = true;
            Ok(())
        }
        // RFC 7162 §3.2.5: BAD when it was not enabled.
        "QRESYNC" if is_qresync => {
            args.space()?;
            known = Some(read_known(args)?);
            Ok(())
        }
        _ => Err(bad("unknown parameter")),
    })?;
    session.enabled.condstore |= condstore;
    Ok(known)
}

fn read_known(args: &mut Args<'_>) -> Result<Known, Refusal> {
    args.expect(b'(')?;
    let uid_validity = args.number()?;
    args.space()?;
    let modseq = args.number()?;
    let mut uids = None;
    while args.take(b' ') {
        if args.peek() == Some(b'(') {
            // Pairs of sequence numbers and UIDs: a hint that this server has no need of, for it forgets nothing.
            args.expect(b'(')?;
            args.set()?;
            args.space()?;
            args.set()?;
            args.expect(b')')?;
        } else {
            uids = Some(args.set()?);
        }
    }
    args.expect(b')')?;
    Ok(Known { uid_validity, modseq, uids })
}

fn describe(session: &mut Session, world: &World, folder: &Folder, selected: &Selected, examine: bool) {
    let mut known: Vec<&str> = vec!["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
    for flag in folder.messages.iter().flat_map(|message| &message.flags) {
        if !known.iter().any(|own| own.eq_ignore_ascii_case(flag)) {
            known.push(flag);
        }
    }
    if let Keywords::Only(words) = &world.settings.keywords {
        known.extend(words.iter().map(String::as_str));
    }
    let permanent = permanent(world, &known, selected.is_read_only);
    let is_rev2 = session.is_rev2(world);
    let validity = folder.uid_validity + u32::from(examine && world.is_so(Quirk::ExamineDiffers)) * 1000;
    session.line(world, &format!("* FLAGS {}", flags(known)));
    session.line(world, &format!("* {} EXISTS", folder.messages.len()));
    if !is_rev2 {
        session.line(world, &format!("* {} RECENT", selected.recent.len()));
        if let Some(at) = folder.messages.iter().position(|message| !message.has("\\Seen")) {
            session.line(world, &format!("* OK [UNSEEN {}] the first of them", at + 1));
        }
    }
    session.line(world, &format!("* OK [PERMANENTFLAGS {permanent}] what stays"));
    session.line(world, &format!("* OK [UIDVALIDITY {validity}] valid"));
    session.line(world, &format!("* OK [UIDNEXT {}] next", folder.uid_next));
    if world.has(Extension::CondStore) {
        session.line(world, &format!("* OK [HIGHESTMODSEQ {}] highest", folder.highest_modseq));
    }
    if world.has(Extension::ObjectId) {
        session.line(world, &format!("* OK [MAILBOXID (M{})] its own", folder.id));
    }
    if is_rev2 {
        // RFC 9051 §6.3.2: LIST is part of the answer.
        let delimiter = session.delimiter(world);
        session.out.extend(format!("* LIST () {delimiter} ").as_bytes());
        let name = session.name(world, &folder.name);
        session.out.extend(name);
        session.end_line(world);
    }
}

fn permanent(world: &World, known: &[&str], read_only: bool) -> String {
    if read_only {
        return "()".to_owned();
    }
    let star = match &world.settings.keywords {
        Keywords::Any => Some("\\*"),
        Keywords::AtMost(most) => {
            (known.iter().filter(|flag| !flag.starts_with('\\')).count() < *most).then_some("\\*")
        }
        Keywords::Only(_) => None,
    };
    flags(known.iter().copied().chain(star))
}

fn resynchronise(session: &mut Session, world: &World, folder: &Folder, selected: &Selected, known: &Known) {
    if known.uid_validity != u64::from(folder.uid_validity) {
        return;
    }
    let highest = folder.uid_next.saturating_sub(1);
    let ranges = known.uids.as_ref().map(|set| set.resolve(highest, &session.saved));
    let concerns = |uid: u32| ranges.as_ref().is_none_or(|ranges| ranges.contains(uid));
    let gone = folder.gone.iter().filter(|(uid, modseq)| *modseq > known.modseq && concerns(*uid));
    let mut gone: Vec<u32> = gone.map(|(uid, _)| *uid).collect();
    gone.sort_unstable();
    gone.dedup();
    if !gone.is_empty() {
        session.line(world, &format!("* VANISHED (EARLIER) {}", compress(gone)));
    }
    for (number, message) in (1..).zip(&folder.messages) {
        if message.modseq > known.modseq && concerns(message.uid) {
            let flags = session.flags_of(world, selected, message);
            let (uid, modseq) = (message.uid, message.modseq);
            let number: u32 = number;
            session.line(world, &format!("* {number} FETCH (UID {uid} FLAGS {flags} MODSEQ ({modseq}))"));
        }
    }
}
