//! An account specification as this connector understands it.

use crate::{auth::Auth, delegation::Delegation, soap::Version};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::CredentialRef,
    seam::{AccountSpec, Tls},
};
use std::{path::PathBuf, time::Duration};
use url::Url;

/// What is learned from one run for the next one; the first two may be asked for by an option of the same name.
pub(crate) const DELEGATION: &str = "delegation";
pub(crate) const VERSION: &str = "version";
pub(crate) const URL: &str = "url";
const PUBLIC: &str = "public-folders";
/// Of public folders: who holds their hierarchy.
pub(crate) const HIERARCHY: &str = "public-hierarchy";

/// How long a server may go on with a request whose sender is gone: a proxy gives up after a minute, the server behind it later.
const SETTLING: Duration = Duration::from_secs(120);
/// Nobody waits longer than an hour.
const LONGEST_SETTLING: u64 = 3600;

/// Where the services are on every server that has them.
const PATH: &str = "/EWS/Exchange.asmx";

/// One account: where it is, who logs in, and what the host asked for.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) place: Place,
    pub(crate) tls: Tls,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) login: String,
    /// Who logs in on the login's behalf.
    pub(crate) delegate: Option<String>,
    pub(crate) credentials: CredentialRef,
    /// Asked for by the option `auth`; a password unless said otherwise.
    pub(crate) auth: Auth,
    /// How the delegate opens the mailbox: asked for by the option `delegation`, which then is the only one tried.
    pub(crate) delegation: Option<Delegation>,
    /// The one that was found in an earlier run.
    pub(crate) learned_delegation: Option<Delegation>,
    /// Asked for by the option `version`: no other is tried.
    pub(crate) version: Option<Version>,
    /// The one that was found in an earlier run.
    pub(crate) learned_version: Option<Version>,
    /// The mailbox's archive instead of the mailbox: option `archive`, `on` or `off`.
    pub(crate) archive: bool,
    /// The public folders instead of the mailbox: option `public-folders`.
    pub(crate) public: Option<Public>,
    /// So long a request whose sender is gone may still be carried out: option `settling`, in seconds.
    pub(crate) settling: Duration,
}

/// The public folders, as the login sees them: `on`, or the address of the mailbox that holds their hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Public {
    /// Who is asked for the hierarchy; nobody in particular where the server knows.
    pub(crate) hierarchy: Option<String>,
    /// Who was told to an earlier run.
    pub(crate) learned: Option<String>,
}

/// Where the services are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// There.
    At(Address),
    /// To be found out for a mail domain (autodiscover); where an earlier run found them.
    OfDomain { domain: String, found: Option<Address> },
}

/// The address of the services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_tls: bool,
    /// With the query, if there is one.
    pub(crate) path: String,
}

impl Config {
    /// Reads a specification.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], naming the setting and what it may be.
    pub(crate) fn read(spec: &AccountSpec, side: Side) -> Result<Self> {
        let refused = |message: String| refused(side, message).with("server", &spec.server);
        let place = place(spec).map_err(refused)?;
        if spec.login.is_empty() {
            return Err(refused(
                "an Exchange account needs a login: ews:https://LOGIN@HOST/EWS/Exchange.asmx".to_owned(),
            ));
        }
        let mut config = Self {
            place,
            tls: spec.tls,
            ca_file: spec.ca_file.clone(),
            login: spec.login.clone(),
            delegate: spec.delegate.clone(),
            credentials: spec.credentials.clone(),
            auth: Auth::default(),
            delegation: None,
            // A word that is none of ours is from another version, and no reason to stop.
            learned_delegation: spec.learned.get(DELEGATION).and_then(|name| Delegation::from_name(name)),
            version: None,
            learned_version: spec.learned.get(VERSION).and_then(|word| Version::from_word(word)),
            archive: false,
            public: None,
            settling: SETTLING,
        };
        for (name, value) in &spec.options {
            config.option(name, value).map_err(refused)?;
        }
        if let Some(public) = &mut config.public {
            public.learned = spec.learned.get(HIERARCHY).cloned();
        }
        config.check(side).map_err(refused)?;
        Ok(config)
    }

