//! FETCH (RFC 9051 §6.4.5, RFC 7162 §3.1.4 and §3.2.6).

use super::{
    gmail,
    items::{self, Item, Section, What},
};
use crate::imap::{
    Extension, Quirk,
    answer::{Part, envelope, field_lines, literal, string, structure},
    parse::{Args, Ranges, bad, compress, written},
    session::{Outcome, Refusal, Session, ok},
    store::Message,
    world::World,
};

/// How deep parts of parts are looked at.
const DEPTH: usize = 20;

#[derive(Clone, Copy, Debug, Default)]
struct Modifiers {
    changed_since: Option<u64>,
    vanished: bool,
}

pub(super) fn fetch(session: &mut Session, world: &mut World, args: &mut Args<'_>, by_uid: bool) -> Outcome {
    args.space()?;
    let set = args.set()?;
    args.space()?;
    let mut items = items::read(world, args)?;
    let modifiers = modifiers(session, world, args, by_uid)?;
    args.end()?;
    let selected = session.selected()?;
    // RFC 9051 §6.4.9: a UID that is not there is no error, a number is.
    if !by_uid && set.exceeds(selected.count()) {
        return Err(bad("no such message"));
    }
    let named = selected.named(&set, by_uid, &session.saved);
    session.enabled.condstore |= items.contains(&Item::ModSeq) || modifiers.changed_since.is_some();
    if modifiers.changed_since.is_some() && !items.contains(&Item::ModSeq) {
        items.push(Item::ModSeq);
    }
    if (by_uid || session.enabled.qresync) && !items.contains(&Item::Uid) {
        items.insert(0, Item::Uid);
    }
    if world.is_so(Quirk::UidAfterBody) {
        items.sort_by_key(|item| *item == Item::Uid);
    }
    if modifiers.vanished {
        let highest = session.folder(world)?.uid_next.saturating_sub(1);
        let ranges = set.resolve(highest, &session.saved);
        vanished(session, world, modifiers.changed_since.unwrap_or_default(), &ranges)?;
    }
    for (number, uid) in named {
        one(session, world, &items, modifiers, (number, uid))?;
    }
    ok("fetched")
}

fn one(
    session: &mut Session,
    world: &mut World,
    items: &[Item],
    modifiers: Modifiers,
    (number, uid): (u32, u32),
) -> Result<(), Refusal> {
    let Some(message) = session.folder(world)?.get(uid) else { return Ok(()) };
    if modifiers.changed_since.is_some_and(|modseq| message.modseq <= modseq) {
        return Ok(());
    }
    let is_read = mark_seen(session, world, items, uid)?;
    let Some(message) = session.folder(world)?.get(uid) else { return Ok(()) };
    let message = message.clone();
    let mut words: Vec<Vec<u8>> = Vec::new();
    for item in items {
        words.push(word(session, world, &message, item)?);
    }
    if is_read && !items.contains(&Item::Flags) {
        words.push(word(session, world, &message, &Item::Flags)?);
    }
    let bodies = items.iter().filter(|item| is_body(item)).count() as u64;
    world.counters.bodies_fetched += bodies;
    session.out.extend(format!("* {number} FETCH (").as_bytes());
    session.out.extend(words.join(&b' '));
    session.out.extend(b")");
    session.end_line(world);
    let shows_flags = is_read || items.contains(&Item::Flags);
    if let Some(selected) = session.selected.as_mut().filter(|_| shows_flags) {
        selected.told(uid, message.modseq);
    }
    Ok(())
}

/// A body that is not only peeked at is read. Whether that is new.
fn mark_seen(session: &Session, world: &mut World, items: &[Item], uid: u32) -> Result<bool, Refusal> {
    let reads = items.iter().any(|item| matches!(item, Item::Text { peek: false, .. }));
    if !reads || session.selected()?.is_read_only {
        return Ok(false);
    }
    let folder = session.folder_mut(world)?;
    let Some(message) = folder.get(uid).filter(|message| !message.has("\\Seen")) else { return Ok(false) };
    let mut flags = message.flags.clone();
    flags.push("\\Seen".to_owned());
    Ok(folder.set_flags(uid, flags))
}

fn is_body(item: &Item) -> bool {
    matches!(item, Item::Text { section, .. } if matches!(section.what, What::Whole | What::Text))
}

