//! APPEND, one message or several (RFC 9051 §6.3.12, RFC 3502, RFC 4315, RFC 6855).

use super::{gmail, quota, store::storable};
use crate::imap::{
    Extension, Quirk,
    parse::{Args, bad, compress, date_time},
    session::{Outcome, Refusal, Session, no, ok},
    store::{has_flag, normal_flag},
    world::World,
};
use bytes::Bytes;
use chrono::{DateTime, FixedOffset};

struct Letter {
    flags: Vec<String>,
    received: Option<DateTime<FixedOffset>>,
    bytes: Bytes,
}

pub(super) fn append(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    let mut letters = Vec::new();
    while !args.is_done() {
        args.space()?;
        letters.push(letter(session, args)?);
    }
    if letters.is_empty() || (letters.len() > 1 && !world.has(Extension::MultiAppend)) {
        return Err(bad("one message expected"));
    }
    let account = session.account(world)?;
    let folder = account.find(&name).filter(|folder| !folder.no_select);
    // RFC 9051 §6.3.12.
    let folder = folder.ok_or_else(|| no("[TRYCREATE] no such mailbox"))?;
    if folder.read_only {
        return Err(no("[NOPERM] read-only"));
    }
    // RFC 3502 §6.3.11: all or none, so everything is looked at before anything is stored.
    quota::check(account, letters.iter().map(|letter| letter.bytes.len() as u64).sum())?;
    let id = folder.id;
    letters.iter().try_for_each(|letter| acceptable(world, letter))?;
    let mut uids = Vec::new();
    for letter in letters {
        uids.push(store(session, world, id, letter)?);
    }
    let validity = session.account(world)?.by_id(id).map_or(0, |folder| folder.uid_validity);
    let has_code = session.tells_uids(world) && !world.is_so(Quirk::NoAppendUid);
    let code =
        if has_code { format!("[APPENDUID {validity} {}] ", told(world, &uids)) } else { String::new() };
    ok(&format!("{code}stored"))
}

/// UIDs as the server tells them, which need not be true.
pub(super) fn told(world: &World, uids: &[u32]) -> String {
    if world.is_so(Quirk::AppendUidSwapped) && uids.len() > 1 {
        return uids.iter().rev().map(u32::to_string).collect::<Vec<_>>().join(",");
    }
    let by = u32::from(world.is_so(Quirk::AppendUidOffByOne));
    compress(uids.iter().map(|uid| uid + by))
}

fn letter(session: &Session, args: &mut Args<'_>) -> Result<Letter, Refusal> {
    let mut flags = Vec::new();
    if args.peek() == Some(b'(') {
        flags = args.list(Args::flag)?;
        args.space()?;
    }
    let mut received = None;
    if args.peek() == Some(b'"') {
        received = Some(date_time(args)?);
        args.space()?;
    }
    let bytes = if args.take_word("UTF8") {
        // RFC 6855 §4.
        if !session.enabled.utf8 {
            return Err(bad("UTF8 is not enabled"));
        }
        args.space()?;
        args.expect(b'(')?;
        args.take(b'~');
        let bytes = args.literal()?;
        args.expect(b')')?;
        bytes
    } else {
        args.take(b'~');
        args.literal()?
    };
    Ok(Letter { flags, received, bytes: Bytes::copy_from_slice(bytes) })
}

/// Everything for which a message is refused.
fn acceptable(world: &World, letter: &Letter) -> Result<(), Refusal> {
    let bytes = &letter.bytes;
    if world.settings.append_limit.is_some_and(|limit| bytes.len() as u64 > limit) {
        return Err(no("[TOOBIG] message too large"));
    }
    if bytes.is_empty() {
        // RFC 3502 §4: a size of nought cancels.
        return Err(no("cancelled"));
    }
    let contains =
        |needle: &Vec<u8>| bytes.windows(needle.len().max(1)).any(|window| window == needle.as_slice());
    if world.settings.refused_messages.iter().any(contains) {
        return Err(no("message refused"));
    }
    for quirk in &world.settings.quirks {
        match quirk {
            Quirk::LongLinesRefused(most)
                if bytes.split(|byte| *byte == b'\n').any(|line| line.len() > *most) =>
            {
                return Err(bad("Command Argument Error. 11"));
            }
            Quirk::FinalLineEndWanted if !bytes.ends_with(b"\r\n") => {
                return Err(bad("[CLIENTBUG] Additional arguments found after last expected argument"));
            }
            Quirk::NulRefused if bytes.contains(&0) => return Err(no("Message contains NUL characters")),
            Quirk::EightBitHeadersRefused if header(bytes).iter().any(|byte| !byte.is_ascii()) => {
                return Err(no("Message contains invalid header"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn store(session: &Session, world: &mut World, id: u64, letter: Letter) -> Result<u32, Refusal> {
    let flags = storable(session.account(world)?.by_id(id), world, &letter.flags);
    let now = world.now();
    let drops_equal = world.is_so(Quirk::EqualMessagesDropped);
    let has_all_mail = world.has(Extension::Gmail);
    let loses = world.is_so(Quirk::DeletedOnAppendLost) && has_flag(&flags, "\\Deleted");
    let flags = match world.is_so(Quirk::FlaggedOnlyByStore) {
        true => flags.into_iter().filter(|flag| flag != "\\Flagged").collect(),
        false => flags,
    };
    let bytes = if world.is_so(Quirk::MessageIdCompleted) { completed(&letter.bytes) } else { letter.bytes };
    world.counters.messages_appended += 1;
    let account = session.account_mut(world)?;
    let arrival = account.arrival(bytes, flags, letter.received.unwrap_or(now));
    let folder = account.by_id_mut(id).ok_or_else(|| no("the mailbox is gone"))?;
    let is_equal = |bytes: &Bytes| folder.messages.iter().any(|message| message.bytes == *bytes);
    if loses || (drops_equal && is_equal(&arrival.bytes)) {
        // A UID is given away all the same.
        let uid = folder.uid_next;
        folder.uid_next += 1;
        return Ok(uid);
    }
    let uid = folder.put(arrival.clone());
    if has_all_mail {
        gmail::into_all_mail(account, arrival);
    }
    Ok(uid)
}

fn header(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    &bytes[..end]
}

/// `Message-ID: <12@>` and `<12>` get a domain.
fn completed(bytes: &Bytes) -> Bytes {
    let head = header(bytes);
    let lower = head.to_ascii_lowercase();
    let Some(start) = lower.windows(11).position(|window| window == b"message-id:") else {
        return bytes.clone();
    };
    let Some(end) = head[start..].iter().position(|byte| *byte == b'>').map(|at| start + at) else {
        return bytes.clone();
    };
    if head[start..end].contains(&b'@') {
        return bytes.clone();
    }
    [&bytes[..end], b"@mock.invalid", &bytes[end..]].concat().into()
}

/// Letters as the protocol has them.
pub(super) fn normal(flags: &[String]) -> Vec<String> {
    let mut normal: Vec<String> = Vec::new();
    for flag in flags.iter().map(|flag| normal_flag(flag)).filter(|flag| flag != "\\Recent") {
        if !has_flag(&normal, &flag) {
            normal.push(flag);
        }
    }
    normal
}
