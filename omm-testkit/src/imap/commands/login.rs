//! LOGIN and STARTTLS.

use super::delegated;
use crate::{
    imap::{
        Extension,
        parse::Args,
        session::{Done, Outcome, Refusal, Session, no},
        world::World,
    },
    mock::Layer,
};

pub(super) fn start_tls(session: &mut Session, world: &World, args: &Args<'_>) -> Outcome {
    args.end()?;
    if session.is_secure || world.settings.tls.is_none() {
        return Err(Refusal::Bad("no TLS to start".to_owned()));
    }
    session.is_secure = true;
    session.layer = Some(Layer::Tls);
    Ok(Done::Ok("begin".to_owned()))
}

pub(super) fn login(session: &mut Session, world: &mut World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let user = args.astring()?;
    args.space()?;
    let password = args.astring()?;
    args.end()?;
    if !world.has(Extension::Login) {
        // RFC 3501 §6.2.3.
        return Err(no("[PRIVACYREQUIRED] LOGIN is disabled"));
    }
    let user = String::from_utf8_lossy(&user).into_owned();
    let whose = check(world, &user, &password)?;
    enter(session, world, &whose)
}

/// Whether the password is right; then, whose account this name opens.
pub(super) fn check(world: &mut World, name: &str, password: &[u8]) -> Result<String, Refusal> {
    world.counters.password_attempts += 1;
    let (who, whose) = delegated::read(world, name);
    let good = world.account(&who).map(|account| world.tokens.current(&account.password));
    if good.is_none_or(|good| good.as_bytes() != password) {
        return Err(failed());
    }
    delegated::may_enter(world, &who, &whose)?;
    Ok(whose)
}

pub(super) fn failed() -> Refusal {
    no("[AUTHENTICATIONFAILED] wrong name or password")
}

/// In, with the capabilities that count from now on.
pub(super) fn enter(session: &mut Session, world: &mut World, user: &str) -> Outcome {
    world.tokens.let_in(session.id);
    session.user = Some(user.to_owned());
    Ok(Done::Ok(format!("[CAPABILITY {}] welcome", session.capabilities(world))))
}
