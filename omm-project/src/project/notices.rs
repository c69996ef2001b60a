//! Who is told what of a project: in which language, by which mail server, at which webhook.

use super::Invalid;
use crate::sealed::{Field, Sealed};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::CredentialRef,
    seam::Tls,
};
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf};
use url::Url;

/// Who is told what of a project. Unless something is set here nobody is told anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Notices {
    /// Which of the events.
    pub told: Told,
    /// The language of mails, as in BCP 47: `en`, `fr`, or one that the host has templates for.
    pub language: String,
    /// Where the project can be seen: an address of the web, in which `{project}` stands for its id.
    pub link: Option<String>,
    /// How the contact is written to.
    pub mail: Mail,
    /// Who is told as a program.
    pub webhook: Option<Webhook>,
}

/// Which events are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Creation, starts, ends and trouble.
    #[default]
    All,
    /// Only what a person is needed for, and what failed.
    Trouble,
}

/// How mails leave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Mail {
    /// Nobody is written to.
    #[default]
    None,
    /// By the mail server of the host ([`crate::notify::Ways::with_mail_of_host`]).
    Host,
    /// By a mail server of the project's own.
    Server(MailServer),
}

/// A submission server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct MailServer {
    /// Its name or IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected. Without protection no login is possible.
    pub tls: Tls,
    /// A PEM file of certificates to trust beside the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The sender: `noreply@example.org`. What cannot be delivered comes back to it.
    pub from: String,
    /// The sender's name for people.
    #[serde(default)]
    pub from_name: String,
    /// Who logs in; nobody on a server that needs no login.
    #[serde(default)]
    pub login: Option<String>,
    /// The login's password.
    #[serde(default)]
    pub password: Kept,
}

/// A program that is told, by signed requests.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Webhook {
    /// What may be shown of its URL: `https://panel.example.org`; `http:` for this machine itself only.
    pub site: String,
    /// The whole URL, where more stands in it: that may hold a token. It leads to the same site.
    #[serde(default)]
    pub url: Kept,
    /// What requests are signed with: `whsec_` and base64 of 24 to 64 bytes.
    pub secret: Kept,
    /// A PEM file of certificates to trust beside the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// Where a secret of the project itself is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kept {
    /// There is none.
    #[default]
    Nowhere,
    /// The host's provider is asked, each time.
    Elsewhere(CredentialRef),
    /// Here, sealed in [`crate::sealed::Place::of_project`].
    Sealed(Sealed),
}

const LANGUAGE_CHARS: usize = 35;
const LINK_CHARS: usize = 1000;
/// No name in the DNS is longer.
const HOST_CHARS: usize = 255;

impl Default for Notices {
    fn default() -> Self {
        Self { told: Told::All, language: "en".to_owned(), link: None, mail: Mail::None, webhook: None }
    }
}

impl Notices {
    /// The secrets that are sealed here, each with its field.
    pub fn sealed_mut(&mut self) -> impl Iterator<Item = (Field, &mut Sealed)> {
        let mail = match &mut self.mail {
            Mail::Server(server) => Some((Field::MailPassword, &mut server.password)),
            Mail::None | Mail::Host => None,
        };
        let webhook = self.webhook.as_mut().map(|webhook| {
            [(Field::WebhookUrl, &mut webhook.url), (Field::WebhookSecret, &mut webhook.secret)]
        });
        mail.into_iter().chain(webhook.into_iter().flatten()).filter_map(|(field, kept)| match kept {
            Kept::Sealed(sealed) => Some((field, sealed)),
            Kept::Nowhere | Kept::Elsewhere(_) => None,
        })
    }

    /// Whether a secret is sealed here, so that a key is needed.
    pub fn holds_secrets(&self) -> bool {
        self.clone().sealed_mut().next().is_some()
    }

    pub(super) fn check(&self) -> Vec<Invalid> {
        let mut found = Vec::new();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if self.language.is_empty()
            || self.language.len() > LANGUAGE_CHARS
            || !self.language.bytes().all(plain)
        {
            found.push(Invalid::new("notices.language", "write a language like en, fr or fr-CA"));
        }
        if self.link.as_ref().is_some_and(|link| !is_link(link)) {
            let remedy = "write an address of the web, for example https://panel.example.org/{project}";
            found.push(Invalid::new("notices.link", remedy));
        }
        if let Mail::Server(server) = &self.mail {
            found.extend(server.check());
        }
        if let Some(webhook) = &self.webhook {
            found.extend(webhook.check());
        }
        found
    }
}

