//! From a dialled connection to one that is logged in.

mod authenticate;
mod doubt;
mod entry;
mod refusal;
mod secrecy;
mod tls;

use crate::{
    account::Account,
    capability::Capabilities,
    error::{Doing, Named, Trouble},
    proto::{Command, Event, Status, StatusKind, command},
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result},
    seam::Tls,
};
use omm_net::Wire;

pub(crate) use doubt::Doubt;

/// Opens a connection and logs in; what is learned on the way is remembered for the next one.
pub(crate) async fn open(account: &Account) -> Result<Session> {
    let doing = Doing::account(account.side, "connect");
    let wire = Wire::dial(&account.env, &account.endpoint).await?;
    let mut session = Session::new(wire, account.env.runtime.clone()).until(account.env.hush.clone());
    let greeting = greeting(&mut session).await.doing(doing)?;
    let mut said = None;
    if account.config.tls == Tls::StartTls {
        // RFC 9051 §11.1: whoever sits in between may have written this greeting; behind TLS there is none.
        session = tls::start(session, account, &greeting).await?;
    } else {
        said = Some(greeting.text.as_str());
        account.learn(|facts| facts.quirks.learn_greeting(&greeting.text));
    }
    if greeting.kind == StatusKind::PreAuth {
        refuse_for_somebody(account)?;
    } else {
        pre_login_capabilities(&mut session, account).await?;
        entry::enter(&mut session, account, said).await?;
    }
    session.let_in();
    settle(session, account).await
}

/// Whose account a server opens that lets us in unasked is not known: an administrator must not work in another one.
fn refuse_for_somebody(account: &Account) -> Result<()> {
    let Some(administrator) = &account.config.delegate else { return Ok(()) };
    let message = "the server lets us in without a login (PREAUTH), so nothing says whose account it is: leave the \
                   delegate out, or use a port that asks for a login";
    let error = Error::new(ErrorKind::Config, account.side, "log in", message);
    let error = error.with("login", &account.config.login).with("delegate", administrator);
    Err(error.with("server", account.config.server()))
}

/// The greeting, if it lets us in (RFC 9051 §7.1).
async fn greeting(session: &mut Session) -> Result<Status, Trouble> {
    match session.next().await? {
        Event::Greeting(greeting) if greeting.status.kind == StatusKind::Bye => {
            Err(Trouble::Refused(greeting.status))
        }
        Event::Greeting(greeting) => Ok(greeting.status),
        _ => Err(Trouble::Broken("the server did not greet".to_owned())),
    }
}

/// What is offered before the login: from the greeting, from an earlier connection, or asked for.
async fn pre_login_capabilities(session: &mut Session, account: &Account) -> Result<()> {
    if session.capabilities == Capabilities::default() {
        if let Some(known) = account.ask(|facts| facts.before_login.clone()) {
            session.capabilities = known;
        } else {
            let doing = Doing::account(account.side, "ask for capabilities");
            session.run(command::capability()).await.doing(doing)?;
        }
    }
    let known = session.capabilities.clone();
    account.learn(|facts| facts.before_login = Some(known));
    Ok(())
}

/// ID (RFC 2971).
fn who_we_are(session: &Session) -> Command {
    command::id(&[("name", "OMM"), ("version", env!("CARGO_PKG_VERSION"))], session.dialect())
}

/// What follows a login: capabilities, who we are, and what is to be switched on. Only what must be known before the
/// first command is waited for.
async fn settle(mut session: Session, account: &Account) -> Result<Session> {
    let doing = Doing::account(account.side, "ask for capabilities");
    if session.capabilities == Capabilities::default() {
        match account.facts().after_login {
            Some(known) => session.capabilities = known,
            None => {
                session.run(command::capability()).await.doing(doing)?;
            }
        }
    }
    let offered = session.capabilities.clone();
    account.learn(|facts| {
        facts.quirks.learn_capabilities(&offered);
        facts.after_login = Some(offered.clone());
    });
    if offered.has("ID") {
        // Before SELECT, and always. Seen: 163 and 126 refuse SELECT to a client that did not say who it is.
        session.submit_aside(who_we_are(&session));
    }
    let wanted: Vec<&str> = ["QRESYNC", "CONDSTORE", "UTF8=ACCEPT", "IMAP4rev2"]
        .into_iter()
        .filter(|word| offered.has(&word.to_ascii_uppercase()) && offered.has("ENABLE"))
        .collect();
    if !wanted.is_empty() {
        let enable = session.submit(command::enable(&wanted));
        // How names are written depends on the answer (RFC 6855 §3, RFC 9051 §5.1); nothing else does.
        if wanted.iter().any(|word| matches!(*word, "UTF8=ACCEPT" | "IMAP4rev2")) {
            session.finish(enable).await.doing(doing)?;
        } else {
            session.set_aside(enable);
        }
    }
    if account.config.compress && offered.has("COMPRESS=DEFLATE") {
        let answer = session.run(command::compress_deflate()).await;
        match answer {
            Ok(_) => session = session.deflate(),
            Err(Trouble::Refused(_)) => {}
            Err(trouble) => return Err(doing.failed(trouble)),
        }
    }
    Ok(session)
}
