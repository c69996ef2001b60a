//! One server that may hold the mailbox, and all that is known about it.

use omm_core::seam::{AccountSpec, Tls};
use serde::Serialize;

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServerType {
    /// Exchange Web Services: everything that a mailbox holds.
    Ews,
    /// All folders of mail.
    Imap,
    /// The inbox alone.
    Pop3,
}

impl ServerType {
    /// The word that names a connector.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ews => "ews",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
        }
    }

    /// The port of TLS from the first byte (RFC 8314 §3), or of STARTTLS and its like.
    pub(crate) fn port(self, tls: Tls) -> u16 {
        match (self, tls) {
            (Self::Ews, _) => 443,
            (Self::Imap, Tls::Required) => 993,
            (Self::Imap, _) => 143,
            (Self::Pop3, Tls::Required) => 995,
            (Self::Pop3, _) => 110,
        }
    }
}

/// Where the knowledge comes from. The order is the order of the ranking, and this is its table:
///
/// | source | believed because | how sure |
/// |---|---|---|
/// | `ovhcloud` | records of the zone name a host of OVHcloud; the hosts are in a table | known, or inferred from MX |
/// | `provider` | the domain is a large provider's, in a dated table | known |
/// | `autoconfig` | the domain itself says so, over verified TLS | published |
/// | `srv` | the domain's zone says so (RFC 6186), unsigned | told |
/// | `provider-by-mx` | mail for the domain goes to a provider of the table | inferred |
/// | `central-database` | Thunderbird's database says so, over verified TLS; asked only if the host allows it | published |
/// | `autodiscover` | an Exchange answers where Exchange is looked for | published, or told by SRV |
/// | `ovhcloud-doubtful` | the zone has OVHcloud's records, but the preferred MX is another provider's, takes no mailboxes, or is not known today | told, and a person must agree |
/// | `autoconfig-of-mx` | the operator of the mail exchanger says so for all its customers | told |
/// | `plain-autoconfig` | a document that came without TLS says so: anybody on the way could have written it | unverified |
/// | `guess` | many servers are called like this | guessed |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Knowledge {
    /// Hosted by OVHcloud.
    Ovhcloud,
    /// The domain is in the table of large providers.
    Provider,
    /// Mozilla's autoconfig, of the domain itself.
    Autoconfig,
    /// RFC 6186.
    Srv,
    /// The mail exchanger is in the table of large providers.
    ProviderByMx,
    /// Thunderbird's central database.
    CentralDatabase,
    /// Exchange's autodiscover, as far as it speaks without a login.
    Autodiscover,
    /// OVHcloud's records in a zone whose mail goes elsewhere: they may be left over.
    OvhcloudDoubtful,
    /// Mozilla's autoconfig, of the mail exchanger's operator.
    AutoconfigOfMx,
    /// Mozilla's autoconfig over plain HTTP.
    PlainAutoconfig,
    /// Nobody said so.
    Guess,
}

impl Knowledge {
    /// The word used in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ovhcloud => "ovhcloud",
            Self::Provider => "provider",
            Self::Autoconfig => "autoconfig",
            Self::Srv => "srv",
            Self::ProviderByMx => "provider-by-mx",
            Self::CentralDatabase => "central-database",
            Self::Autodiscover => "autodiscover",
            Self::OvhcloudDoubtful => "ovhcloud-doubtful",
            Self::AutoconfigOfMx => "autoconfig-of-mx",
            Self::PlainAutoconfig => "plain-autoconfig",
            Self::Guess => "guess",
        }
    }
}

/// How sure the knowledge is, whatever the server itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Sureness {
    /// In a table that was checked by hand, on the day it says. To a row of OVHcloud records of the zone lead, which are
    /// not signed: as with [`Self::Inferred`], forged ones can name another host of the tables, and no other.
    Known,
    /// Said by the domain's owner, or about him in public, over verified TLS.
    Published,
    /// Mail goes to a host of the table; the mailbox may be elsewhere. MX records are not signed, and yet nobody is asked to
    /// confirm: who forges them can lead the login to another provider of the table, which proves its name by TLS, but
    /// never to himself; and a question before nearly every domain would be answered without reading.
    Inferred,
    /// Said by the domain name system, which nothing protects here.
    Told,
    /// Said by a document that came without TLS.
    Unverified,
    /// Not said by anybody.
    Guessed,
}

