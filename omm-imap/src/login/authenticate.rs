//! Proving who we are: which mechanisms are tried, and how one is played.
//!
//! A password is tried once. Another mechanism comes after one that the server would not play, never after one that
//! failed: that could lock the account, or show the password to a server that could not prove to know it.

use super::{refusal, secrecy, tls};
use crate::{
    account::Account,
    capability::Capabilities,
    error::{Doing, Named, Trouble},
    proto::{Event, StatusKind, command},
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::Secret,
    seam::Tls,
};
use omm_net::sasl::{self, Identity, Mechanism, Sasl, from_base64, to_base64};

pub(super) async fn log_in(session: &mut Session, account: &Account) -> Result<()> {
    let config = &account.config;
    if !session.is_tls() && config.tls != Tls::Off {
        return Err(tls::refused(account, "the connection is not protected"));
    }
    let owner = config.delegate.as_ref().unwrap_or(&config.login);
    let secret = account.env.credentials.secret(&config.credentials, owner, &config.server()).await?;
    // What was offered to a stranger counts no more once we are in (RFC 9051 §6.1.1).
    let offered = std::mem::take(&mut session.capabilities);
    let mut unplayed = None;
    for mechanism in mechanisms(account, &offered) {
        match play(session, account, mechanism, &secret, offered.has("SASL-IR")).await? {
            Played::LoggedIn => return Ok(()),
            Played::NotTaken(error) => unplayed = Some(error),
        }
    }
    if !may_use_login(account) {
        let none = || nothing_offered(account, "no mechanism that the server offers can be used here");
        return Err(unplayed.unwrap_or_else(none));
    }
    if offered.has("LOGINDISABLED") {
        let message = if session.is_tls() {
            "the server takes no password here (LOGINDISABLED): another way to log in is chosen with the option auth, \
             xoauth2 for example"
        } else {
            "the server takes no password here (LOGINDISABLED): use TLS (imaps://, or STARTTLS)"
        };
        return Err(nothing_offered(account, message));
    }
    let login = command::login(&config.login, secret.expose(), offered.dialect(false));
    let answer = session.run(login).await;
    answer.map(drop).map_err(|trouble| refusal::error(account, secrecy::kept(trouble, &secret)))
}

/// What is tried, in order. Whoever asks for a mechanism gets it, offered or not.
fn mechanisms(account: &Account, offered: &Capabilities) -> Vec<Mechanism> {
    let config = &account.config;
    let mut mechanisms = match config.auth {
        Some(mechanism) => vec![mechanism],
        None => sasl::choose(&offered.mechanisms(), config.has_token(), config.delegate.is_some()),
    };
    // LOGIN, the command, is older than LOGIN, the mechanism, and understood by more servers.
    let has_command = !offered.has("LOGINDISABLED") && may_use_login(account);
    mechanisms.retain(|mechanism| *mechanism != Mechanism::Login || !has_command);
    mechanisms
}

/// The command has no place for somebody else's name, and takes no token.
fn may_use_login(account: &Account) -> bool {
    let config = &account.config;
    config.delegate.is_none() && matches!(config.auth, None | Some(Mechanism::Login))
}

fn nothing_offered(account: &Account, message: &str) -> Error {
    let message = match &account.config.delegate {
        Some(_) => {
            "logging in on behalf of somebody needs AUTHENTICATE PLAIN, which the server does not offer"
        }
        None => message,
    };
    Error::new(ErrorKind::Config, account.side, "log in", message).with("server", account.config.server())
}

enum Played {
    LoggedIn,
    /// The server would not play this mechanism; no password was tried.
    NotTaken(Error),
}

/// RFC 9051 §6.2.2, RFC 4959. Errors are final.
async fn play(
    session: &mut Session,
    account: &Account,
    mechanism: Mechanism,
    secret: &Secret,
    initial_response: bool,
) -> Result<Played> {
    let doing = Doing::account(account.side, "log in");
    let mut sasl = Sasl::begin(mechanism, &identity(account), secret)?;
    let mut first = sasl.initial()?;
    let sent = first.take_if(|_| initial_response).map(|bytes| to_base64(&bytes));
    let tag = session.submit(command::authenticate(mechanism.name(), sent.as_deref()));
    let mut is_tried = false;
    loop {
        match session.next().await.map_err(|trouble| secrecy::kept(trouble, secret)).doing(doing)? {
            Event::Continuation(challenge) => match reply(&mut sasl, first.take(), &challenge, doing) {
                Ok(reply) => {
                    is_tried = true;
                    session.answer(to_base64(&reply).into_bytes());
                }
                Err(error) => {
                    // RFC 9051 §6.2.2: a lone star ends the exchange.
                    session.answer(b"*".to_vec());
                    let _ = session.finish(tag).await;
                    return Err(error);
                }
            },
            Event::Done(outcome) if outcome.tag == tag => {
                if outcome.status.kind == StatusKind::Ok {
                    return sasl.accepted().map(|()| Played::LoggedIn);
                }
                let is_played = is_tried || !refusal::is_about_mechanism(&outcome.status, sent.is_some());
                let trouble = secrecy::kept(Trouble::Refused(outcome.status), secret);
                let mut error = refusal::error(account, trouble);
                if let Some(why) = sasl.refusal().filter(|why| !sasl::shows(why, secret)) {
                    error = error.with("reason", why);
                }
                return if is_played { Err(error) } else { Ok(Played::NotTaken(error)) };
            }
            _ => {}
        }
    }
}

fn identity(account: &Account) -> Identity {
    let config = &account.config;
    let mut identity = Identity::new(config.delegate.as_ref().unwrap_or(&config.login), &account.endpoint);
    identity.on_behalf_of = config.delegate.is_some().then(|| config.login.clone());
    identity
}

/// The answer to a challenge; to the first one, what could not be sent with the command.
fn reply(sasl: &mut Sasl, first: Option<Vec<u8>>, challenge: &[u8], doing: Doing) -> Result<Vec<u8>> {
    if let Some(first) = first {
        return Ok(first);
    }
    let broken = || doing.failed(Trouble::Broken("a challenge that is no base64".to_owned()));
    sasl.step(&from_base64(challenge).ok_or_else(broken)?)
}
