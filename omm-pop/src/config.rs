//! An account specification as this connector understands it.

use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::CredentialRef,
    seam::{AccountSpec, Tls},
};
use omm_net::{address, delegation::Delegation, sasl::Mechanism};
use std::path::PathBuf;

/// The option that names how an administrator logs in for somebody, and the same as something learned.
pub(crate) const DELEGATION: &str = "delegation";

/// Ports of RFC 1939 §3 and RFC 8314 §3.3.
const PLAIN_PORT: u16 = 110;
const TLS_PORT: u16 = 995;

/// One POP3 account: where it is, who logs in, and what the host asked for.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) login: String,
    /// Who logs in on the login's behalf.
    pub(crate) delegate: Option<String>,
    pub(crate) credentials: CredentialRef,
    /// Asked for by the option `auth`; without it the safest one that is offered is taken.
    pub(crate) auth: Option<Auth>,
    /// How the delegate says for whom he logs in: asked for by the option `delegation`, which then is the only one tried.
    pub(crate) delegation: Option<Delegation>,
    /// The one that was found in an earlier run.
    pub(crate) learned_delegation: Option<Delegation>,
}

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// AUTH (RFC 5034).
    Sasl(Mechanism),
    /// USER and PASS (RFC 1939 §7).
    User,
    /// APOP (RFC 1939 §7).
    Apop,
}

impl Auth {
    fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "user" => Some(Self::User),
            "apop" => Some(Self::Apop),
            _ => Mechanism::from_name(name).map(Self::Sasl),
        }
    }
}

impl Config {
    /// Reads a specification.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], naming the setting and what it may be.
    pub(crate) fn read(spec: &AccountSpec, side: Side) -> Result<Self> {
        let usual = if spec.tls == Tls::Required { TLS_PORT } else { PLAIN_PORT };
        let (host, port) = address::parse(&spec.server, usual).map_err(|why| {
            refused(side, format!("{why}; write pop3s://LOGIN@HOST or pop3s://LOGIN@HOST:PORT"))
                .with("server", &spec.server)
        })?;
        if spec.login.is_empty() {
            let message = format!("a POP3 account needs a login: pop3s://LOGIN@{host}");
            return Err(refused(side, message));
        }
        let mut config = Self {
            host,
            port,
            tls: spec.tls,
            ca_file: spec.ca_file.clone(),
            login: spec.login.clone(),
            delegate: spec.delegate.clone(),
            credentials: spec.credentials.clone(),
            auth: None,
            delegation: None,
            // A word that is none of ours is from another version, and no reason to stop.
            learned_delegation: spec.learned.get(DELEGATION).and_then(|name| Delegation::from_name(name)),
        };
        for (name, value) in &spec.options {
            config.option(name, value).map_err(|message| refused(side, message))?;
        }
        Ok(config)
    }

    fn option(&mut self, name: &str, value: &str) -> Result<(), String> {
        if name == DELEGATION {
            let known = Delegation::from_name(value).filter(|form| *form != Delegation::ProxyAuth);
            self.delegation = Some(known.ok_or_else(|| {
                format!(
                    "{DELEGATION} is one of authorization-identity, master-user, exchange in POP3; not {value:?}"
                )
            })?);
            return Ok(());
        }
        if name != "auth" {
            return Err(format!("a POP3 account has no option {name:?}; it has auth and {DELEGATION}"));
        }
        let known = Auth::from_name(value).ok_or_else(|| {
            format!(
                "auth is one of plain, login, scram-sha-256, oauthbearer, xoauth2, user, apop; not {value:?}"
            )
        })?;
        self.auth = Some(known);
        Ok(())
    }

    /// Host and port, as people write them.
    pub(crate) fn server(&self) -> String {
        address::written(&self.host, self.port)
    }

    /// Whose password or token it is.
    pub(crate) fn owner(&self) -> &str {
        self.delegate.as_ref().unwrap_or(&self.login)
    }

    /// Whether the credential is a token and no password.
    pub(crate) fn has_token(&self) -> bool {
        matches!(self.auth, Some(Auth::Sasl(mechanism)) if mechanism.is_token())
    }
}

/// The specification in its normal form: host in lower case, port said.
pub(crate) fn normal(spec: &AccountSpec) -> Result<AccountSpec> {
    let config = Config::read(spec, Side::Host)?;
    let mut spec = spec.clone();
    spec.server_type = "pop3".to_owned();
    spec.server = config.server();
    Ok(spec)
}

fn refused(side: Side, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, side, "read the account", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(server: &str, tls: Tls) -> AccountSpec {
        let mut spec = AccountSpec::new("pop3", server);
        spec.login = "anna".to_owned();
        spec.tls = tls;
        spec
    }

    #[test]
    fn servers_in_their_normal_form() {
        for (server, tls, normalised) in [
            ("Mail.Example", Tls::Required, "mail.example:995"),
            ("mail.example", Tls::StartTls, "mail.example:110"),
            ("mail.example:1110/", Tls::Off, "mail.example:1110"),
            ("::1", Tls::Off, "[::1]:110"),
        ] {
            assert_eq!(normal(&spec(server, tls)).expect(server).server, normalised);
        }
    }

    #[test]
    fn options_and_what_is_none() {
        let with = |name: &str, value: &str| {
            let mut spec = spec("mail.example", Tls::Required);
            spec.options.insert(name.to_owned(), value.to_owned());
            Config::read(&spec, Side::Source)
        };
        for (name, auth, token) in [
            ("APOP", Auth::Apop, false),
            ("user", Auth::User, false),
            ("plain", Auth::Sasl(Mechanism::Plain), false),
            ("xoauth2", Auth::Sasl(Mechanism::XOAuth2), true),
        ] {
            let config = with("auth", name).expect(name);
            assert_eq!((config.auth, config.has_token()), (Some(auth), token));
        }
        for (config, says) in [
            (with("auth", "ntlm"), "apop"),
            (with("compress", "on"), "no option"),
            (with("delegation", "proxyauth"), "master-user"),
            (Config::read(&spec("", Tls::Off), Side::Source), "no host name"),
            (Config::read(&AccountSpec::new("pop3", "a"), Side::Source), "needs a login"),
        ] {
            let error = config.expect_err(says);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
