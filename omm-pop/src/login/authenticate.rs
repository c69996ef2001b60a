//! Proving who we are: which ways are tried, and how one is played.
//!
//! A password is tried once. Another way comes after one that the server would not play, never after one that failed:
//! that could lock the account, or show the password to a server that could not prove to know it.

use super::{apop, refusal, tls};
use crate::{
    account::Account,
    config::Auth,
    error::{Doing, Trouble},
    proto::{Command, Event, Status, timestamp},
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{Secret, SecretOf},
    seam::Tls,
};
use omm_net::sasl::{self, Identity, Mechanism, Sasl, from_base64, to_base64};

/// RFC 5034 §4: a command with an initial response is at most 255 bytes long, line end included.
const LONGEST_COMMAND: usize = 255;

/// Logs in with the credential of the account.
///
/// # Errors
/// [`ErrorKind::Auth`] when it is refused, [`ErrorKind::Config`] when nothing that is offered can be used; never with
/// the secret in it.
pub(super) async fn log_in(session: &mut Session, account: &Account, greeting: &Status) -> Result<()> {
    let config = &account.config;
    if !session.is_tls() && config.tls != Tls::Off {
        return Err(tls::refused(account, "the connection is not protected"));
    }
    let timestamp = timestamp(&greeting.text).map(str::to_owned);
    let ways = ways(session, account, timestamp.is_some());
    let server = config.server();
    let secret_of = SecretOf {
        reference: &config.credentials,
        login: config.owner(),
        server: &server,
        side: Side::Source,
    };
    let secret = account.env.secret(secret_of).await?;
    let mut login = Login { session, account, secret, timestamp };
    let mut unplayed = None;
    for way in ways {
        let mut played = login.play(way).await;
        if config.has_token()
            && played.as_ref().is_err_and(|error| error.kind() == ErrorKind::Auth)
            && let Some(renewed) = account.env.renewed_secret(secret_of, &login.secret).await?
        {
            // A token expires, and a refused one locks nothing.
            login.secret = renewed;
            played = login.play(way).await;
        }
        match played? {
            Played::LoggedIn => return Ok(()),
            Played::NotTaken(error) => unplayed = Some(error),
        }
    }
    Err(unplayed.unwrap_or_else(|| nothing_offered(account)))
}

/// What is tried, in order. Whoever asks for one gets it, offered or not.
fn ways(session: &Session, account: &Account, has_timestamp: bool) -> Vec<Auth> {
    let (config, offered) = (&account.config, &session.capabilities);
    if let Some(auth) = config.auth {
        return vec![auth];
    }
    let mechanisms = sasl::choose(&offered.mechanisms(), config.has_token(), config.delegate.is_some());
    let mut ways: Vec<Auth> = mechanisms.into_iter().map(Auth::Sasl).collect();
    if config.delegate.is_some() {
        // The commands have no place for somebody else's name.
        return ways;
    }
    if has_timestamp && !session.is_tls() {
        // Who listens must not learn the password, and who tries APOP in vain does not show it afterwards.
        ways.retain(|way| matches!(way, Auth::Sasl(mechanism) if !mechanism.shows_secret()));
        ways.push(Auth::Apop);
        return ways;
    }
    // The commands are older than LOGIN, the mechanism, and understood by more servers.
    if offered.may_have("USER") {
        ways.retain(|way| *way != Auth::Sasl(Mechanism::Login));
        ways.push(Auth::User);
    } else if ways.is_empty() && has_timestamp {
        ways.push(Auth::Apop);
    }
    ways
}

fn nothing_offered(account: &Account) -> Error {
    let message = match &account.config.delegate {
        Some(_) => "logging in on behalf of somebody needs AUTH PLAIN, which the server does not offer",
        None => {
            "the server offers no way to log in that can be used here: use TLS (pop3s://), or choose one with the \
             option auth, xoauth2 for example"
        }
    };
    let error = Error::new(ErrorKind::Config, Side::Source, "log in", message);
    error.with("server", account.config.server())
}

enum Played {
    LoggedIn,
    /// The server would not play this one; no password was tried.
    NotTaken(Error),
}

struct Login<'a> {
    session: &'a mut Session,
    account: &'a Account,
    secret: Secret,
    timestamp: Option<String>,
}

