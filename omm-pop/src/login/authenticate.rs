//! Proving who we are: which ways are tried, and how one is played.
//!
//! A password is tried once. Another way comes after one that the server would not play, never after one that failed:
//! that could lock the account, or show the password to a server that could not prove to know it.

use super::{apop, refusal};
use crate::{
    account::Account,
    config::Auth,
    error::{Doing, Trouble},
    proto::{Command, Event, Status, timestamp},
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::Secret,
};
use omm_net::sasl::{self, Identity, Mechanism, Sasl, from_base64, to_base64};
use zeroize::Zeroizing;

/// RFC 5034 §4: a command with an initial response is at most 255 bytes long, line end included.
const LONGEST_COMMAND: usize = 255;

/// What is tried, in order. Whoever asks for one gets it, offered or not.
fn ways(session: &Session, account: &Account, who: &Identity, has_timestamp: bool) -> Vec<Auth> {
    let (config, offered) = (&account.config, &session.capabilities);
    if let Some(auth) = config.auth {
        return vec![auth];
    }
    let is_delegated = who.on_behalf_of.is_some();
    let mut mechanisms = sasl::choose(&offered.mechanisms(), config.has_token(), is_delegated);
    if session.is_tls() && config.delegate.is_some() {
        // Seen: Dovecot, which keeps the passwords of master users apart, most often hashed: SCRAM cannot use them, and
        // fails as if the password were wrong. An attempt must not be lost to that.
        mechanisms.sort_by_key(|mechanism| !mechanism.shows_secret());
    }
    let mut ways: Vec<Auth> = mechanisms.into_iter().map(Auth::Sasl).collect();
    if is_delegated {
        // The commands have no place for somebody else's name.
        return ways;
    }
    // APOP wants a password that is kept as it is, as SCRAM does.
    let has_timestamp = has_timestamp && config.delegate.is_none();
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

fn nothing_offered(account: &Account, who: &Identity) -> Error {
    let message = match &who.on_behalf_of {
        Some(_) => "logging in on behalf of somebody needs AUTH PLAIN, which the server does not offer",
        None => {
            "the server offers no way to log in that can be used here: use TLS (pop3s://), or choose one with the \
             option auth, xoauth2 for example"
        }
    };
    let error = Error::new(ErrorKind::Config, Side::Source, "log in", message);
    error.with("server", account.config.server())
}

pub(super) enum Played {
    LoggedIn,
    /// The server would not play this one; no password was tried.
    NotTaken(Error),
}

/// One connection's login, under one name after the other.
pub(super) struct Login<'a> {
    session: &'a mut Session,
    pub(super) account: &'a Account,
    /// Under which name.
    pub(super) who: Identity,
    secret: Secret,
    timestamp: Option<String>,
    /// What the server said to the last attempt, when that was no.
    pub(super) said: Option<String>,
    /// Whether the secret, or a proof of it, was on its way in the last attempt.
    pub(super) has_shown: bool,
}

