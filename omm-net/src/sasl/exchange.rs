//! One mechanism, played with one server.

use super::{Mechanism, credentials::Credentials, refusal};
use crate::Endpoint;
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Side},
    host::Secret,
};
use rsasl::prelude::{Mechname, SASLClient, SASLConfig, Session, SessionError};
use std::{fmt, mem};

/// More rounds of hashing than any server asks for in good faith; a million take about a second.
const MOST_ITERATIONS: u64 = 2_000_000;

/// Who logs in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose password or token it is.
    pub login: String,
    /// The account to be opened, when it is another: an administrator logs in for somebody.
    pub on_behalf_of: Option<String>,
    /// Told to the server by OAUTHBEARER.
    pub host: String,
    /// Told to the server by OAUTHBEARER.
    pub port: u16,
    /// Which account this is, for errors.
    pub side: Side,
}

impl Identity {
    /// Somebody who logs in for himself.
    pub fn new(login: impl Into<String>, endpoint: &Endpoint) -> Self {
        Self {
            login: login.into(),
            on_behalf_of: None,
            host: endpoint.bare_host().to_owned(),
            port: endpoint.port,
            side: endpoint.side,
        }
    }
}

/// One mechanism being played. The protocol sends [`Sasl::initial`], answers every challenge with [`Sasl::step`], and
/// asks [`Sasl::accepted`] when the server says that all is well.
pub struct Sasl {
    mechanism: Mechanism,
    side: Side,
    session: Session,
    state: State,
    refusal: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Begun,
    Running,
    /// We have said all that we have to say, and heard all that we have to hear.
    Finished,
    Failed,
}

impl Sasl {
    /// Begins; nothing is said yet.
    ///
    /// # Errors
    /// `Config` when login or secret are empty or hold what they cannot hold, or when the mechanism cannot say on
    /// whose behalf one logs in.
    pub fn begin(mechanism: Mechanism, identity: &Identity, secret: &Secret) -> Result<Self> {
        let side = identity.side;
        check(mechanism, identity, secret)
            .map_err(|message| made(ErrorKind::Config, side, mechanism, message))?;
        let unusable = || made(ErrorKind::Config, side, mechanism, "the mechanism is not built in");
        let config = SASLConfig::builder()
            .with_default_mechanisms()
            .with_callback(Credentials::new(mechanism, identity, secret))
            .map_err(|_| unusable())?;
        let name = Mechname::parse(mechanism.name().as_bytes()).map_err(|_| unusable())?;
        let session = SASLClient::new(config).start_suggested(&[name]).map_err(|_| unusable())?;
        Ok(Self { mechanism, side, session, state: State::Begun, refusal: None })
    }

    /// The mechanism.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What we say first, not yet in base64; none when the server begins. A protocol without initial responses sends
    /// it as the answer to the server's first, empty challenge.
    ///
    /// # Errors
    /// `Protocol` when asked for twice.
    pub fn initial(&mut self) -> Result<Option<Vec<u8>>> {
        if self.state != State::Begun {
            return Err(self.out_of_turn());
        }
        self.state = State::Running;
        if self.session.are_we_first() { self.play(None).map(Some) } else { Ok(None) }
    }

    /// The answer to a challenge, both not in base64. It is to be sent even if empty.
    ///
    /// SCRAM hashes the password as often as the server wants, up to some two seconds.
    ///
    /// # Errors
    /// `Auth` when the server says here that the password is wrong. `Protocol` when it says what the mechanism does
    /// not know, or fails to prove that it knows the password.
    pub fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>> {
        match self.state {
            State::Finished if self.mechanism.is_token() => Ok(self.refused(challenge)),
            State::Running => {
                self.check_iterations(challenge)?;
                self.play(Some(challenge))
            }
            _ => Err(self.out_of_turn()),
        }
    }

    /// Whether nothing is left to be said or heard, but for the server's yes or no.
    pub fn finished(&self) -> bool {
        self.state == State::Finished
    }

    /// To be asked when the server says yes.
    ///
    /// # Errors
    /// `Protocol` when the mechanism has not come to its end: a server that let us in without proof that it knows
    /// the password (RFC 5802 §5) may be another one.
    pub fn accepted(&self) -> Result<()> {
        if self.finished() && self.refusal.is_none() {
            return Ok(());
        }
        let message = "the server let us in without proving that it knows the password; \
                       it may not be the one it claims to be";
        Err(made(ErrorKind::Protocol, self.side, self.mechanism, message))
    }

