//! SEARCH (RFC 9051 §6.4.4, RFC 4731, RFC 7162 §3.1.5).

use super::search_keys::{self, Key};
use crate::imap::{
    Extension, Quirk,
    parse::{Args, bad, compress},
    session::{Outcome, Refusal, Session, no, ok},
    world::World,
};

#[derive(Debug, Default)]
struct Return {
    is_wanted: bool,
    min: bool,
    max: bool,
    all: bool,
    count: bool,
    save: bool,
}

pub(super) fn search(
    session: &mut Session,
    world: &World,
    args: &mut Args<'_>,
    tag: &str,
    by_uid: bool,
) -> Outcome {
    args.space()?;
    let mut wanted = returns(world, args)?;
    if args.take_word("CHARSET") {
        args.space()?;
        let charset = args.astring()?.to_ascii_uppercase();
        args.space()?;
        if charset != b"UTF-8" && charset != b"US-ASCII" {
            return Err(no("[BADCHARSET (UTF-8 US-ASCII)] no such charset"));
        }
    }
    let keys = search_keys::all(world, args)?;
    args.end()?;
    if world.is_so(Quirk::SearchRefused) {
        return Err(no("SEARCH is not available"));
    }
    if world.is_so(Quirk::SearchUnknown) {
        return Err(bad("unknown command"));
    }
    let by_modseq = keys.iter().any(Key::asks_modseq);
    session.enabled.condstore |= by_modseq;
    let found = found(session, world, &keys)?;
    if wanted.save {
        session.saved = found.iter().map(|found| found.uid).collect();
    }
    let numbers: Vec<u32> = found.iter().map(|found| if by_uid { found.uid } else { found.number }).collect();
    let modseq = found.iter().map(|found| found.modseq).max().filter(|_| by_modseq);
    // RFC 9051 §6.4.4: IMAP4rev2 has ESEARCH only.
    let is_rev2 = session.is_rev2(world);
    if wanted.is_wanted || is_rev2 {
        wanted.all |= !wanted.is_wanted;
        extended(session, world, tag, by_uid, &wanted, &numbers, modseq);
    } else {
        let words: String = numbers.iter().map(|number| format!(" {number}")).collect();
        let modseq = modseq.map_or(String::new(), |modseq| format!(" (MODSEQ {modseq})"));
        session.line(world, &format!("* SEARCH{words}{modseq}"));
    }
    ok("searched")
}

struct Found {
    number: u32,
    uid: u32,
    modseq: u64,
}

fn found(session: &Session, world: &World, keys: &[Key]) -> Result<Vec<Found>, Refusal> {
    if world.is_so(Quirk::SearchFindsNothing) {
        return Ok(Vec::new());
    }
    let (folder, selected) = (session.folder(world)?, session.selected()?);
    let scope = search_keys::Scope { selected, saved: &session.saved };
    let mut found = Vec::new();
    for (number, seen) in (1..).zip(&selected.view) {
        let Some(message) = folder.get(seen.uid) else { continue };
        if keys.iter().all(|key| key.fits(&scope, number, message)) {
            found.push(Found { number, uid: seen.uid, modseq: message.modseq });
        }
    }
    Ok(found)
}

/// `RETURN (MIN MAX ALL COUNT SAVE)`.
fn returns(world: &World, args: &mut Args<'_>) -> Result<Return, Refusal> {
    let mut wanted = Return::default();
    let extended = world.has(Extension::ESearch) || world.has(Extension::Imap4Rev2);
    if !extended || !args.take_word("RETURN") {
        return Ok(wanted);
    }
    wanted.is_wanted = true;
    args.space()?;
    let words = args.list(Args::word)?;
    args.space()?;
    for word in &words {
        match word.as_str() {
            "MIN" => wanted.min = true,
            "MAX" => wanted.max = true,
            "ALL" => wanted.all = true,
            "COUNT" => wanted.count = true,
            "SAVE" if world.has(Extension::Imap4Rev2) => wanted.save = true,
            _ => return Err(bad("unknown return option")),
        }
    }
    // RFC 4731 §3.1: `()` is `(ALL)`.
    wanted.all |= words.is_empty();
    Ok(wanted)
}

fn extended(
    session: &mut Session,
    world: &World,
    tag: &str,
    by_uid: bool,
    wanted: &Return,
    numbers: &[u32],
    modseq: Option<u64>,
) {
    let mut text = format!("* ESEARCH (TAG \"{tag}\")");
    if by_uid {
        text.push_str(" UID");
    }
    // RFC 4731 §3.1: nothing found has neither least nor most nor all.
    if let (Some(min), Some(max)) = (numbers.iter().min(), numbers.iter().max()) {
        let mut say = |is_wanted: bool, word: String| {
            if is_wanted {
                text.push_str(&word);
            }
        };
        say(wanted.min, format!(" MIN {min}"));
        say(wanted.max, format!(" MAX {max}"));
        say(wanted.all, format!(" ALL {}", compress(numbers.iter().copied())));
    }
    if wanted.count {
        text.push_str(&format!(" COUNT {}", numbers.len()));
    }
    if let Some(modseq) = modseq {
        text.push_str(&format!(" MODSEQ {modseq}"));
    }
    session.line(world, &text);
}