impl MailServer {
    /// From `smtps://LOGIN@HOST:PORT` (TLS from the first byte, port 465 unless given) or `smtp://…` (STARTTLS, port 587). To
    /// this machine itself `smtp:` without a login is plain, and its port 25. The `@` of a login may stand as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for anything else, and for a password in it, of which nothing is said.
    pub fn parse(text: &str, from: &str) -> Result<Self> {
        let wrong = |why: &str| Error::new(ErrorKind::Config, Side::Host, "read the mail server", why);
        let form = "write the mail server as smtps://LOGIN@HOST:PORT or smtp://LOGIN@HOST:PORT";
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong(form))?;
        let rest = rest.trim_end_matches('/');
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        if login.is_some_and(|login| login.is_empty() || login.contains(':')) {
            return Err(wrong(
                "no password belongs into the address; name a file or a variable that holds it",
            ));
        }
        // A scheme that `url` treats as it does https, so that the host is read as one.
        let place = Url::parse(&format!("https://{place}")).map_err(|_| wrong(form))?;
        let host = place.host_str().ok_or_else(|| wrong(form))?;
        if place.path() != "/" || place.query().is_some() || place.fragment().is_some() {
            return Err(wrong(form));
        }
        let (tls, usual) = match scheme {
            "smtps" => (Tls::Required, 465),
            "smtp" if is_here(host) && login.is_none() => (Tls::Off, 25),
            "smtp" => (Tls::StartTls, 587),
            _ => return Err(wrong(form)),
        };
        Ok(Self {
            host: host.to_owned(),
            port: written_port(place.as_str(), text).unwrap_or(usual),
            tls,
            ca_file: None,
            from: from.to_owned(),
            from_name: String::new(),
            login: login.map(str::to_owned),
            password: Kept::Nowhere,
        })
    }

    fn check(&self) -> Vec<Invalid> {
        let mut found = Vec::new();
        if self.host.is_empty() || self.host.len() > HOST_CHARS || self.host.contains(char::is_whitespace) {
            found.push(Invalid::new("notices.mail.host", "write the name of a mail server"));
        }
        if !super::options::is_address(&self.from) {
            let remedy = "write one mail address to send from, for example noreply@example.org";
            found.push(Invalid::new("notices.mail.from", remedy));
        }
        if self.login.is_some() && self.tls == Tls::Off {
            let remedy = "choose TLS or STARTTLS; no password is said in the open";
            found.push(Invalid::new("notices.mail.tls", remedy));
        }
        if self.login.is_some() != (self.password != Kept::Nowhere) {
            let remedy = "give the mail server a login and its password, or neither";
            found.push(Invalid::new("notices.mail.password", remedy));
        }
        found
    }
}

impl Webhook {
    /// At this site, signed with this secret.
    pub fn new(site: impl Into<String>, secret: Kept) -> Self {
        Self { site: site.into(), url: Kept::Nowhere, secret, ca_file: None }
    }

    /// The site of a URL, and whether anything stands behind it that is to be kept as a secret.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if requests cannot be sent there. The URL is not in it.
    pub fn site_of(url: &str) -> Result<(String, bool)> {
        let parsed = Url::parse(url).ok();
        let is_plain_allowed = parsed.as_ref().and_then(Url::host_str).is_some_and(is_here);
        crate::notify::webhook::check("webhook", url, is_plain_allowed)?;
        let site = parsed.as_ref().map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        let bare = |url: &Url| url.path() == "/" && url.query().is_none();
        Ok((site, !parsed.as_ref().is_some_and(bare)))
    }

    /// Whether requests may go in the open, because they do not leave this machine.
    pub(crate) fn is_here(&self) -> bool {
        Url::parse(&self.site).is_ok_and(|url| url.host_str().is_some_and(is_here))
    }

    fn check(&self) -> Vec<Invalid> {
        let mut found = Vec::new();
        match Self::site_of(&self.site) {
            Err(error) => found.push(Invalid::new("notices.webhook.site", error.message())),
            Ok((_, true)) => {
                let remedy = "write the address without what stands behind its host; the whole is to be kept as a secret";
                found.push(Invalid::new("notices.webhook.site", remedy));
            }
            Ok((_, false)) => {}
        }
        if self.secret == Kept::Nowhere {
            let remedy = "name the secret that requests are signed with: whsec_ and base64 of 24 to 64 bytes";
            found.push(Invalid::new("notices.webhook.secret", remedy));
        }
        found
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("site", &self.site)
            .field("secret", &self.secret)
            .finish_non_exhaustive()
    }
}

fn is_link(link: &str) -> bool {
    let url = Url::parse(&link.replace("{project}", "x"));
    link.len() <= LINK_CHARS
        && url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.password().is_none())
}

