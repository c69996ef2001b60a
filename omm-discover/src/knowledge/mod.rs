//! From records, documents and two tables to candidates. Pure: values in, values out.

mod autoconfig;
mod exchange;
mod guess;
mod ovh;
mod providers;
mod srv;

use crate::{
    address::Address,
    candidate::{Candidate, Knowledge, LoginForm, Seen, ServerType, Sureness},
    host,
};
use omm_core::seam::Tls;
use omm_net::{Mx, Srv};

#[cfg(feature = "fuzzing")]
pub(crate) use autoconfig::read as read_autoconfig;
pub(crate) use exchange::{EWS_PATH, asks_like_exchange};
pub(crate) use guess::guesses;
pub(crate) use srv::Service;

/// What is true of every conclusion from MX and SRV records to the tables, and may be read beside it.
const UNSIGNED: &str = "DNS records, which nothing protects, lead there: who can forge them can name another provider of our table, but \
     nobody else";

/// Everything that was heard about a domain.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) exchangers: Vec<Mx>,
    /// Nobody answered the question for them: that there are none is not known.
    pub(crate) are_exchangers_unknown: bool,
    pub(crate) services: Vec<(Service, Vec<Srv>)>,
    pub(crate) documents: Vec<Document>,
    pub(crate) exchanges: Vec<Exchange>,
}

/// An autoconfig document and where it is from.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) url: String,
    pub(crate) source: Knowledge,
    pub(crate) sureness: Sureness,
    pub(crate) body: Vec<u8>,
}

/// An Exchange that asked for a login.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) by_srv: bool,
    pub(crate) challenges: Vec<String>,
}

/// What follows from it.
#[derive(Debug, Default)]
pub(crate) struct Conclusions {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) notes: Vec<String>,
    /// Nothing is to be guessed: the answer is known, even if it is that there is no server.
    pub(crate) is_final: bool,
}

impl Evidence {
    /// The mail exchangers, the preferred one first, without the one that says that there is none (RFC 7505).
    pub(crate) fn exchangers(&self) -> Vec<&str> {
        let mut sorted: Vec<&Mx> = self.exchangers.iter().filter(|mx| mx.exchanger != ".").collect();
        sorted.sort_by_key(|mx| mx.preference);
        sorted.into_iter().map(|mx| mx.exchanger.as_str()).collect()
    }

    /// Of these only the preferred ones, where the mail goes; the others keep it while those are away (RFC 5321 §5.1).
    pub(crate) fn preferred_exchangers(&self) -> Vec<&str> {
        let named = || self.exchangers.iter().filter(|mx| mx.exchanger != ".");
        let lowest = named().map(|mx| mx.preference).min();
        named().filter(|mx| Some(mx.preference) == lowest).map(|mx| mx.exchanger.as_str()).collect()
    }

    /// Whether the domain says that it takes no mail.
    fn takes_no_mail(&self) -> bool {
        !self.exchangers.is_empty() && self.exchangers.iter().all(|mx| mx.exchanger == ".")
    }

    /// Whether the domain says that it does not offer this at all (RFC 6186 §3.4).
    pub(crate) fn declines(&self, server_type: ServerType) -> bool {
        let of_type = |service: &Service| service.server().is_some_and(|(known, _)| known == server_type);
        let records = self.services.iter().filter(|(service, _)| of_type(service));
        let mut targets = records.flat_map(|(_, records)| records).map(|record| record.target.as_str());
        targets.next().is_some_and(|first| first == "." && targets.all(|target| target == "."))
    }

    /// The targets of a service, in the order in which they are to be tried.
    pub(crate) fn targets(&self, service: Service) -> Vec<(String, u16)> {
        let records = self.services.iter().filter(|(known, _)| *known == service);
        records.flat_map(|(_, records)| srv::targets(records)).collect()
    }
}

/// Whether a domain is a large provider's, so that nobody has to be asked.
pub(crate) fn is_providers(domain: &str) -> bool {
    providers::of_domain(domain).is_some()
}

