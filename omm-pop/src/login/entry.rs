//! Who comes in: the account's own user, or an administrator in his place.

use super::{
    authenticate::{Login, Played},
    tls,
};
use crate::{account::Account, proto::Status, session::Session};
use omm_core::{
    error::{ErrorKind, Result, Retry},
    seam::Tls,
};
use omm_net::{
    delegation::{Answer, Delegation, Family, Trial},
    sasl::Identity,
};

/// Logs in with the credential of the account.
///
/// # Errors
/// [`ErrorKind::Auth`] when it is refused, [`ErrorKind::Config`] when nothing that is offered can be used; never with
/// the secret in it.
pub(super) async fn enter(session: &mut Session, account: &Account, greeting: &Status) -> Result<()> {
    if !session.is_tls() && account.config.tls != Tls::Off {
        return Err(tls::refused(account, "the connection is not protected"));
    }
    let secret = account.secret().await?;
    let who = Identity::new(&account.config.login, &account.endpoint);
    let family = family(session, account, greeting);
    let mut login = Login::new(session, account, greeting, secret, who);
    let Some(trial) = &account.delegation else {
        return match login.log_in(|| true).await? {
            Played::LoggedIn => Ok(()),
            Played::NotTaken(error) => Err(error),
        };
    };
    let mut trial = trial.lock().await;
    as_administrator(&mut login, &mut trial, family).await?;
    account.learn(|facts| facts.delegation = trial.found().zip(trial.remark()));
    Ok(())
}

/// Plays one form after the other until somebody is in or it is enough.
async fn as_administrator(login: &mut Login<'_>, trial: &mut Trial, family: Family) -> Result<()> {
    let account = login.account;
    trial.meet(family);
    while let Some(form) = trial.next() {
        if let Some(why) = unplayable(account, form) {
            trial.heard(form, Answer::NotTaken, why);
            continue;
        }
        login.who = form.identity(account.config.owner(), &account.config.login, &account.endpoint);
        match login.log_in(|| trial.again()).await {
            Ok(Played::LoggedIn) => {
                trial.entered(form);
                return Ok(());
            }
            Ok(Played::NotTaken(error)) => trial.heard(form, Answer::NotTaken, error.message()),
            // RFC 3206 §5: `[AUTH]` may mean anything about who logs in.
            Err(error) if error.kind() == ErrorKind::Auth => {
                trial.heard(form, Answer::Refused, &login.said.take().unwrap_or_default());
            }
            Err(error) => {
                // The mailbox is in use, say, or the connection broke before the secret was on its way.
                if error.retry_advice() != Retry::Never && (login.said.is_some() || !login.has_shown) {
                    trial.not_judged();
                }
                return Err(error);
            }
        }
    }
    Err(trial.error(omm_core::error::Side::Source).with("server", account.config.server()))
}

/// Why a form cannot be said here.
fn unplayable(account: &Account, form: Delegation) -> Option<&'static str> {
    match form {
        Delegation::ProxyAuth => Some("PROXYAUTH is a command of IMAP"),
        form if account.config.has_token() && !form.takes_token() => Some("a token says itself whose it is"),
        _ => None,
    }
}

/// Which server this is, by its greeting where that can be trusted, and by IMPLEMENTATION (RFC 2449 §6.9).
fn family(session: &Session, account: &Account, greeting: &Status) -> Family {
    let greeting = (account.config.tls != Tls::StartTls).then_some(greeting.text.as_str());
    let implementation = session.capabilities.implementation();
    Family::of(greeting.into_iter().chain(implementation.as_deref()))
}