/// This machine itself.
fn is_here(host: &str) -> bool {
    host == "localhost"
        || host == "[::1]"
        || host
            .strip_prefix("127.")
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// The port that was written, 443 too, which `url` leaves out.
fn written_port(parsed: &str, text: &str) -> Option<u16> {
    let port = text.trim_end_matches('/').rsplit_once(':').map(|(_, port)| port)?;
    let is_there = Url::parse(parsed).is_ok_and(|url| url.port().is_some()) || port == "443";
    if is_there { port.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_servers() {
        for (text, expected) in [
            ("smtps://ann@mail.example", Some(("mail.example", 465, Tls::Required, Some("ann")))),
            (
                "smtps://ann@b.example@mail.example:443",
                Some(("mail.example", 443, Tls::Required, Some("ann@b.example"))),
            ),
            ("smtp://ann@mail.example/", Some(("mail.example", 587, Tls::StartTls, Some("ann")))),
            ("smtp://mail.example:2525", Some(("mail.example", 2525, Tls::StartTls, None))),
            ("smtp://localhost", Some(("localhost", 25, Tls::Off, None))),
            ("smtp://127.0.0.1:2525", Some(("127.0.0.1", 2525, Tls::Off, None))),
            ("smtp://127.example.org", Some(("127.example.org", 587, Tls::StartTls, None))),
            // A password that is said is said nowhere else.
            ("smtp://ann@localhost:2525", Some(("localhost", 2525, Tls::StartTls, Some("ann")))),
            ("smtps://[::1]:465", Some(("[::1]", 465, Tls::Required, None))),
            ("smtps://ann:geheim@mail.example", None),
            ("smtps://@mail.example", None),
            ("smtps://", None),
            ("smtps://mail.example/x", None),
            ("smtps://mail.example:99999", None),
            ("http://mail.example", None),
            ("mail.example", None),
        ] {
            let server = MailServer::parse(text, "noreply@example.org");
            let seen =
                server.as_ref().ok().map(|it| (it.host.as_str(), it.port, it.tls, it.login.as_deref()));
            assert_eq!(seen, expected, "{text}");
            assert!(server.err().is_none_or(|error| !error.to_string().contains("geheim")), "{text}");
        }
    }

    #[test]
    fn each_field_is_named() {
        let fields = |change: &dyn Fn(&mut Notices)| {
            let mut server = MailServer::parse("smtps://ann@mail.example", "noreply@example.org").unwrap();
            server.password = Kept::Elsewhere(CredentialRef::Variable("WORD".to_owned()));
            let secret = Kept::Elsewhere(CredentialRef::Variable("SECRET".to_owned()));
            let webhook = Some(Webhook::new("https://panel.example.org", secret));
            let mut notices = Notices { mail: Mail::Server(server), webhook, ..Notices::default() };
            change(&mut notices);
            notices.check().into_iter().map(|invalid| invalid.field).collect::<Vec<_>>()
        };
        let of_server = |change: &dyn Fn(&mut MailServer)| {
            fields(&|it| {
                if let Mail::Server(server) = &mut it.mail {
                    change(server);
                }
            })
        };
        assert_eq!(fields(&|_| ()), [""; 0]);
        assert_eq!(fields(&|it| it.language = "e n".to_owned()), ["notices.language"]);
        assert_eq!(fields(&|it| it.link = Some("javascript:alert(1)".to_owned())), ["notices.link"]);
        assert_eq!(fields(&|it| it.link = Some("https://p.example/{project}".to_owned())), [""; 0]);
        assert_eq!(of_server(&|it| it.host.clear()), ["notices.mail.host"]);
        assert_eq!(of_server(&|it| it.from = "a b".to_owned()), ["notices.mail.from"]);
        assert_eq!(of_server(&|it| it.tls = Tls::Off), ["notices.mail.tls"]);
        assert_eq!(of_server(&|it| it.password = Kept::Nowhere), ["notices.mail.password"]);
        assert_eq!(of_server(&|it| it.login = None), ["notices.mail.password"]);
        let hook = |url: &str| Some(Webhook::new(url, Kept::Elsewhere(CredentialRef::Ask)));
        let site = ["notices.webhook.site"];
        assert_eq!(fields(&|it| it.webhook = hook("http://panel.example.org/")), site);
        assert_eq!(fields(&|it| it.webhook = hook("http://127.0.0.1:80/")), [""; 0]);
        assert_eq!(fields(&|it| it.webhook = hook("http://localhost.example.org/")), site);
        assert_eq!(fields(&|it| it.webhook = hook("https://panel.example.org/?token=a")), site);
        let unsigned = Webhook::new("https://panel.example.org", Kept::Nowhere);
        assert_eq!(fields(&|it| it.webhook = Some(unsigned.clone())), ["notices.webhook.secret"]);
    }

    // Would catch: a token that is taken for a part of what may be shown.
    #[test]
    fn what_may_be_shown_of_a_url() {
        for (url, expected) in [
            ("https://panel.example.org", Some(("https://panel.example.org", false))),
            ("https://panel.example.org:443/", Some(("https://panel.example.org", false))),
            ("https://panel.example.org:8443/?token=canary", Some(("https://panel.example.org:8443", true))),
            ("https://hooks.example.org/services/canary", Some(("https://hooks.example.org", true))),
            ("http://127.0.0.1:80/canary", Some(("http://127.0.0.1", true))),
            ("http://hooks.example.org/canary", None),
            ("https://ann:canary@hooks.example.org/", None),
            ("canary", None),
        ] {
            let site = Webhook::site_of(url);
            let seen = site.as_ref().ok().map(|(site, has_more)| (site.as_str(), *has_more));
            assert_eq!(seen, expected, "{url}");
            assert!(!format!("{site:?}").contains("canary"), "{url}");
        }
    }
}
