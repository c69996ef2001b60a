//! Proving who we are: which mechanisms are tried, and how one is played.
//!
//! A password is tried once. Another mechanism comes after one that the server would not play, never after one that
//! failed: that could lock the account, or show the password to a server that could not prove to know it. A token that
//! has expired is asked for anew, once.

use super::{
    refusal::{self, Refusal},
    secrecy,
};
use crate::{
    account::Account,
    capability::Capabilities,
    error::{Doing, Named, Trouble, has_run_out},
    proto::{Event, Status, StatusKind, command},
    session::{Answer, Session},
};
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::Secret,
};
use omm_net::sasl::{self, Identity, Mechanism, Sasl, from_base64, to_base64};
use zeroize::Zeroizing;

/// What came of a login.
pub(super) enum Login {
    In,
    /// The server would play nothing of what we know; no password was tried.
    NotTaken(Error),
    Refused(Refusal),
    /// Nothing was judged: the server is not available, or was not shown the secret.
    Later(Error),
}

/// Logs in under one name. With a secret that has had its time, once more with a new one, which stays in `secret`, if
/// `again` says so.
///
/// # Errors
/// The connection's, and those of asking for the secret.
pub(super) async fn log_in(
    session: &mut Session,
    account: &Account,
    who: &Identity,
    offered: &Capabilities,
    secret: &mut Secret,
    again: impl FnOnce() -> bool,
) -> Result<Login> {
    let first = play_any(session, account, who, offered, secret).await?;
    if !matches!(&first, Login::Refused(refusal) if refusal.is_outlived) {
        return Ok(first);
    }
    match account.renewed_secret(secret).await? {
        Some(renewed) if session.is_closed() => {
            // The server ended the connection over the old one: the next connection shows the new one.
            account.doubt.keep(renewed);
            Err(Doing::account(account.side, "log in").failed(Trouble::Closed(None)))
        }
        Some(renewed) if again() => {
            *secret = renewed;
            play_any(session, account, who, offered, secret).await
        }
        _ => Ok(first),
    }
}

async fn play_any(
    session: &mut Session,
    account: &Account,
    who: &Identity,
    offered: &Capabilities,
    secret: &Secret,
) -> Result<Login> {
    let mut unplayed = None;
    for mechanism in mechanisms(account, who, offered, session.is_tls()) {
        match play(session, account, who, mechanism, secret, offered.has("SASL-IR")).await? {
            Login::NotTaken(error) => unplayed = Some(error),
            Login::In => return Ok(in_by(account, mechanism.name())),
            played => return Ok(played),
        }
    }
    if !may_use_login(account, who) {
        let none = || nothing_offered(account, "no mechanism that the server offers can be used here");
        return Ok(Login::NotTaken(unplayed.unwrap_or_else(none)));
    }
    if offered.has("LOGINDISABLED") {
        let message = if session.is_tls() {
            "the server takes no password here (LOGINDISABLED): another way to log in is chosen with the option auth, \
             xoauth2 for example"
        } else {
            "the server takes no password here (LOGINDISABLED): use TLS (imaps://, or STARTTLS)"
        };
        return Ok(Login::NotTaken(nothing_offered(account, message)));
    }
    let login = command::login(&who.login, secret.expose(), offered.dialect(false));
    let tag = session.submit(login);
    let answer = session.finish(tag).await.and_then(Answer::ok);
    match answer.map_err(|trouble| secrecy::kept(trouble, secret)) {
        Ok(_) => Ok(in_by(account, "LOGIN")),
        Err(Trouble::Refused(status)) => Ok(refused(account, status, Mechanism::Login, None)),
        Err(Trouble::Closed(Some(bye))) if has_run_out(&bye) => {
            Ok(refused(account, bye, Mechanism::Login, None))
        }
        Err(trouble) if session.is_unsent(tag) => Ok(Login::Later(refusal::error(account, trouble))),
        Err(trouble) => Err(refusal::error(account, trouble)),
    }
}

/// Remembers what it was that let us in.
fn in_by(account: &Account, mechanism: &'static str) -> Login {
    account.learn(|facts| facts.logged_in_by = Some(mechanism));
    Login::In
}

