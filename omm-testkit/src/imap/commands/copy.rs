//! COPY and MOVE (RFC 9051 §6.4.7, §6.4.8).

use super::{append::told, gmail, quota};
use crate::imap::{
    Extension,
    parse::{Args, bad, compress},
    session::{Outcome, Refusal, Session, no, ok},
    store::Arrival,
    world::World,
};

struct Copied {
    code: String,
    uids: Vec<u32>,
    target: u64,
    /// Of what was copied.
    identities: Vec<u64>,
}

pub(super) fn copy(session: &mut Session, world: &mut World, args: &mut Args<'_>, by_uid: bool) -> Outcome {
    let copied = transfer(session, world, args, by_uid)?;
    ok(&format!("{}copied", copied.code))
}

pub(super) fn move_(session: &mut Session, world: &mut World, args: &mut Args<'_>, by_uid: bool) -> Outcome {
    if session.selected()?.is_read_only {
        return Err(no("[READ-ONLY] not in a mailbox that is only looked at"));
    }
    let copied = transfer(session, world, args, by_uid)?;
    // RFC 6851 §4.3: COPYUID goes before the EXPUNGEs, so it is untagged.
    if !copied.code.is_empty() {
        session.line(world, &format!("* OK {}moved", copied.code));
    }
    session.folder_mut(world)?.remove(&copied.uids);
    let has_labels = world.has(Extension::Gmail);
    let account = session.account_mut(world)?;
    let is_trash = |use_: &String| use_.eq_ignore_ascii_case("\\Trash");
    if has_labels
        && account.by_id(copied.target).is_some_and(|target| target.special_use.iter().any(is_trash))
    {
        gmail::only_in(account, copied.target, &copied.identities);
    }
    ok("moved")
}

fn transfer(
    session: &Session,
    world: &mut World,
    args: &mut Args<'_>,
    by_uid: bool,
) -> Result<Copied, Refusal> {
    args.space()?;
    let set = args.set()?;
    args.space()?;
    let name = session.read_name(world, args)?;
    args.end()?;
    let selected = session.selected()?;
    if !by_uid && set.exceeds(selected.count()) {
        return Err(bad("no such message"));
    }
    let named = selected.named(&set, by_uid, &session.saved);
    let account = session.account(world)?;
    let target = account
        .find(&name)
        .filter(|folder| !folder.no_select)
        .ok_or_else(|| no("[TRYCREATE] no such mailbox"))?;
    if target.read_only {
        return Err(no("[NOPERM] read-only"));
    }
    let source = session.folder(world)?;
    let (id, validity) = (target.id, target.uid_validity);
    let messages: Vec<_> = named.iter().filter_map(|(_, uid)| source.get(*uid)).collect();
    quota::check(account, messages.iter().map(|message| message.size()).sum())?;
    let uids: Vec<u32> = messages.iter().map(|message| message.uid).collect();
    let arrivals: Vec<Arrival> = messages
        .iter()
        .map(|message| Arrival {
            flags: message.flags.clone(),
            received: message.received,
            bytes: message.bytes.clone(),
            identity: message.identity,
        })
        .collect();
    let identities = arrivals.iter().map(|arrival| arrival.identity).collect();
    let target =
        session.account_mut(world)?.by_id_mut(id).ok_or_else(|| no("[TRYCREATE] no such mailbox"))?;
    let new: Vec<u32> = arrivals.into_iter().map(|arrival| target.put(arrival)).collect();
    let code = match session.tells_uids(world) && !uids.is_empty() {
        true => format!("[COPYUID {validity} {} {}] ", compress(uids.iter().copied()), told(world, &new)),
        false => String::new(),
    };
    Ok(Copied { code, uids, target: id, identities })
}
