//! Errors with axes: what happened, on which side, how far it reaches, whether something was done, and
//! when to try again.
//!
//! Connectors fill the axes in; they never retry. What follows from them is decided in one table,
//! [`crate::engine::decide`].

use serde::{Deserialize, Serialize};
use std::{error::Error as StdError, fmt, time::Duration};

/// The result of everything in core.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The login was refused.
    Auth,
    /// Whoever keeps the passwords could give none: the run pauses until he can. No server was asked.
    Credentials,
    /// The server, or the file, could not be reached.
    Unreachable,
    /// The server asked for a pause.
    Throttled,
    /// The login is good, but this is not allowed.
    Denied,
    /// There is no such folder or item.
    NotFound,
    /// The server no longer honours a cursor.
    CursorExpired,
    /// Larger than the other side accepts.
    TooLarge,
    /// The server refuses this item.
    Rejected,
    /// The destination is full.
    Quota,
    /// Bytes that cannot be read as what they claim to be.
    Malformed,
    /// The peer broke its protocol.
    Protocol,
    /// The request itself makes no sense: an option, an address, a missing setting.
    Config,
    /// The journal could not be read or written, or belongs to another owner now.
    Journal,
    /// This machine: a full disk under the spool, a permission.
    Local,
    /// Somebody asked to stop.
    Stopped,
    /// The source looks emptied; going on could only do harm.
    SourceEmptied,
}

impl ErrorKind {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Credentials => "credentials",
            Self::Unreachable => "unreachable",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::NotFound => "not-found",
            Self::CursorExpired => "cursor-expired",
            Self::TooLarge => "too-large",
            Self::Rejected => "rejected",
            Self::Quota => "quota",
            Self::Malformed => "malformed",
            Self::Protocol => "protocol",
            Self::Config => "config",
            Self::Journal => "journal",
            Self::Local => "local",
            Self::Stopped => "stopped",
            Self::SourceEmptied => "source-emptied",
        }
    }
}

/// Where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The account that is read.
    Source,
    /// The account that is written.
    Destination,
    /// The state kept about the migration.
    Journal,
    /// The program itself or its host.
    Host,
}

/// The widest thing that is unusable because of this error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// This item; its neighbours are fine.
    Item,
    /// This folder.
    Folder,
    /// This account: the connection, the login.
    Account,
    /// The whole run.
    Run,
}

/// Whether a write may have been done all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing was written.
    None,
    /// The answer is lost: it must be looked for before it is written again.
    Unknown,
}

/// When it makes sense to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Never: the answer will be the same.
    Never,
    /// Soon, and later each time.
    Backoff,
    /// The server named a time.
    After(Duration),
}

/// An error with its axes. Messages are lower-case, say what was being done, and never hold a secret or a body.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    side: Side,
    scope: Scope,
    effect: Effect,
    retry: Retry,
    alone: bool,
    landed: bool,
    operation: &'static str,
    message: String,
    context: Vec<(&'static str, String)>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind with the kind's usual scope and retry, and no effect.
    pub fn new(kind: ErrorKind, side: Side, operation: &'static str, message: impl Into<String>) -> Self {
        let (scope, retry) = usual(kind);
        Self(Box::new(Inner {
            kind,
            side,
            scope,
            effect: Effect::None,
            retry,
            alone: false,
            landed: false,
            operation,
            message: message.into(),
            context: Vec::new(),
            cause: None,
        }))
    }

    /// The same with another scope.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.0.scope = scope;
        self
    }

    /// The same with another retry advice.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// The same, of which only this account is to take notice: the pause it asks for is no matter of others on that server.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.0.alone = true;
        self
    }

    /// The same, with the effect unknown.
    #[must_use]
    pub fn effect_unknown(mut self) -> Self {
        self.0.effect = Effect::Unknown;
        self
    }

    /// The same where the server has answered: whatever there is of what was written can be seen at once, and nothing of it is
    /// still on its way.
    #[must_use]
    pub fn landed(mut self) -> Self {
        self.0.landed = true;
        self
    }

    /// The same with a pair of context, e.g. the folder or the server's own code.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.0.context.push((key, value.to_string()));
        self
    }

    /// The same with what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The same error for one more item that it hit; what caused it becomes a part of the message.
    #[must_use]
    pub fn repeated(&self) -> Self {
        let message = match &self.0.cause {
            Some(cause) => format!("{}: {cause}", self.0.message),
            None => self.0.message.clone(),
        };
        let Inner { kind, side, scope, effect, retry, alone, landed, operation, .. } = *self.0;
        let context = self.0.context.clone();
        Self(Box::new(Inner {
            kind,
            side,
            scope,
            effect,
            retry,
            alone,
            landed,
            operation,
            message,
            context,
            cause: None,
        }))
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it happened.
    pub fn side(&self) -> Side {
        self.0.side
    }

    /// How far it reaches.
    pub fn reach(&self) -> Scope {
        self.0.scope
    }

    /// Whether a write may have been done all the same.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Whether something of a write may appear later than the answer came.
    pub fn may_come_late(&self) -> bool {
        self.0.effect == Effect::Unknown && !self.0.landed
    }

    /// When to try again.
    pub fn retry_advice(&self) -> Retry {
        self.0.retry
    }

    /// Whether the other accounts on that server are not concerned.
    pub fn is_alone(&self) -> bool {
        self.0.alone
    }

    /// What was being done.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The message alone, without operation and context.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The pairs of context.
    pub fn context(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.context.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// Somebody asked to stop.
    pub fn stopped() -> Self {
        Self::new(ErrorKind::Stopped, Side::Host, "run", "stopped on request")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.operation, self.0.message)?;
        for (at, (key, value)) in self.context().enumerate() {
            write!(f, "{}{key} {value}", if at == 0 { " (" } else { ", " })?;
        }
        if !self.0.context.is_empty() {
            f.write_str(")")?;
        }
        match &self.0.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

/// The scope and the retry advice that a kind has unless the connector knows better.
fn usual(kind: ErrorKind) -> (Scope, Retry) {
    use ErrorKind::*;
    match kind {
        Auth | Credentials | Config | Quota => (Scope::Account, Retry::Never),
        Unreachable | Throttled | Protocol => (Scope::Account, Retry::Backoff),
        Denied => (Scope::Folder, Retry::Never),
        CursorExpired => (Scope::Folder, Retry::Backoff),
        NotFound | TooLarge | Rejected | Malformed => (Scope::Item, Retry::Never),
        Journal | Local | Stopped | SourceEmptied => (Scope::Run, Retry::Never),
    }
}
