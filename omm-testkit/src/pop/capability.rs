//! What the server can do, and what CAPA says about it.

use std::collections::BTreeSet;

/// A capability, or an optional command of the base protocol, that can be switched off and on.
///
/// CAPA tells the truth: what is off is not offered, and its command is an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Extension {
    /// The CAPA command itself (RFC 2449). Without it nothing is offered, though all that is on works.
    Capa,
    /// PIPELINING (RFC 2449 §6.6). Without it the server forgets whatever came together with the command that it
    /// reads, and counts that in [`super::Counters::overruns`].
    Pipelining,
    /// TOP (RFC 1939 §7).
    Top,
    /// UIDL (RFC 1939 §7).
    Uidl,
    /// RESP-CODES (RFC 2449 §6.4): `[IN-USE]` and the like in -ERR.
    RespCodes,
    /// AUTH-RESP-CODE (RFC 3206): `[AUTH]` where a name or password is wrong.
    AuthRespCode,
    /// STLS (RFC 2595 §4). Works only when the server has a TLS configuration.
    Stls,
    /// USER and PASS (RFC 1939 §7).
    User,
    /// APOP (RFC 1939 §7): the greeting ends with a timestamp.
    Apop,
    /// SASL PLAIN (RFC 4616), with authorisation identity.
    AuthPlain,
    /// SASL LOGIN, the undocumented one that every client knows.
    AuthLogin,
    /// SASL SCRAM-SHA-256 (RFC 7677), with authorisation identity.
    AuthScramSha256,
    /// SASL XOAUTH2, Google's.
    AuthXOAuth2,
    /// SASL OAUTHBEARER (RFC 7628).
    AuthOAuthBearer,
    /// LOGIN-DELAY (RFC 2449 §6.5). Off unless a delay is set; it is announced, and kept only by scripted faults.
    LoginDelay,
    /// EXPIRE (RFC 2449 §6.7). Off unless a time is set; it is announced, and kept only by
    /// [`super::Quirk::RetrievedExpires`].
    Expire,
    /// UTF8 (RFC 6856 §2), names and passwords included.
    Utf8,
    /// IMPLEMENTATION (RFC 2449 §6.9).
    Implementation,
}

use Extension as E;

const ALL: [Extension; 18] = [
    E::Capa,
    E::Pipelining,
    E::Top,
    E::Uidl,
    E::RespCodes,
    E::AuthRespCode,
    E::Stls,
    E::User,
    E::Apop,
    E::AuthPlain,
    E::AuthLogin,
    E::AuthScramSha256,
    E::AuthXOAuth2,
    E::AuthOAuthBearer,
    E::LoginDelay,
    E::Expire,
    E::Utf8,
    E::Implementation,
];

/// In the order in which CAPA names them.
const MECHANISMS: [(Extension, &str); 5] = [
    (E::AuthPlain, "PLAIN"),
    (E::AuthLogin, "LOGIN"),
    (E::AuthScramSha256, "SCRAM-SHA-256"),
    (E::AuthXOAuth2, "XOAUTH2"),
    (E::AuthOAuthBearer, "OAUTHBEARER"),
];

impl Extension {
    /// Every one there is.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }

    /// The SASL mechanism of this name, in any case.
    pub(super) fn mechanism(name: &str) -> Option<Self> {
        let known = MECHANISMS.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        known.map(|(extension, _)| extension)
    }

    /// Whether it shows a password, or as good as one, to who listens.
    pub(super) fn bares_secrets(self) -> bool {
        !matches!(self, E::AuthScramSha256 | E::Apop)
    }
}

/// What is on when nothing is said.
pub(super) fn usual() -> BTreeSet<Extension> {
    Extension::all().filter(|extension| !matches!(extension, E::LoginDelay | E::Expire)).collect()
}

/// What CAPA says besides the extensions that are on.
pub(super) struct Situation<'a> {
    pub(super) logged_in: bool,
    /// A TLS configuration is there and not in use yet.
    pub(super) can_start_tls: bool,
    /// Logins that show a password are taken.
    pub(super) takes_bare_secrets: bool,
    pub(super) login_delay: &'a str,
    pub(super) expire: &'a str,
    pub(super) implementation: &'a str,
}

/// The lines after `+OK`.
pub(super) fn lines(on: &BTreeSet<Extension>, situation: &Situation<'_>) -> Vec<String> {
    let is_taken = |extension: Extension| {
        on.contains(&extension) && (situation.takes_bare_secrets || !extension.bares_secrets())
    };
    let line = |extension: Extension| {
        let text = match extension {
            E::Top => "TOP".to_owned(),
            E::Uidl => "UIDL".to_owned(),
            E::Pipelining => "PIPELINING".to_owned(),
            E::RespCodes => "RESP-CODES".to_owned(),
            E::AuthRespCode => "AUTH-RESP-CODE".to_owned(),
            // RFC 2595 §4: announced in AUTHORIZATION state only.
            E::Stls => return (situation.can_start_tls && !situation.logged_in).then(|| "STLS".to_owned()),
            E::User => return is_taken(E::User).then(|| "USER".to_owned()),
            E::LoginDelay => format!("LOGIN-DELAY {}", situation.login_delay),
            E::Expire => format!("EXPIRE {}", situation.expire),
            E::Utf8 => "UTF8 USER".to_owned(),
            E::Implementation => format!("IMPLEMENTATION {}", situation.implementation),
            _ => return None,
        };
        Some(text)
    };
    let mut lines: Vec<String> =
        Extension::all().filter(|extension| on.contains(extension)).filter_map(line).collect();
    let mechanisms: String = MECHANISMS
        .into_iter()
        .filter(|(extension, _)| is_taken(*extension))
        .map(|(_, name)| format!(" {name}"))
        .collect();
    if !mechanisms.is_empty() {
        lines.push(format!("SASL{mechanisms}"));
    }
    lines
}
