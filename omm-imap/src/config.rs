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

/// Ports of RFC 9051 §2.1 and RFC 8314 §3.2.
const PLAIN_PORT: u16 = 143;
const TLS_PORT: u16 = 993;

/// One IMAP account: where it is, who logs in, and what the host asked for.
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
    /// Asked for by the option `auth`; without it the strongest offered is taken.
    pub(crate) auth: Option<Mechanism>,
    /// How the delegate says for whom he logs in: asked for by the option `delegation`, which then is the only one tried.
    pub(crate) delegation: Option<Delegation>,
    /// The one that was found in an earlier run.
    pub(crate) learned_delegation: Option<Delegation>,
    /// COMPRESS=DEFLATE where it is offered (RFC 4978): option `compress`, `on` or `off`. Off unless asked for: it
    /// costs the server more than a fast line saves.
    pub(crate) compress: bool,
}

impl Config {
    /// Reads a specification.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], naming the setting and what it may be.
    pub(crate) fn read(spec: &AccountSpec, side: Side) -> Result<Self> {
        let usual = if spec.tls == Tls::Required { TLS_PORT } else { PLAIN_PORT };
        let (host, port) = address::parse(&spec.server, usual).map_err(|why| {
            refused(side, format!("{why}; write imaps://LOGIN@HOST or imaps://LOGIN@HOST:PORT"))
                .with("server", &spec.server)
        })?;
        if spec.login.is_empty() {
            let message = format!("an IMAP account needs a login: imaps://LOGIN@{host}");
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
            compress: false,
        };
        for (name, value) in &spec.options {
            config.option(name, value).map_err(|message| refused(side, message))?;
        }
        Ok(config)
    }

    fn option(&mut self, name: &str, value: &str) -> Result<(), String> {
        match (name, value) {
            ("auth", mechanism) => {
                let known = Mechanism::from_name(mechanism);
                self.auth = Some(known.ok_or_else(|| {
                    format!(
                        "auth is one of plain, login, scram-sha-256, oauthbearer, xoauth2; not {mechanism:?}"
                    )
                })?);
            }
            (DELEGATION, form) => {
                let known = Delegation::from_name(form);
                self.delegation = Some(known.ok_or_else(|| {
                    format!("{DELEGATION} is one of {}; not {form:?}", Delegation::names())
                })?);
            }
            ("compress", "on") => self.compress = true,
            ("compress", "off") => self.compress = false,
            ("compress", other) => return Err(format!("compress is on or off, not {other:?}")),
            (other, _) => {
                return Err(format!(
                    "an IMAP account has no option {other:?}; it has auth, compress and {DELEGATION}"
                ));
            }
        }
        Ok(())
    }

    /// Host and port, as people write them.
    pub(crate) fn server(&self) -> String {
        address::written(&self.host, self.port)
    }

    /// Whose the credential is.
    pub(crate) fn owner(&self) -> &str {
        self.delegate.as_ref().unwrap_or(&self.login)
    }

    /// Whether the credential is a token and no password.
    pub(crate) fn has_token(&self) -> bool {
        self.auth.is_some_and(Mechanism::is_token)
    }
}

/// The specification in its normal form: host in lower case, port said.
pub(crate) fn normal(spec: &AccountSpec) -> Result<AccountSpec> {
    let config = Config::read(spec, Side::Host)?;
    let mut spec = spec.clone();
    spec.server_type = "imap".to_owned();
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
        let mut spec = AccountSpec::new("imap", server);
        spec.login = "anna".to_owned();
        spec.tls = tls;
        spec
    }

    #[test]
    fn servers_in_their_normal_form() {
        for (server, tls, normalised) in [
            ("Mail.Example", Tls::Required, "mail.example:993"),
            ("mail.example", Tls::StartTls, "mail.example:143"),
            ("mail.example:1143/", Tls::Off, "mail.example:1143"),
            ("mail.example.", Tls::Required, "mail.example:993"),
            ("[::1]:10143", Tls::Off, "[::1]:10143"),
            ("::1", Tls::Off, "[::1]:143"),
            ("127.0.0.1", Tls::Required, "127.0.0.1:993"),
        ] {
            assert_eq!(normal(&spec(server, tls)).expect(server).server, normalised);
        }
    }

    #[test]
    fn what_is_no_account() {
        let with = |name: &str, value: &str| {
            let mut spec = spec("mail.example", Tls::Required);
            spec.options.insert(name.to_owned(), value.to_owned());
            spec
        };
        let mut nobody = spec("mail.example", Tls::Required);
        nobody.login.clear();
        for (spec, says) in [
            (spec("", Tls::Required), "no host name"),
            (spec("mail.example:0", Tls::Required), "1 to 65535"),
            (spec("mail.example:x", Tls::Required), "1 to 65535"),
            (spec("[::1", Tls::Required), "bracket"),
            (spec("a b", Tls::Required), "no host name"),
            (with("auth", "ntlm"), "scram-sha-256"),
            (with("compress", "yes"), "on or off"),
            (with("delegation", "magic"), "authorization-identity, master-user, proxyauth, exchange"),
            (with("colour", "red"), "no option"),
            (nobody, "needs a login"),
        ] {
            let error = normal(&spec).expect_err(says);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