    fn option(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "auth" => self.auth = Auth::from_name(value)?,
            DELEGATION => {
                let known = Delegation::from_name(value);
                self.delegation =
                    Some(known.ok_or_else(|| {
                        format!("{DELEGATION} is one of {}; not {value:?}", Delegation::NAMES)
                    })?);
            }
            VERSION => {
                let words = Version::NEWEST_FIRST.map(Version::word).join(", ");
                let known = Version::from_word(value);
                self.version =
                    Some(known.ok_or_else(|| format!("{VERSION} is one of {words}; not {value:?}"))?);
            }
            URL => self.place = Place::At(Address::parse(value)?),
            "archive" => self.archive = switch(name, value)?,
            PUBLIC => self.public = Public::read(value)?,
            "settling" => {
                let seconds = value.parse().ok().filter(|seconds| *seconds <= LONGEST_SETTLING);
                let refused =
                    || format!("settling is a number of seconds, {LONGEST_SETTLING} at most; not {value:?}");
                self.settling = Duration::from_secs(seconds.ok_or_else(refused)?);
            }
            _ => {
                return Err(format!(
                    "an Exchange account has no option {name:?}; it has auth, {DELEGATION}, {VERSION}, {URL}, archive, \
                     {PUBLIC} and settling"
                ));
            }
        }
        Ok(())
    }

    fn check(&self, side: Side) -> Result<(), String> {
        if self.public.is_some() && self.archive {
            return Err(format!("archive and {PUBLIC} are two accounts: ask for one of them"));
        }
        if self.public.is_some() && side == Side::Destination {
            return Err(format!(
                "public folders are read, and not written: {PUBLIC} is an option of the source"
            ));
        }
        if self.delegate.is_some() && !self.login.contains('@') {
            return Err(format!(
                "for an administrator the mailbox is named by its mail address, and {} is none",
                self.login
            ));
        }
        match &self.place {
            Place::At(address) if !address.is_tls && self.tls != Tls::Off => {
                Err("by http whoever sits on the way can read the password: write https, or \
                 switch protection off (--tls off)"
                    .to_owned())
            }
            Place::OfDomain { .. } if !self.login.contains('@') => {
                Err(format!("to find its server a mail address is needed, and {} is none", self.login))
            }
            _ => Ok(()),
        }
    }

    /// The folder that all others are in.
    pub(crate) fn root(&self) -> &'static str {
        match () {
            () if self.public.is_some() => "publicfoldersroot",
            () if self.archive => "archivemsgfolderroot",
            () => "msgfolderroot",
        }
    }

    /// Whether it is not the mailbox itself that is meant.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.archive || self.public.is_some()
    }

    /// Whose password or token it is.
    pub(crate) fn owner(&self) -> &str {
        self.delegate.as_ref().unwrap_or(&self.login)
    }

    /// The server, or the mail domain, as people write it.
    pub(crate) fn server(&self) -> String {
        match &self.place {
            Place::At(address) | Place::OfDomain { found: Some(address), .. } => address.server(),
            Place::OfDomain { domain, found: None } => domain.clone(),
        }
    }

    /// The address of the mailbox, where that is known.
    pub(crate) fn mailbox(&self) -> Option<&str> {
        Some(self.login.as_str()).filter(|login| login.contains('@'))
    }
}

impl Public {
    /// From the value of the option; nothing where they are not asked for.
    fn read(value: &str) -> Result<Option<Self>, String> {
        match value {
            "on" => Ok(Some(Self { hierarchy: None, learned: None })),
            "off" => Ok(None),
            address if address.contains('@') => {
                Ok(Some(Self { hierarchy: Some(address.to_owned()), learned: None }))
            }
            other => Err(format!("{PUBLIC} is on, off or the address of their first mailbox, not {other:?}")),
        }
    }
}

impl Address {
    /// From a URL, or from a host with or without a path.
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole)
            .map_err(|why| format!("{text:?} is no address of a server ({why}); write https://HOST{PATH}"))?;
        Self::of(&url).ok_or_else(|| format!("{text:?} is no address of a server; write https://HOST{PATH}"))
    }

    /// From a URL that names a server by http or https, and no login.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        // IIS does not look at the case.
        let is_usual = path == "/" || path.trim_end_matches('/').eq_ignore_ascii_case(PATH);
        Some(Self {
            host: host.trim_matches(['[', ']']).trim_end_matches('.').to_owned(),
            port: url.port_or_known_default()?,
            is_tls,
            path: if is_usual { PATH.to_owned() } else { path.to_owned() },
        })
    }

    /// The port that is not said.
    pub(crate) fn usual_port(&self) -> u16 {
        if self.is_tls { 443 } else { 80 }
    }

    /// Host, and port where it is not the usual one.
    pub(crate) fn server(&self) -> String {
        match omm_net::address::written(&self.host, self.port) {
            written if self.port != self.usual_port() => written,
            _ if self.host.contains(':') => format!("[{}]", self.host),
            _ => self.host.clone(),
        }
    }

    /// The URL.
    pub(crate) fn written(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.server(), self.path)
    }
}

/// The specification in its normal form.
pub(crate) fn normal(spec: &AccountSpec) -> Result<AccountSpec> {
    let config = Config::read(spec, Side::Host)?;
    let mut spec = spec.clone();
    match config.place {
        Place::At(address) => ("ews".clone_into(&mut spec.server_type), spec.server = address.written()),
        Place::OfDomain { domain, .. } => {
            ("exchange".clone_into(&mut spec.server_type), spec.server = domain)
        }
    };
    // It is in the address now.
    spec.options.remove(URL);
    Ok(spec)
}