impl<'a> Login<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        account: &'a Account,
        greeting: &Status,
        secret: Secret,
        who: Identity,
    ) -> Self {
        let timestamp = timestamp(&greeting.text).map(str::to_owned);
        Self { session, account, who, secret, timestamp, said: None, has_shown: false }
    }

    /// Logs in under the name. With a token that has had its time, once more with a new one, if `again` says so.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] when it is refused; the connection's, and those of asking for the secret.
    pub(super) async fn log_in(&mut self, again: impl FnOnce() -> bool) -> Result<Played> {
        (self.said, self.has_shown) = (None, false);
        let mut unplayed = None;
        let mut again = Some(again);
        for way in ways(self.session, self.account, &self.who, self.timestamp.is_some()) {
            let mut played = self.play(way).await;
            if self.account.config.has_token()
                && played.as_ref().is_err_and(|error| error.kind() == ErrorKind::Auth)
                && let Some(renewed) = self.account.renewed_secret(&self.secret).await?
                && again.take().is_some_and(|again| again())
            {
                // A token expires, and a refused one locks nothing.
                self.secret = renewed;
                played = self.play(way).await;
            }
            match played? {
                Played::LoggedIn => return Ok(self.in_by(way)),
                Played::NotTaken(error) => unplayed = Some(error),
            }
        }
        Ok(Played::NotTaken(unplayed.unwrap_or_else(|| nothing_offered(self.account, &self.who))))
    }

    /// Remembers what it was that let us in.
    fn in_by(&self, way: Auth) -> Played {
        self.account.learn(|facts| facts.logged_in_by = Some(way));
        Played::LoggedIn
    }

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
        let (login, word) = (&self.who.login, self.secret.expose());
        let (Ok(user), Ok(pass)) = (Command::user(login), Command::pass(word)) else {
            return Err(self.unsendable());
        };
        self.run(user).await?;
        self.has_shown = true;
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
        let Ok(apop) = Command::apop(&self.who.login, &digest) else {
            return Err(self.unsendable());
        };
        let apart = "it was tried by APOP, so that who listens does not learn the password; the option auth chooses \
                     another way";
        self.has_shown = true;
        self.run(apop).await.map_err(|error| match self.account.config.auth {
            None if error.kind() == ErrorKind::Auth => error.with("note", apart),
            _ => error,
        })
    }

    async fn run(&mut self, command: Command) -> Result<()> {
        match self.session.run(command).await {
            Ok(_) => Ok(()),
            Err(trouble) => {
                if let Trouble::Refused(status) = &trouble {
                    self.said = Some(refusal::words(status, &self.secret));
                }
                Err(self.error(trouble))
            }
        }
    }

    /// RFC 5034 §4.
    async fn sasl(&mut self, mechanism: Mechanism) -> Result<Played> {
        let mut sasl = Sasl::begin(mechanism, &self.who, &self.secret)?;
        let mut first = sasl.initial()?.map(Zeroizing::new);
        // RFC 2449 §6.3: who announces SASL takes an initial response. Older servers do not.
        let offered = self.session.capabilities.mechanisms().iter().any(|name| name == mechanism.name());
        let fits = |text: &Zeroizing<String>| {
            "AUTH  \r\n".len() + mechanism.name().len() + text.len() <= LONGEST_COMMAND
        };
        let sent =
            first.as_ref().filter(|_| offered).map(|first| Zeroizing::new(to_base64(first))).filter(fits);
        if sent.is_some() {
            first = None;
        }
        self.session.submit(Command::auth(mechanism.name(), sent.as_ref().map(|sent| sent.as_str())));
        let mut has_proof = sent.is_some();
        self.has_shown |= has_proof;
        loop {
            match self.session.next().await.map_err(|trouble| self.error(trouble))? {
                Event::Challenge(challenge) => match reply(&mut sasl, first.take(), &challenge) {
                    Ok(reply) => {
                        (has_proof, self.has_shown) = (true, true);
                        self.session.answer(&Zeroizing::new(to_base64(&reply)));
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

    fn refused(&mut self, sasl: &Sasl, status: Status, has_proof: bool) -> Result<Played> {
        self.said = Some(refusal::words(&status, &self.secret));
        let is_played = !refusal::is_about_mechanism(&status, has_proof);
        let mut error = self.error(Trouble::Refused(status));
        if let Some(why) = sasl.refusal().filter(|why| !sasl::shows(why, &self.secret)) {
            error = error.with("reason", why);
        }
        if is_played { Err(error) } else { Ok(Played::NotTaken(error)) }
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
fn reply(sasl: &mut Sasl, first: Option<Zeroizing<Vec<u8>>>, challenge: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    if let Some(first) = first {
        return Ok(first);
    }
    let broken =
        || Doing::account("log in").failed(Trouble::Broken("a challenge that is no base64".to_owned()));
    sasl.step(&from_base64(challenge).ok_or_else(broken)?).map(Zeroizing::new)
}
