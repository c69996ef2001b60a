//! From a dialled connection to one that is logged in.

use crate::{
    account::Account,
    capability::Capabilities,
    error::{Doing, Named, Trouble},
    proto::{Event, Status, StatusKind, command},
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Side},
    host::Secret,
    seam::Tls,
};
use omm_net::{
    Wire,
    sasl::{self, Identity, Mechanism, Sasl, from_base64, to_base64},
};

/// Opens a connection and logs in; what is learned on the way is remembered for the next one.
pub(crate) async fn open(account: &Account) -> Result<Session> {
    let doing = Doing::account(account.side, "connect");
    let wire = Wire::dial(&account.env, &account.endpoint).await?;
    let mut session = Session::new(wire, account.env.runtime.clone());
    let greeting = greeting(&mut session).await.doing(doing)?;
    account.learn(|facts| facts.quirks.learn_greeting(&greeting.text));
    if account.config.tls == Tls::StartTls {
        session = start_tls(session, account, &greeting).await?;
    }
    if greeting.kind != StatusKind::PreAuth {
        pre_login_capabilities(&mut session, account).await?;
        log_in(&mut session, account).await?;
    }
    settle(session, account).await
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

/// RFC 9051 §6.2.1. Required: there is no way on without it, and nothing that was said before it counts.
async fn start_tls(mut session: Session, account: &Account, greeting: &Status) -> Result<Session> {
    let doing = Doing::account(account.side, "start TLS");
    if greeting.kind == StatusKind::PreAuth {
        // RFC 9051 §11.1: whoever sits in between could have said so to keep us from TLS.
        return Err(no_tls(account, "it is logged in already (PREAUTH), so TLS cannot be started"));
    }
    match session.run(command::start_tls()).await {
        Ok(_) => {}
        Err(Trouble::Refused(status)) => {
            return Err(no_tls(account, "it refuses STARTTLS").with("answer", status.text));
        }
        Err(trouble) => return Err(doing.failed(trouble)),
    }
    let wire = session.into_wire().doing(doing)?;
    let wire = wire.start_tls(&account.env, &account.endpoint).await?;
    Ok(Session::new(wire, account.env.runtime.clone()))
}

fn no_tls(account: &Account, why: &str) -> Error {
    let server = account.config.server();
    let message = format!(
        "{server} offers no TLS on this port: {why}; try imaps://, or ask for an unprotected connection explicitly"
    );
    Error::new(ErrorKind::Config, account.side, "start TLS", message)
}

/// What is offered before the login: from the greeting, from an earlier connection, or asked for.
async fn pre_login_capabilities(session: &mut Session, account: &Account) -> Result<()> {
    if session.capabilities == Capabilities::default() {
        if let Some(known) = account.facts().before_login {
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

async fn log_in(session: &mut Session, account: &Account) -> Result<()> {
    let config = &account.config;
    let secret = account
        .env
        .credentials
        .secret(&config.credentials, config.delegate.as_ref().unwrap_or(&config.login), &config.server())
        .await?;
    let offered = session.capabilities.mechanisms();
    let delegated = config.delegate.is_some();
    let protected = session.is_tls() || config.tls == Tls::Off;
    if !protected {
        return Err(no_tls(account, "the connection is not protected"));
    }
    let mechanisms = match config.auth {
        Some(mechanism) => vec![mechanism],
        None => sasl::choose(&offered, config.has_token(), delegated),
    };
    let before = session.capabilities.clone();
    session.capabilities = Capabilities::default();
    for mechanism in mechanisms {
        // LOGIN, the command, is older than LOGIN, the mechanism, and understood by more servers.
        if mechanism == Mechanism::Login && config.auth.is_none() {
            break;
        }
        match authenticate(session, account, mechanism, &secret, before.has("SASL-IR")).await {
            // The mechanism was refused, not the password: no harm in another one.
            Err(error) if error.kind() != ErrorKind::Auth && is_about_mechanism(&error) => continue,
            result => return result,
        }
    }
    if delegated {
        let message =
            "logging in on behalf of somebody needs AUTHENTICATE PLAIN, which the server does not offer";
        return Err(Error::new(ErrorKind::Config, account.side, "log in", message));
    }
    if before.has("LOGINDISABLED") {
        let remedy = if session.is_tls() {
            "another way to log in is chosen with the option auth, xoauth2 for example"
        } else {
            "use TLS (imaps://, or STARTTLS)"
        };
        let message = format!("{} takes no password here (LOGINDISABLED): {remedy}", config.server());
        return Err(Error::new(ErrorKind::Config, account.side, "log in", message));
    }
    let login = command::login(&config.login, secret.expose(), before.dialect(false));
    let answer = session.run(login).await;
    answer.map(drop).map_err(|trouble| refused_login(account, trouble))
}

/// RFC 9051 §6.2.2, RFC 4959.
async fn authenticate(
    session: &mut Session,
    account: &Account,
    mechanism: Mechanism,
    secret: &Secret,
    initial_response: bool,
) -> Result<()> {
    let config = &account.config;
    let mut identity = Identity::new(config.delegate.as_ref().unwrap_or(&config.login), &account.endpoint);
    identity.on_behalf_of = config.delegate.is_some().then(|| config.login.clone());
    let doing = Doing::account(account.side, "log in");
    let mut sasl = Sasl::begin(mechanism, &identity, secret)?;
    let mut first = sasl.initial()?;
    let sent = first.take_if(|_| initial_response).map(|bytes| to_base64(&bytes));
    let tag = session.submit(command::authenticate(mechanism.name(), sent.as_deref()));
    loop {
        match session.next().await.doing(doing)? {
            Event::Continuation(challenge) => {
                let reply = match first.take() {
                    Some(first) => Ok(first),
                    None => from_base64(&challenge)
                        .ok_or_else(|| {
                            doing.failed(Trouble::Broken("a challenge that is no base64".to_owned()))
                        })
                        .and_then(|challenge| sasl.step(&challenge)),
                };
                match reply {
                    Ok(reply) => session.answer(to_base64(&reply).into_bytes()),
                    Err(error) => {
                        // RFC 9051 §6.2.2: a lone star ends the exchange.
                        session.answer(b"*".to_vec());
                        let _ = session.finish(tag).await;
                        return Err(error);
                    }
                }
            }
            Event::Done(outcome) if outcome.tag == tag => {
                return match outcome.status.kind {
                    StatusKind::Ok => sasl.accepted(),
                    _ => {
                        let error = refused_login(account, Trouble::Refused(outcome.status));
                        Err(match sasl.refusal() {
                            Some(why) => error.with("reason", why),
                            None => error,
                        })
                    }
                };
            }
            _ => {}
        }
    }
}

/// A NO to a login means the login, unless it says something else; asking again could lock the account.
fn refused_login(account: &Account, trouble: Trouble) -> Error {
    let doing = Doing::account(account.side, "log in");
    let login = &account.config.login;
    let error = match trouble {
        Trouble::Refused(status) if status.kind == StatusKind::No => {
            let error = doing.refused(&status);
            match error.kind() {
                ErrorKind::Denied if error.retry_advice() == Retry::Never && status.code.is_none() => {
                    auth_error(account.side, &status.text)
                }
                _ => error,
            }
        }
        trouble => doing.failed(trouble),
    };
    error.with("login", login).with("server", account.config.server())
}

fn auth_error(side: Side, text: &str) -> Error {
    if text.contains("not connected") {
        return Doing::account(side, "log in").refused(&Status {
            kind: StatusKind::No,
            code: None,
            text: text.to_owned(),
        });
    }
    let message = format!(
        "the login was refused: check login and password (some providers want an app password); the server says {text:?}"
    );
    Error::new(ErrorKind::Auth, side, "log in", message)
}

fn is_about_mechanism(error: &Error) -> bool {
    let text = error.to_string().to_ascii_lowercase();
    error.kind() == ErrorKind::Protocol || text.contains("mechanism") || text.contains("not supported")
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
        session.submit_aside(command::id(
            &[("name", "OMM"), ("version", env!("CARGO_PKG_VERSION"))],
            session.dialect(),
        ));
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
