//! GETQUOTA and GETQUOTAROOT (RFC 9208): one root for the whole account.

use crate::imap::{
    parse::Args,
    session::{Outcome, Refusal, Session, no, ok},
    store::Account,
    world::World,
};

pub(super) fn get_quota(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let root = args.astring()?;
    args.end()?;
    if root != b"User quota" {
        return Err(no("[NONEXISTENT] no such quota root"));
    }
    answer(session, world)?;
    ok("that is all")
}

pub(super) fn get_quota_root(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let name = session.read_name(world, args)?;
    args.end()?;
    let account = session.account(world)?;
    let folder = account.find(&name).ok_or_else(|| no("[NONEXISTENT] no such mailbox"))?;
    let root = if account.quota_bytes.is_some() { " \"User quota\"" } else { "" };
    session.out.extend(b"* QUOTAROOT ");
    let name = session.name(world, &folder.name);
    session.out.extend(name);
    session.out.extend(root.as_bytes());
    session.end_line(world);
    answer(session, world)?;
    ok("that is all")
}

/// Whether this much more fits.
pub(super) fn check(account: &Account, more: u64) -> Result<(), Refusal> {
    match account.quota_bytes {
        Some(limit) if account.used_bytes() + more > limit => Err(no("[OVERQUOTA] Quota exceeded")),
        _ => Ok(()),
    }
}

/// RFC 9208 §5.1: STORAGE counts units of 1,024 bytes.
fn answer(session: &mut Session, world: &World) -> Result<(), Refusal> {
    let account = session.account(world)?;
    if let Some(limit) = account.quota_bytes {
        let used = account.used_bytes().div_ceil(1024);
        session.line(world, &format!("* QUOTA \"User quota\" (STORAGE {used} {})", limit / 1024));
    }
    Ok(())
}