fn word(session: &Session, world: &World, message: &Message, item: &Item) -> Result<Vec<u8>, Refusal> {
    let text = match item {
        Item::Uid => format!("UID {}", message.uid),
        Item::Flags => format!("FLAGS {}", session.flags_of(world, session.selected()?, message)),
        Item::InternalDate => format!("INTERNALDATE {}", date(world, message)),
        Item::Size => format!("RFC822.SIZE {}", size(world, message)),
        Item::ModSeq => format!("MODSEQ ({})", message.modseq),
        Item::EmailId => format!("EMAILID (E{})", message.identity),
        Item::ThreadId => format!("THREADID (T{})", message.identity),
        Item::GmailId => format!("X-GM-MSGID {}", gmail::number(message)),
        Item::GmailThread => format!("X-GM-THRID {}", gmail::number(message)),
        Item::GmailLabels => return Ok(gmail::labels_word(session, world, message)),
        Item::Envelope => {
            return Ok([b"ENVELOPE ".to_vec(), envelope(&Part::read(&message.bytes, 0))].concat());
        }
        Item::Structure { extended } => {
            let name = if *extended { &b"BODYSTRUCTURE "[..] } else { b"BODY " };
            return Ok([name, &structure(&Part::read(&message.bytes, DEPTH), *extended)].concat());
        }
        Item::Text { section, partial, shown, .. } => {
            let text = found(message, section);
            let text = match (text, partial) {
                (Some(text), Some((start, count))) => Some(cut(&text, *start, *count)),
                (text, _) => text,
            };
            let value = text.map_or(b"NIL".to_vec(), |text| shown_text(&text));
            return Ok([shown.as_bytes(), b" ", &value].concat());
        }
    };
    Ok(text.into_bytes())
}

/// Short and plain texts are quoted, as some servers do; everything with a line end is a literal.
fn shown_text(text: &[u8]) -> Vec<u8> {
    if text.is_empty() { string(text) } else { literal(text) }
}

fn found(message: &Message, section: &Section) -> Option<Vec<u8>> {
    let (header, body) = message.split();
    if section.path.is_empty() {
        return Some(match &section.what {
            What::Whole => message.bytes.to_vec(),
            What::Header | What::Mime => header.to_vec(),
            What::Text => body.to_vec(),
            What::Fields { names, without } => chosen(header, names, *without),
        });
    }
    let whole = Part::read(&message.bytes, DEPTH);
    let part = whole.find(&section.path)?;
    // RFC 9051 §6.4.5: HEADER and TEXT are of the message inside the part.
    let inner = part.children.first().filter(|_| part.content_type().0 == "message");
    Some(match &section.what {
        What::Whole => part.body.to_vec(),
        What::Mime => part.header.to_vec(),
        What::Header => inner?.header.to_vec(),
        What::Text => inner?.body.to_vec(),
        What::Fields { names, without } => chosen(inner?.header, names, *without),
    })
}

fn chosen(header: &[u8], names: &[Vec<u8>], without: bool) -> Vec<u8> {
    field_lines(header, |name| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)) != without)
}

fn cut(text: &[u8], start: u64, count: u64) -> Vec<u8> {
    let clamp = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(text.len());
    text[clamp(start)..clamp(start.saturating_add(count))].to_vec()
}

fn date(world: &World, message: &Message) -> String {
    match world.is_so(Quirk::OddInternalDate) {
        true => message.received.format("\"%-d-%b-%Y %H:%M:%S %z\"").to_string(),
        false => written(&message.received),
    }
}

fn size(world: &World, message: &Message) -> u64 {
    let off = world.settings.quirks.iter().find_map(|quirk| match quirk {
        Quirk::SizeOff(by) => Some(i64::from(*by)),
        _ => None,
    });
    message.size().saturating_add_signed(off.unwrap_or_default())
}

fn modifiers(
    session: &Session,
    world: &World,
    args: &mut Args<'_>,
    by_uid: bool,
) -> Result<Modifiers, Refusal> {
    let mut modifiers = Modifiers::default();
    if args.is_done() {
        return Ok(modifiers);
    }
    args.space()?;
    args.list(|args| {
        match args.word()?.as_str() {
            "CHANGEDSINCE" if world.has(Extension::CondStore) => {
                args.space()?;
                modifiers.changed_since = Some(args.number()?);
            }
            // RFC 7162 §3.2.6: with UID FETCH and CHANGEDSINCE only, and when enabled.
            "VANISHED" if session.enabled.qresync && by_uid => modifiers.vanished = true,
            _ => return Err(bad("unknown fetch modifier")),
        }
        Ok(())
    })?;
    if modifiers.vanished && modifiers.changed_since.is_none() {
        return Err(bad("VANISHED without CHANGEDSINCE"));
    }
    Ok(modifiers)
}

fn vanished(session: &mut Session, world: &World, since: u64, ranges: &Ranges) -> Result<(), Refusal> {
    let folder = session.folder(world)?;
    let gone = folder.gone.iter().filter(|(uid, modseq)| *modseq > since && ranges.contains(*uid));
    let mut gone: Vec<u32> = gone.map(|(uid, _)| *uid).collect();
    gone.sort_unstable();
    gone.dedup();
    if !gone.is_empty() {
        session.line(world, &format!("* VANISHED (EARLIER) {}", compress(gone)));
    }
    Ok(())
}
