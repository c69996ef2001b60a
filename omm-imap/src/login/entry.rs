//! Who comes in: the account's own user, or an administrator in his place.

use super::{
    authenticate::{Login, log_in},
    tls,
};
use crate::{
    account::Account,
    error::{Doing, Trouble},
    proto::command,
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry},
    host::Secret,
    seam::Tls,
};
use omm_net::{
    delegation::{Answer, Delegation, Family, Trial},
    sasl::Identity,
};

/// Logs in. `greeting` is what the server said of itself, where that can be trusted.
pub(super) async fn enter(session: &mut Session, account: &Account, greeting: Option<&str>) -> Result<()> {
    if !session.is_tls() && account.config.tls != Tls::Off {
        return Err(tls::refused(account, "the connection is not protected"));
    }
    let _turn = account.doubt.turn().await;
    let mut secret = account.secret().await?;
    let entered = match &account.delegation {
        None => as_himself(session, account, &mut secret).await,
        Some(trial) => {
            // Connections that open together would each try: the first one finds out for all.
            let mut trial = trial.lock().await;
            if trial.found().is_none() {
                // What it is shown is counted there.
                as_administrator(session, account, greeting, &mut trial, &mut secret).await?;
                account.learn(|facts| facts.delegation = trial.found().zip(trial.remark()));
                Ok(())
            } else {
                let mut known = trial.clone();
                drop(trial);
                account.doubt.check(&secret)?;
                as_administrator(session, account, greeting, &mut known, &mut secret).await
            }
        }
    };
    match &entered {
        Ok(()) => account.doubt.let_in(),
        // A token that was refused is renewed the next time, and locks nothing.
        Err(error) if error.kind() == ErrorKind::Auth && !account.config.has_token() => {
            account.doubt.refused(&secret, error);
        }
        Err(_) => {}
    }
    entered
}

async fn as_himself(session: &mut Session, account: &Account, secret: &mut Secret) -> Result<()> {
    account.doubt.check(secret)?;
    // What was offered to a stranger counts no more once we are in (RFC 9051 §6.1.1).
    let offered = std::mem::take(&mut session.capabilities);
    let who = Identity::new(&account.config.login, &account.endpoint);
    match log_in(session, account, &who, &offered, secret, || true).await? {
        Login::In => Ok(()),
        Login::NotTaken(error) | Login::Later(error) => Err(error),
        Login::Refused(refusal) => Err(refusal.error),
    }
}

/// Plays one form after the other until somebody is in or it is enough.
async fn as_administrator(
    session: &mut Session,
    account: &Account,
    greeting: Option<&str>,
    trial: &mut Trial,
    secret: &mut Secret,
) -> Result<()> {
    let offered = std::mem::take(&mut session.capabilities);
    let (whose, administrator) = (&account.config.login, account.config.owner());
    loop {
        let Some(form) = trial.next() else {
            if !trial.wants_to_know() {
                return Err(named(trial.error(account.side), account));
            }
            trial.meet(family(session, account, greeting, offered.words()).await?);
            continue;
        };
        if account.config.has_token() && !form.takes_token() {
            trial.heard(form, Answer::NotTaken, "");
            continue;
        }
        let who = form.identity(administrator, whose, &account.endpoint);
        let again = || trial.again();
        let (answer, said) = match log_in(session, account, &who, &offered, secret, again).await? {
            Login::In => match speak_for(session, account, form).await? {
                None => {
                    trial.entered(form);
                    return Ok(());
                }
                Some(said) => (Answer::NotAllowed, said),
            },
            Login::NotTaken(error) => (Answer::NotTaken, error.message().to_owned()),
            Login::Refused(refusal) if refusal.is_elsewhere => {
                trial.end(refusal.error);
                continue;
            }
            Login::Refused(refusal) => (refusal.answer, refusal.said),
            Login::Later(error) => {
                // What will be said again, a BAD say, was said of the password that was shown.
                if error.retry_advice() != Retry::Never {
                    trial.not_judged();
                }
                return Err(error);
            }
        };
        if trial.wants_to_know() && answer != Answer::NotAllowed {
            // A server that ends the connection over a refusal is asked on the next one; what it refused counts.
            let family = family(session, account, greeting, offered.words()).await;
            family.into_iter().for_each(|family| trial.meet(family));
        }
        trial.heard(form, answer, &said);
    }
}

/// With the server's name, once.
fn named(error: Error, account: &Account) -> Error {
    if error.context().any(|(key, _)| key == "server") {
        return error;
    }
    error.with("server", account.config.server())
}

/// After the administrator has come in as himself: in whose place. Gives the server's words when it does not want to.
async fn speak_for(session: &mut Session, account: &Account, form: Delegation) -> Result<Option<String>> {
    if form != Delegation::ProxyAuth {
        return Ok(None);
    }
    let proxy = command::proxy_auth(&account.config.login, session.dialect());
    match session.run(proxy).await {
        Ok(_) => {
            // They may be others for the user.
            session.capabilities = Default::default();
            Ok(None)
        }
        Err(Trouble::Refused(status)) => Ok(Some(status.text)),
        Err(trouble) => Err(Doing::account(account.side, "log in").failed(trouble)),
    }
}

/// Which server this is: by its greeting, by what it offers, or asked (RFC 2971, which is allowed before the login).
async fn family<'a>(
    session: &mut Session,
    account: &Account,
    greeting: Option<&'a str>,
    offered: impl Iterator<Item = &'a str> + Clone,
) -> Result<Family> {
    let family = Family::of(greeting.into_iter().chain(offered.clone()));
    if family != Family::Unknown || !offered.clone().any(|word| word == "ID") {
        return Ok(family);
    }
    match session.run(super::who_we_are(session)).await {
        Ok(_) | Err(Trouble::Refused(_)) => {}
        Err(trouble) => return Err(Doing::account(account.side, "log in").failed(trouble)),
    }
    let said = session.take_identity();
    Ok(Family::of(said.iter().filter_map(|(_, value)| value.as_deref())))
}