impl Login<'_> {
    /// Errors are final.
    async fn play(&mut self, way: Auth) -> Result<Played> {
        match way {
            Auth::Sasl(mechanism) => self.sasl(mechanism).await,
            Auth::User => self.user().await.map(|()| Played::LoggedIn),
            Auth::Apop => self.apop().await.map(|()| Played::LoggedIn),
        }
    }

    /// RFC 1939 §7.
    async fn user(&mut self) -> Result<()> {
        let (login, word) = (&self.account.config.login, self.secret.expose());
        let (Ok(user), Ok(pass)) = (Command::user(login), Command::pass(word)) else {
            return Err(self.unsendable());
        };
        self.run(user).await?;
        self.run(pass).await
    }

    /// RFC 1939 §7.
    async fn apop(&mut self) -> Result<()> {
        let Some(timestamp) = &self.timestamp else {
            let message = "the server offers no APOP: there is no timestamp in its greeting";
            let error = Error::new(ErrorKind::Config, Side::Source, "log in", message);
            return Err(error.with("server", self.account.config.server()));
        };
        let digest = apop::digest(timestamp, self.secret.expose());
        let Ok(apop) = Command::apop(&self.account.config.login, &digest) else {
            return Err(self.unsendable());
        };
        let apart = "it was tried by APOP, so that who listens does not learn the password; the option auth chooses \
                     another way";
        self.run(apop).await.map_err(|error| match self.account.config.auth {
            None if error.kind() == ErrorKind::Auth => error.with("note", apart),
            _ => error,
        })
    }

    async fn run(&mut self, command: Command) -> Result<()> {
        let answer = self.session.run(command).await;
        answer.map(drop).map_err(|trouble| self.error(trouble))
    }

    /// RFC 5034 §4.
    async fn sasl(&mut self, mechanism: Mechanism) -> Result<Played> {
        let mut sasl = Sasl::begin(mechanism, &self.identity(), &self.secret)?;
        let mut first = sasl.initial()?;
        // RFC 2449 §6.3: who announces SASL takes an initial response. Older servers do not.
        let offered = self.session.capabilities.mechanisms().iter().any(|name| name == mechanism.name());
        let fits =
            |text: &String| "AUTH  \r\n".len() + mechanism.name().len() + text.len() <= LONGEST_COMMAND;
        let sent = first.as_deref().filter(|_| offered).map(to_base64).filter(fits);
        if sent.is_some() {
            first = None;
        }
        self.session.submit(Command::auth(mechanism.name(), sent.as_deref()));
        let mut has_proof = sent.is_some();
        loop {
            match self.session.next().await.map_err(|trouble| self.error(trouble))? {
                Event::Challenge(challenge) => match reply(&mut sasl, first.take(), &challenge) {
                    Ok(reply) => {
                        has_proof = true;
                        self.session.answer(&to_base64(&reply));
                    }
                    Err(error) => {
                        // RFC 5034 §4: a lone star ends the exchange.
                        self.session.answer("*");
                        let _ = self.session.status().await;
                        return Err(error);
                    }
                },
                Event::Status(status) if status.ok => return sasl.accepted().map(|()| Played::LoggedIn),
                Event::Status(status) => return self.refused(&sasl, status, has_proof),
                _ => return Err(self.error(Trouble::Broken("an answer of another kind".to_owned()))),
            }
        }
    }

    fn refused(&self, sasl: &Sasl, status: Status, has_proof: bool) -> Result<Played> {
        let is_played = !refusal::is_about_mechanism(&status, has_proof);
        let mut error = self.error(Trouble::Refused(status));
        if let Some(why) = sasl.refusal().filter(|why| !sasl::shows(why, &self.secret)) {
            error = error.with("reason", why);
        }
        if is_played { Err(error) } else { Ok(Played::NotTaken(error)) }
    }

    fn identity(&self) -> Identity {
        let config = &self.account.config;
        let mut identity = Identity::new(config.owner(), &self.account.endpoint);
        identity.on_behalf_of = config.delegate.is_some().then(|| config.login.clone());
        identity
    }

    fn error(&self, trouble: Trouble) -> Error {
        refusal::error(self.account, trouble, &self.secret)
    }

    fn unsendable(&self) -> Error {
        let message = "login or password hold a line end or a zero byte, which POP3 cannot send";
        Error::new(ErrorKind::Config, Side::Source, "log in", message)
    }
}

/// The answer to a challenge; to the first one, what could not be sent with the command.
fn reply(sasl: &mut Sasl, first: Option<Vec<u8>>, challenge: &[u8]) -> Result<Vec<u8>> {
    if let Some(first) = first {
        return Ok(first);
    }
    let broken =
        || Doing::account("log in").failed(Trouble::Broken("a challenge that is no base64".to_owned()));
    sasl.step(&from_base64(challenge).ok_or_else(broken)?)
}