fn place(spec: &AccountSpec) -> Result<Place, String> {
    if spec.server_type != "exchange" {
        return Address::parse(&spec.server).map(Place::At);
    }
    let domain = spec.server.trim().trim_matches(['/', '.']).to_ascii_lowercase();
    if domain.is_empty() || domain.contains(['/', ' ', '@', ':']) {
        return Err(format!("{:?} is no mail domain; write exchange:USER@DOMAIN", spec.server));
    }
    let found =
        spec.learned.get(URL).and_then(|url| Address::parse(url).ok()).filter(|address| address.is_tls);
    Ok(Place::OfDomain { domain, found })
}

fn switch(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("{name} is on or off, not {other:?}")),
    }
}

fn refused(side: Side, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, side, "read the account", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(server_type: &str, server: &str) -> AccountSpec {
        let mut spec = AccountSpec::new(server_type, server);
        "anna@corp.example".clone_into(&mut spec.login);
        spec
    }

    #[test]
    fn servers_in_their_normal_form() {
        let usual = "https://mail.example/EWS/Exchange.asmx";
        for (server_type, server, normalised) in [
            ("ews", usual, usual),
            ("ews", "https://MAIL.example:443/ews/exchange.asmx/", usual),
            ("ews", "mail.example", usual),
            ("ews", "mail.example.", usual),
            ("ews", "mail.example/", usual),
            ("ews", "mail.example:8443", "https://mail.example:8443/EWS/Exchange.asmx"),
            ("ews", "https://[::1]:8443/x?y=z", "https://[::1]:8443/x?y=z"),
            ("ews", "https://[::1]/", "https://[::1]/EWS/Exchange.asmx"),
            ("exchange", "Corp.Example.", "corp.example"),
        ] {
            let spec = normal(&spec(server_type, server)).expect(server);
            assert_eq!(
                (spec.server_type.as_str(), spec.server.as_str()),
                (server_type, normalised),
                "{server}"
            );
        }
        let mut spec = spec("exchange", "corp.example");
        spec.options.insert("url".to_owned(), "mail.example".to_owned());
        let spec = normal(&spec).expect("an address by option");
        assert_eq!((spec.server_type.as_str(), spec.server.as_str(), spec.options.len()), ("ews", usual, 0));
    }

    #[test]
    fn options_and_what_was_learned() {
        let mut spec = spec("exchange", "corp.example");
        for (name, value) in [
            ("auth", "Bearer"),
            ("delegation", "delegate-access"),
            ("version", "Exchange2010"),
            ("archive", "on"),
        ] {
            spec.options.insert(name.to_owned(), value.to_owned());
        }
        for (name, value) in [
            ("url", "https://mail.example/EWS/Exchange.asmx"),
            ("version", "Exchange2013"),
            ("delegation", "of another version"),
        ] {
            spec.learned.insert(name.to_owned(), value.to_owned());
        }
        let config = Config::read(&spec, Side::Source).expect("good options");
        assert_eq!(
            (config.auth, config.delegation, config.archive),
            (Auth::Bearer, Some(Delegation::DelegateAccess), true)
        );
        assert_eq!((config.version, config.learned_version), (Some(Version::E2010), Some(Version::E2013)));
        assert_eq!((config.learned_delegation, config.server().as_str()), (None, "mail.example"));
    }

    #[test]
    fn what_is_no_account() {
        let with = |name: &str, value: &str| {
            let mut spec = spec("ews", "mail.example");
            spec.options.insert(name.to_owned(), value.to_owned());
            spec
        };
        let as_login = |server_type: &str, login: &str| {
            let mut spec = spec(server_type, "mail.example");
            login.clone_into(&mut spec.login);
            spec
        };
        let mut delegated = as_login("ews", "anna");
        delegated.delegate = Some("admin".to_owned());
        let mut both = with("archive", "on");
        both.options.insert("public-folders".to_owned(), "on".to_owned());
        let written =
            Config::read(&with("public-folders", "on"), Side::Destination).expect_err("not written");
        assert!(written.to_string().contains("read, and not written"), "{written}");
        for (spec, says) in [
            (spec("ews", ""), "no address"),
            (spec("ews", "ftp://mail.example"), "https://HOST"),
            (spec("ews", "https://anna:geheim@mail.example/"), "no address"),
            (spec("ews", "http://mail.example/EWS/Exchange.asmx"), "can read the password"),
            (spec("exchange", "https://mail.example"), "exchange:USER@DOMAIN"),
            (as_login("ews", ""), "needs a login"),
            (as_login("exchange", "anna"), "a mail address is needed"),
            (delegated, "named by its mail address"),
            (with("auth", "ntlm"), "basic, bearer"),
            (with("delegation", "magic"), "impersonation, delegate-access"),
            (with("version", "Exchange2003"), "Exchange2007_SP1"),
            (with("archive", "yes"), "on or off"),
            (with("public-folders", "yes"), "on, off or the address"),
            (both, "ask for one of them"),
            (with("settling", "2h"), "number of seconds"),
            (with("settling", "86400"), "3600 at most"),
            (with("colour", "red"), "no option"),
        ] {
            let error = Config::read(&spec, Side::Source).expect_err(says);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