/// What is tried, in order. Whoever asks for a mechanism gets it, offered or not.
fn mechanisms(account: &Account, who: &Identity, offered: &Capabilities, is_tls: bool) -> Vec<Mechanism> {
    let config = &account.config;
    let is_delegated = who.on_behalf_of.is_some();
    let mut mechanisms = match config.auth {
        Some(mechanism) => vec![mechanism],
        None => sasl::choose(&offered.mechanisms(), config.has_token(), is_delegated),
    };
    if is_tls && account.delegation.is_some() {
        // Seen: Dovecot, which keeps the passwords of master users apart, most often hashed: SCRAM cannot use them, and
        // fails as if the password were wrong. An attempt must not be lost to that.
        mechanisms.sort_by_key(|mechanism| !mechanism.shows_secret());
    }
    // LOGIN, the command, is older than LOGIN, the mechanism, and understood by more servers.
    let has_command = !offered.has("LOGINDISABLED") && may_use_login(account, who);
    mechanisms.retain(|mechanism| *mechanism != Mechanism::Login || !(has_command || is_delegated));
    mechanisms
}

/// The command has no place for somebody else's name, and takes no token.
fn may_use_login(account: &Account, who: &Identity) -> bool {
    who.on_behalf_of.is_none() && matches!(account.config.auth, None | Some(Mechanism::Login))
}

fn nothing_offered(account: &Account, message: &str) -> Error {
    Error::new(ErrorKind::Config, account.side, "log in", message).with("server", account.config.server())
}

/// RFC 9051 §6.2.2, RFC 4959. Errors are final.
async fn play(
    session: &mut Session,
    account: &Account,
    who: &Identity,
    mechanism: Mechanism,
    secret: &Secret,
    initial_response: bool,
) -> Result<Login> {
    let doing = Doing::account(account.side, "log in");
    let mut sasl = Sasl::begin(mechanism, who, secret)?;
    let mut first = sasl.initial()?.map(Zeroizing::new);
    let sent = first.take_if(|_| initial_response).map(|bytes| Zeroizing::new(to_base64(&bytes)));
    let is_shown = sent.is_some() && mechanism.shows_secret();
    let tag =
        session.submit(command::authenticate(mechanism.name(), sent.as_ref().map(|sent| sent.as_str())));
    let mut is_tried = false;
    loop {
        let event = match session.next().await.map_err(|trouble| secrecy::kept(trouble, secret)) {
            // Some end the connection over it. Whoever gets a new token then uses it on the next one.
            Err(Trouble::Closed(Some(bye))) if has_run_out(&bye) => {
                return Ok(refused(account, bye, mechanism, None));
            }
            // It broke before the secret was on its way.
            Err(trouble) if !is_tried && (!is_shown || session.is_unsent(tag)) => {
                return Ok(Login::Later(doing.failed(trouble)));
            }
            event => event.doing(doing)?,
        };
        match event {
            Event::Continuation(challenge) => match reply(&mut sasl, first.take(), &challenge, doing) {
                Ok(reply) => {
                    is_tried = true;
                    session.answer(Zeroizing::new(to_base64(&reply)).as_bytes());
                }
                Err(error) => {
                    // RFC 9051 §6.2.2: a lone star ends the exchange.
                    session.answer(b"*");
                    let _ = session.finish(tag).await;
                    return Refusal::of(error, None, mechanism).map(Login::Refused);
                }
            },
            Event::Done(outcome) if outcome.tag == tag => {
                if outcome.status.kind == StatusKind::Ok {
                    return sasl.accepted().map(|()| Login::In);
                }
                let sent = sent.is_some().then_some(mechanism);
                let is_played = is_tried || !refusal::is_about_mechanism(&outcome.status, sent);
                let status = secrecy::kept_in(outcome.status, secret);
                let why = sasl.refusal().filter(|why| !sasl::shows(why, secret));
                if is_played {
                    return Ok(refused(account, status, mechanism, why));
                }
                return Ok(Login::NotTaken(refusal::error(account, Trouble::Refused(status))));
            }
            _ => {}
        }
    }
}

/// A no, with the mechanism's own reason where it has one.
fn refused(account: &Account, status: Status, mechanism: Mechanism, why: Option<&str>) -> Login {
    let mut error = refusal::error(account, Trouble::Refused(status.clone()));
    if let Some(why) = why {
        error = error.with("reason", why);
    }
    match Refusal::of(error, Some(&status), mechanism) {
        Ok(refusal) => Login::Refused(refusal),
        Err(error) => Login::Later(error),
    }
}

/// The answer to a challenge; to the first one, what could not be sent with the command.
fn reply(
    sasl: &mut Sasl,
    first: Option<Zeroizing<Vec<u8>>>,
    challenge: &[u8],
    doing: Doing,
) -> Result<Zeroizing<Vec<u8>>> {
    if let Some(first) = first {
        return Ok(first);
    }
    let broken = || doing.failed(Trouble::Broken("a challenge that is no base64".to_owned()));
    sasl.step(&from_base64(challenge).ok_or_else(broken)?).map(Zeroizing::new)
}
