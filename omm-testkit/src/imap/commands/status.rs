//! STATUS (RFC 9051 §6.3.11, RFC 7162, RFC 7889, RFC 8438, RFC 8474).

use crate::imap::{
    Extension,
    parse::{Args, bad},
    session::{Outcome, Refusal, Session, no, ok},
    store::Folder,
    world::World,
};

pub(super) fn status(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    args.space()?;
    let items = items(world, args)?;
    args.end()?;
    let folder = session.account(world)?.find(&name).filter(|folder| !folder.no_select);
    let folder = folder.ok_or_else(|| no("[NONEXISTENT] no such mailbox"))?;
    // RFC 7162 §3.1: asking for it enables it.
    session.enabled.condstore |= items.iter().any(|item| item == "HIGHESTMODSEQ");
    answer(session, world, folder, &items);
    ok("that is all")
}

pub(super) fn items(world: &World, args: &mut Args<'_>) -> Result<Vec<String>, Refusal> {
    let items = args.list(Args::word)?;
    let is_known = |item: &String| match item.as_str() {
        "MESSAGES" | "UIDNEXT" | "UIDVALIDITY" | "UNSEEN" => true,
        "RECENT" => world.has(Extension::Imap4Rev1),
        "DELETED" => world.has(Extension::Imap4Rev2) || world.has(Extension::Quota),
        "HIGHESTMODSEQ" => world.has(Extension::CondStore),
        "SIZE" => world.has(Extension::StatusSize) || world.has(Extension::Imap4Rev2),
        "APPENDLIMIT" => world.has(Extension::AppendLimit),
        "MAILBOXID" => world.has(Extension::ObjectId),
        _ => false,
    };
    if items.is_empty() || !items.iter().all(is_known) {
        return Err(bad("unknown status item"));
    }
    Ok(items)
}

pub(super) fn answer(session: &mut Session, world: &World, folder: &Folder, items: &[String]) {
    let value = |item: &String| {
        let number = match item.as_str() {
            "MESSAGES" => folder.messages.len() as u64,
            "UIDNEXT" => u64::from(folder.uid_next),
            "UIDVALIDITY" => u64::from(folder.uid_validity),
            "UNSEEN" => folder.unseen() as u64,
            "RECENT" => {
                folder.messages.iter().filter(|message| message.uid >= folder.recent_from).count() as u64
            }
            "DELETED" => folder.messages.iter().filter(|message| message.has("\\Deleted")).count() as u64,
            "HIGHESTMODSEQ" => folder.highest_modseq,
            "SIZE" => folder.bytes(),
            "MAILBOXID" => return format!("MAILBOXID (M{})", folder.id),
            _ => match world.settings.append_limit {
                Some(limit) => limit,
                None => return format!("{item} NIL"),
            },
        };
        format!("{item} {number}")
    };
    let values: Vec<String> = items.iter().map(value).collect();
    session.out.extend(b"* STATUS ");
    let name = session.name(world, &folder.name);
    session.out.extend(name);
    session.out.extend(format!(" ({})", values.join(" ")).as_bytes());
    session.end_line(world);
}
