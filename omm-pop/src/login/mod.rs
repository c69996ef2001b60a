//! From a dialled connection to one that is logged in.

mod apop;
mod authenticate;
mod entry;
mod refusal;
mod tls;

use crate::{
    account::Account,
    capability::Capabilities,
    error::{Doing, Named, Trouble},
    proto::{Command, Event, Status},
    quirks::Quirks,
    session::Session,
};
use omm_core::{error::Result, seam::Tls};
use omm_net::Wire;

/// Opens a connection and logs in; what is learned on the way is remembered for the next one.
pub(crate) async fn open(account: &Account) -> Result<Session> {
    let wire = Wire::dial(&account.env, &account.endpoint).await?;
    let mut session = Session::new(wire, account.env.runtime.clone());
    let greeting = greeting(&mut session).await.doing(Doing::account("connect"))?;
    if account.config.tls == Tls::StartTls {
        // RFC 2595 §4: whoever sits in between may have written this greeting; behind TLS there is none.
        session = tls::start(session, account).await?;
    }
    let known = account.facts();
    let offered = capabilities(&mut session, known.before_login).await?;
    account.learn(|facts| facts.before_login = Some(offered.clone()));
    if offered.has("UTF8") {
        utf8(&mut session).await?;
    }
    entry::enter(&mut session, account, &greeting).await?;
    // RFC 2449 §5: another list may be true of who has logged in.
    let offered = capabilities(&mut session, known.after_login).await?;
    session.quirks = Quirks::of(&greeting.text, &offered);
    account.learn(|facts| facts.after_login = Some(offered));
    session.since = account.env.runtime.monotonic();
    Ok(session)
}

/// The greeting, if it lets us in (RFC 1939 §4).
async fn greeting(session: &mut Session) -> Result<Status, Trouble> {
    match session.next().await? {
        Event::Greeting(status) if status.ok => Ok(status),
        Event::Greeting(status) => Err(Trouble::Refused(status)),
        _ => Err(session.confused()),
    }
}

/// What is offered now: known from an earlier connection, or asked for. Not every server knows the question.
async fn capabilities(session: &mut Session, known: Option<Capabilities>) -> Result<Capabilities> {
    let capabilities = match known {
        Some(known) => known,
        None => {
            let mut lines = Vec::new();
            session.submit(Command::capa());
            match session.lines(|line| lines.push(line.to_vec())).await {
                Ok(()) => Capabilities::new(lines),
                Err(Trouble::Refused(_)) => Capabilities::default(),
                Err(trouble) => return Err(Doing::account("ask for capabilities").failed(trouble)),
            }
        }
    };
    session.learn(capabilities.clone());
    Ok(capabilities)
}

/// RFC 6856 §2: without it, messages with addresses in other scripts come altered, or not at all. Only before the login.
async fn utf8(session: &mut Session) -> Result<()> {
    match session.run(Command::utf8()).await {
        Ok(_) | Err(Trouble::Refused(_)) => Ok(()),
        Err(trouble) => Err(Doing::account("switch UTF8 on").failed(trouble)),
    }
}
