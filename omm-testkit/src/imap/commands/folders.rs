//! CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE.

use crate::imap::{
    Extension, Quirk,
    parse::Args,
    session::{Outcome, Refusal, Session, no, ok},
    store::Account,
    world::World,
};

pub(super) fn create(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    let uses = special_uses(world, args)?;
    args.end()?;
    // RFC 9051 §6.3.4: a delimiter at the end says that names below will follow.
    let name = world
        .settings
        .delimiter
        .and_then(|delimiter| name.strip_suffix(delimiter))
        .unwrap_or(&name)
        .to_owned();
    if session.account(world)?.find(&name).is_some() {
        return Err(no("[ALREADYEXISTS] there is one"));
    }
    allowed(session, world, &name)?;
    let has_id = world.has(Extension::ObjectId);
    let folder = session.account_mut(world)?.make(&name);
    folder.special_use = uses;
    let id = if has_id { format!("[MAILBOXID (M{})] ", folder.id) } else { String::new() };
    ok(&format!("{id}created"))
}

pub(super) fn delete(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    args.end()?;
    let account = session.account_mut(world)?;
    let Some(folder) = account.find(&name) else { return Err(no("[NONEXISTENT] no such mailbox")) };
    if folder.is_inbox() {
        return Err(no("[CANNOT] INBOX stays"));
    }
    let (id, full) = (folder.id, folder.name.clone());
    if folder.no_select && account.children(&full).next().is_some() {
        // RFC 3501 §6.3.4.
        return Err(no("[HASCHILDREN] it has children"));
    }
    account.folders.retain(|folder| folder.id != id);
    ok("deleted")
}

pub(super) fn rename(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let from = session.read_name(world, args)?;
    args.space()?;
    let to = session.read_name(world, args)?;
    args.end()?;
    let account = session.account(world)?;
    if account.find(&from).is_none() && account.children(&from).next().is_none() {
        return Err(no("[NONEXISTENT] no such mailbox"));
    }
    if account.find(&to).is_some() {
        return Err(no("[ALREADYEXISTS] there is one"));
    }
    allowed(session, world, &to)?;
    renamed(session.account_mut(world)?, &from, &to);
    ok("renamed")
}

/// Children go along; INBOX leaves an empty one behind (RFC 9051 §6.3.6).
pub(crate) fn renamed(account: &mut Account, from: &str, to: &str) {
    if from.eq_ignore_ascii_case("INBOX") {
        let messages = account.find_mut(from).map(|inbox| {
            let uids: Vec<u32> = inbox.messages.iter().map(|message| message.uid).collect();
            let messages = inbox.messages.clone();
            inbox.remove(&uids);
            messages
        });
        let folder = account.make(to);
        folder.uid_next = messages.iter().flatten().map(|message| message.uid + 1).max().unwrap_or(1);
        folder.messages = messages.unwrap_or_default();
        return;
    }
    let prefix = account.delimiter.map(|delimiter| format!("{from}{delimiter}"));
    for folder in &mut account.folders {
        if folder.name == from {
            folder.name = to.to_owned();
        } else if let Some(rest) =
            prefix.as_ref().and_then(|prefix| folder.name.strip_prefix(prefix.as_str()))
        {
            let delimiter = account.delimiter.unwrap_or('/');
            folder.name = format!("{to}{delimiter}{rest}");
        }
    }
}

pub(super) fn subscribe(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    args.end()?;
    let account = session.account_mut(world)?;
    let name = account.find(&name).map_or(name, |folder| folder.name.clone());
    account.subscribed.insert(name);
    ok("subscribed")
}

pub(super) fn unsubscribe(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    args.end()?;
    let account = session.account_mut(world)?;
    let name = account.find(&name).map_or(name, |folder| folder.name.clone());
    account.subscribed.remove(&name);
    ok("unsubscribed")
}

/// ` (USE (\Sent))` (RFC 6154 §3).
fn special_uses(world: &World, args: &mut Args<'_>) -> Result<Vec<String>, Refusal> {
    if args.is_done() {
        return Ok(Vec::new());
    }
    if !world.has(Extension::CreateSpecialUse) {
        return Err(Refusal::Bad("unexpected argument".to_owned()));
    }
    args.space()?;
    args.expect(b'(')?;
    if !args.take_word("USE") {
        return Err(Refusal::Bad("USE expected".to_owned()));
    }
    args.space()?;
    let uses = args.list(Args::flag)?;
    args.expect(b')')?;
    let known = ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"];
    if uses.iter().any(|one| !known.iter().any(|known| known.eq_ignore_ascii_case(one))) {
        return Err(no("[USEATTR] no such use"));
    }
    Ok(uses)
}

/// Whether a folder can have this name here.
fn allowed(session: &Session, world: &World, name: &str) -> Result<(), Refusal> {
    let settings = &world.settings;
    let cannot = |why: &str| Err(Refusal::No(format!("[CANNOT] {why}")));
    let delimiter = settings.delimiter;
    let mut levels = name.split(|letter| Some(letter) == delimiter);
    if levels.any(str::is_empty) || name.contains(['\r', '\n', '\0', '%', '*']) {
        return cannot("not a name");
    }
    if world.is_so(Quirk::TrailingBlankDrops) && name.ends_with(' ') {
        return Err(Refusal::Bye("internal error".to_owned()));
    }
    if settings.refused_names.iter().any(|refused| name.to_lowercase().contains(&refused.to_lowercase())) {
        return cannot("this name is not allowed");
    }
    if !name.starts_with(&settings.prefix) && !name.eq_ignore_ascii_case("INBOX") {
        return Err(no("[NOPERM] outside the personal namespace"));
    }
    let parent = delimiter.and_then(|delimiter| name.rsplit_once(delimiter)).map(|(parent, _)| parent);
    let below_inbox = parent.is_some_and(|parent| parent.eq_ignore_ascii_case("INBOX"));
    if below_inbox && world.is_so(Quirk::NoInboxChildren) {
        return cannot("INBOX has no children");
    }
    let has_parent =
        parent.is_some_and(|parent| session.account(world).is_ok_and(|a| a.find(parent).is_some()));
    if has_parent && world.is_so(Quirk::NoChildren) {
        return cannot("mailboxes have no children here");
    }
    Ok(())
}