impl Sureness {
    /// The word used in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Published => "published",
            Self::Inferred => "inferred",
            Self::Told => "told",
            Self::Unverified => "unverified",
            Self::Guessed => "guessed",
        }
    }
}

/// What is written where a login is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LoginForm {
    /// The whole address.
    Address,
    /// The part before the `@`.
    LocalPart,
    /// Something else that a document made of both.
    Other,
}

/// What a server showed of itself before anybody logs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Seen {
    /// Not looked at yet.
    NotProbed,
    /// It speaks what it should, over TLS whose certificate was verified.
    Answers {
        /// Its first words.
        greeting: String,
        /// What it says it can do; of Exchange, the ways to log in.
        capabilities: Vec<String>,
    },
    /// No connection, or no answer in time.
    Unanswered {
        /// One line.
        why: String,
    },
    /// Something else answers there.
    Unexpected {
        /// One line.
        why: String,
    },
    /// TLS whose certificate, or whose version, proves nothing.
    Untrusted {
        /// One line.
        why: String,
    },
    /// It speaks only in the clear: a password would be read by anybody on the way.
    Cleartext {
        /// One line.
        why: String,
    },
}

impl Seen {
    /// The word used in tables and JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotProbed => "not-probed",
            Self::Answers { .. } => "answers",
            Self::Unanswered { .. } => "unanswered",
            Self::Unexpected { .. } => "unexpected",
            Self::Untrusted { .. } => "untrusted",
            Self::Cleartext { .. } => "cleartext",
        }
    }

    /// It answers as it should, and TLS was verified.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Answers { .. })
    }

    /// For people, one line.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotProbed => "not looked at".to_owned(),
            Self::Answers { greeting, capabilities } if capabilities.is_empty() => {
                format!("answers: {greeting}")
            }
            Self::Answers { capabilities, .. } => format!("answers: {}", capabilities.join(" ")),
            Self::Unanswered { why } => why.clone(),
            Self::Unexpected { why } => why.clone(),
            Self::Untrusted { why } => format!("NOT TRUSTED: {why}"),
            Self::Cleartext { why } => format!("NO ENCRYPTION: {why}"),
        }
    }
}

/// One server that may hold the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// What it speaks.
    pub server_type: ServerType,
    /// The host, in lower case and ASCII form.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Of Exchange: the path of its service.
    pub path: Option<String>,
    /// Who logs in, as the server wants it written.
    pub login: String,
    /// How that was made from the address.
    pub login_form: LoginForm,
    /// Where the knowledge comes from.
    pub source: Knowledge,
    /// The record, document or row of a table.
    pub evidence: String,
    /// How sure the knowledge is.
    pub sureness: Sureness,
    /// Nothing but unprotected knowledge leads to a host outside the domain (RFC 6186 §6), or what leads there
    /// contradicts where the mail goes: a person should agree before a password goes there.
    pub needs_confirmation: bool,
    /// What the server showed of itself.
    pub seen: Seen,
    /// What a person should know: an app password, a switch to be turned on.
    pub remarks: Vec<String>,
}

impl Candidate {
    /// The account as a specification, still without a credential.
    pub fn spec(&self) -> AccountSpec {
        let mut spec = AccountSpec::new(self.server_type.name(), self.server());
        self.login.clone_into(&mut spec.login);
        spec.tls = self.tls;
        spec
    }

    /// The same as people write it: `imaps://LOGIN@HOST`.
    pub fn address(&self) -> String {
        let server = self.server();
        match (self.server_type, self.tls) {
            (ServerType::Ews, _) => server.replacen("https://", &format!("ews:https://{}@", self.login), 1),
            (kind, Tls::Required) => format!("{}s://{}@{server}", kind.name(), self.login),
            (kind, _) => format!("{}://{}@{server}", kind.name(), self.login),
        }
    }

    /// Host and port, or the URL of Exchange; the port only where it is not the usual one.
    pub fn server(&self) -> String {
        let is_usual = self.port == self.server_type.port(self.tls);
        let place = if is_usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) };
        match &self.path {
            Some(path) => format!("https://{place}{path}"),
            None => place,
        }
    }
}