    /// Why the server refuses the token, once it said so in a challenge: text for the error that follows its no.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    fn play(&mut self, challenge: Option<&[u8]>) -> Result<Vec<u8>> {
        // rsasl panics when it is called again after an error.
        self.state = State::Failed;
        let mut said = Vec::new();
        let state = self
            .session
            .step(challenge, &mut said)
            .map_err(|error| self.failure(challenge.unwrap_or_default(), &error))?;
        // Tokens are answered with yes or no, or with the reason of a no.
        let is_finished = state.is_finished() || self.mechanism.is_token();
        self.state = if is_finished { State::Finished } else { State::Running };
        Ok(said)
    }

    /// The server's reason, and the answer that makes it say no: one byte (RFC 7628 §3.2.3), or nothing at all.
    fn refused(&mut self, challenge: &[u8]) -> Vec<u8> {
        self.state = State::Failed;
        self.refusal = Some(refusal::of_token(challenge));
        match self.mechanism {
            Mechanism::OAuthBearer => vec![1],
            _ => Vec::new(),
        }
    }

    /// `i=` of SCRAM's first challenge (RFC 5802 §5.1): a server could make us hash for hours.
    fn check_iterations(&mut self, challenge: &[u8]) -> Result<()> {
        if !self.mechanism.is_scram() {
            return Ok(());
        }
        let mut counts = challenge.split(|byte| *byte == b',').filter_map(|part| part.strip_prefix(b"i="));
        let is_sane = |count: &[u8]| {
            let number = std::str::from_utf8(count).ok().and_then(|text| text.parse::<u64>().ok());
            number.is_some_and(|number| number <= MOST_ITERATIONS)
        };
        if counts.all(is_sane) {
            return Ok(());
        }
        self.state = State::Failed;
        let message = "the server wants the password to be hashed more often than makes sense";
        Err(made(ErrorKind::Protocol, self.side, self.mechanism, message))
    }

    fn failure(&self, challenge: &[u8], error: &SessionError) -> Error {
        let (kind, message) = match error {
            // RFC 5802 §7: server-error.
            _ if self.mechanism.is_scram() && challenge.starts_with(b"e=") => {
                let said = challenge.iter().skip(2).take(40).filter(|byte| byte.is_ascii_graphic());
                let said: String = said.map(|byte| char::from(*byte)).collect();
                (ErrorKind::Auth, format!("the server refuses login or password ({said})"))
            }
            SessionError::MutualAuthenticationFailed => (
                ErrorKind::Protocol,
                "the server does not know the password; it may not be the one it claims to be".to_owned(),
            ),
            other => (ErrorKind::Protocol, format!("the server's answer makes no sense ({other})")),
        };
        made(kind, self.side, self.mechanism, message)
    }

    fn out_of_turn(&mut self) -> Error {
        let state = mem::replace(&mut self.state, State::Failed);
        let message = match state {
            State::Failed => "the exchange has failed already",
            _ => "the server went on when nothing was left to be said",
        };
        made(ErrorKind::Protocol, self.side, self.mechanism, message)
    }
}

impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sasl")
            .field("mechanism", &self.mechanism)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

fn check(mechanism: Mechanism, identity: &Identity, secret: &Secret) -> Result<(), &'static str> {
    let control = |text: &str| text.contains(|letter: char| letter.is_ascii_control());
    let whose = identity.on_behalf_of.as_deref();
    match () {
        () if identity.login.is_empty() => Err("there is no login name"),
        () if secret.expose().is_empty() => Err("the password or token is empty"),
        () if control(&identity.login) || whose.is_some_and(control) => {
            Err("the login name holds a control character")
        }
        () if secret.expose().contains('\0') => Err("the password holds a zero byte"),
        // RFC 6750 §2.1; most often it is the end of a line.
        () if mechanism.is_token() && !secret.expose().bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("the token holds a character that no token has; look for a line end or a blank")
        }
        () if whose.is_some() && !mechanism.is_delegating() => {
            Err("this mechanism cannot say on whose behalf one logs in")
        }
        () => Ok(()),
    }
}

fn made(kind: ErrorKind, side: Side, mechanism: Mechanism, message: impl Into<String>) -> Error {
    Error::new(kind, side, "log in", message).retry(Retry::Never).with("mechanism", mechanism)
}
