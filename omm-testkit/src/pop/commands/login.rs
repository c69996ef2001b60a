//! USER and PASS, APOP, STLS, UTF8.

use super::without_argument;
use crate::{
    mock::Layer,
    pop::{
        delegation::{Claim, claim},
        session::{Outcome, Refusal, Session, ok},
        world::World,
    },
};
use md5::{Digest, Md5};

/// RFC 2595 §4.
pub(super) fn stls(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    if session.is_secure || world.settings.tls.is_none() {
        return Err(Refusal::new("no TLS to start"));
    }
    if session.is_utf8 {
        // RFC 6856 §2.1.
        return Err(Refusal::new("not after UTF8"));
    }
    session.is_secure = true;
    session.layer = Some(Layer::Tls);
    ok("begin")
}

/// RFC 6856 §2.1.
pub(super) fn utf8(session: &mut Session, _: &mut World, argument: Option<&str>) -> Outcome {
    without_argument(argument)?;
    session.is_utf8 = true;
    ok("UTF-8 from here")
}

pub(super) fn user(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let name = argument.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::new("a name expected"))?;
    wants_no_tls(session, world)?;
    session.named = Some(name.to_owned());
    // RFC 1939 §7: whether there is such a user need not be told.
    ok("who are you?")
}

/// RFC 1939 §7: right after USER; blanks are part of the password.
pub(super) fn pass(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let Some(name) = session.named.take() else { return Err(Refusal::new("USER first")) };
    let password = argument.unwrap_or_default();
    admit(session, world, &name, "", |right| right == password)
}

/// RFC 1939 §7: `APOP name digest`.
pub(super) fn apop(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let Some((name, given)) = argument.and_then(|argument| argument.rsplit_once(' ')) else {
        return Err(Refusal::new("a name and a digest expected"));
    };
    let timestamp = session.timestamp();
    admit(session, world, name, "", |password| {
        let digest = Md5::digest(format!("{timestamp}{password}"));
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        digest == given
    })
}

/// Lets somebody in whose password is right; `wanted` is an authorisation identity, if not empty.
pub(super) fn admit(
    session: &mut Session,
    world: &mut World,
    name: &str,
    wanted: &str,
    is_right: impl FnOnce(&str) -> bool,
) -> Outcome {
    let claim = claim(&world.settings.delegations, name);
    if !world.password(&claim.who).is_some_and(is_right) {
        return Err(wrong());
    }
    match wanted {
        "" => enter(session, world, &claim),
        wanted => enter(session, world, &Claim { wanted: wanted.to_owned(), ..claim }),
    }
}

/// Lets in somebody who is known by now, perhaps for somebody else.
pub(super) fn enter(session: &mut Session, world: &mut World, claim: &Claim) -> Outcome {
    let may = claim.who == claim.wanted || world.settings.administrators.contains(&claim.who);
    if !may || !world.maildrops.contains_key(&claim.wanted) {
        return Err(Refusal::coded("AUTH", "not allowed to act for somebody else"));
    }
    session.open(world, &claim.wanted)?;
    ok(format!("{} messages", session.view.len()))
}

/// RFC 3206 §5.
pub(super) fn wrong() -> Refusal {
    Refusal::coded("AUTH", "wrong name or password")
}

pub(super) fn wants_no_tls(session: &Session, world: &World) -> Result<(), Refusal> {
    if session.takes_bare_secrets(world) {
        return Ok(());
    }
    Err(Refusal::new("this login is taken over TLS only"))
}
