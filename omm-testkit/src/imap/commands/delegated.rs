//! An administrator in somebody else's place: who is meant by a name, and PROXYAUTH.

use super::login::failed;
use crate::imap::{
    Quirk,
    parse::Args,
    session::{Outcome, Refusal, Session, no, ok},
    world::World,
};

/// Whose password it is, and whose account is to be opened.
pub(super) fn read(world: &World, name: &str) -> (String, String) {
    let pair = |who: &str, whose: &str| (who.to_owned(), whose.to_owned());
    for quirk in &world.settings.quirks {
        match quirk {
            Quirk::MasterUser(separator) => {
                if let Some((whose, master)) = name.split_once(*separator) {
                    return pair(master, whose);
                }
            }
            Quirk::ExchangeMailbox => {
                if let Some((who, whose)) = name.rsplit_once('\\') {
                    let (_, alone) = who.rsplit_once('\\').unwrap_or_default();
                    return pair(if alone.is_empty() { who } else { alone }, whose);
                }
            }
            _ => {}
        }
    }
    pair(name, name)
}

/// Whether one may open the other's account by a name for both. Servers that take such names do not say what was wrong.
pub(super) fn may_enter(world: &World, who: &str, whose: &str) -> Result<(), Refusal> {
    if who == whose || is_served(world, who, whose) { Ok(()) } else { Err(failed()) }
}

/// The same for an authorisation identity, whose refusal has a code (RFC 5530 §3).
pub(super) fn may_act(world: &World, who: &str, whose: &str) -> Result<(), Refusal> {
    let refusal = world.settings.quirks.iter().find_map(|quirk| match quirk {
        Quirk::AuthorizationIdentityRefused(text) => Some(no(text)),
        _ => None,
    });
    match refusal {
        Some(refusal) if who != whose => Err(refusal),
        _ if who == whose || is_served(world, who, whose) => Ok(()),
        _ => Err(no("[AUTHORIZATIONFAILED] not allowed to act for somebody else")),
    }
}

/// `PROXYAUTH anna`, after the administrator has logged in.
pub(super) fn proxy_auth(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let whose = String::from_utf8_lossy(&args.astring()?).into_owned();
    args.end()?;
    let who = session.user.clone().unwrap_or_default();
    if !is_served(world, &who, &whose) {
        return Err(no("Not allowed to act for that user"));
    }
    session.user = Some(whose);
    ok("you are somebody else")
}

fn is_served(world: &World, who: &str, whose: &str) -> bool {
    world.settings.administrators.contains(who) && world.account(whose).is_some()
}