/// All candidates that the evidence names, one for each server.
pub(crate) fn conclude(address: &Address, evidence: &Evidence) -> Conclusions {
    let mut all = Conclusions::default();
    let mut doubt = None;
    if let Some(provider) = providers::of_domain(address.domain()) {
        all.add(address, provider.drafts(Knowledge::Provider, Sureness::Known, address.domain()));
        all.notes.extend(provider.without_servers());
        all.is_final = true;
    } else {
        let by_mx = providers::of_exchangers(&evidence.preferred_exchangers());
        doubt = ovh::doubt(evidence, by_mx.is_some());
        all.add(address, ovh::drafts(evidence, doubt));
        if let Some((provider, exchanger)) = by_mx {
            let by = format!("MX {exchanger}");
            all.add(address, provider.drafts(Knowledge::ProviderByMx, Sureness::Inferred, &by));
            all.notes.extend(provider.without_servers());
        }
    }
    // Where OVHcloud is doubted, its hosts are so whichever record names them.
    let is_doubted = |draft: &Draft| doubt.is_some() && ovh::product(&draft.host).is_some();
    all.add(address, srv::drafts(evidence).into_iter().filter(|draft| !is_doubted(draft)).collect());
    for document in &evidence.documents {
        match autoconfig::drafts(address, document) {
            Ok(drafts) => all.add(address, drafts),
            Err(why) => all.notes.push(format!("{}: {why}", document.url)),
        }
    }
    all.add(address, exchange::drafts(evidence).into_iter().filter(|draft| !is_doubted(draft)).collect());
    if evidence.takes_no_mail() {
        all.notes.push(format!("{} says that it takes no mail (a null MX record)", address.domain()));
    }
    all.candidates = crate::rank::without_doubles(all.candidates);
    all
}

impl Conclusions {
    fn add(&mut self, address: &Address, drafts: Vec<Draft>) {
        self.candidates.extend(drafts.into_iter().map(|draft| draft.candidate(address)));
    }
}

/// A candidate before the address is filled in.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) server_type: ServerType,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) login: Login,
    pub(crate) source: Knowledge,
    pub(crate) sureness: Sureness,
    pub(crate) evidence: String,
    pub(crate) remarks: Vec<String>,
}

/// How a login is made of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    Address,
    LocalPart,
    Other(String),
}

impl Draft {
    /// On the usual port, with the whole address as login.
    pub(crate) fn new(
        server_type: ServerType,
        host: &str,
        tls: Tls,
        source: Knowledge,
        sureness: Sureness,
        evidence: impl Into<String>,
    ) -> Self {
        Self {
            server_type,
            host: host.to_owned(),
            port: server_type.port(tls),
            tls,
            login: Login::Address,
            source,
            sureness,
            evidence: evidence.into(),
            remarks: Vec::new(),
        }
    }

    pub(crate) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    pub(crate) fn candidate(self, address: &Address) -> Candidate {
        // RFC 6186 §6: a name that nothing protects may only lead to the domain itself, or where everybody knows to
        // whom it belongs; its certificate would prove the wrong host.
        let is_at_home = host::is_within(&self.host, address.domain()) || is_known_host(&self.host);
        let needs_confirmation = match self.sureness {
            _ if self.source == Knowledge::OvhcloudDoubtful => true,
            Sureness::Known | Sureness::Published | Sureness::Inferred => false,
            Sureness::Told | Sureness::Guessed => !is_at_home,
            Sureness::Unverified => true,
        };
        let (login, login_form) = match self.login {
            Login::Address => (address.to_string(), LoginForm::Address),
            Login::LocalPart => (address.local().to_owned(), LoginForm::LocalPart),
            Login::Other(login) => (login, LoginForm::Other),
        };
        Candidate {
            path: (self.server_type == ServerType::Ews).then(|| EWS_PATH.to_owned()),
            server_type: self.server_type,
            host: self.host,
            port: self.port,
            tls: self.tls,
            login,
            login_form,
            source: self.source,
            evidence: self.evidence,
            sureness: self.sureness,
            needs_confirmation,
            seen: Seen::NotProbed,
            remarks: self.remarks,
        }
    }
}

/// Whether a table says whose host this is.
fn is_known_host(host: &str) -> bool {
    ovh::product(host).is_some() || providers::has_server(host)
}
