//! One place after the other.

use super::{
    question::{self, ACTION, POX, SOAP},
    rules,
    told::{Services, Told, read},
};
use crate::{
    account::Account,
    error::{Trouble, one_line},
    http::{Call, Client, Head, Lost, Why},
};
use hyper::header::HeaderName;
use omm_core::{
    error::{Error, ErrorKind, Result},
    seam::Tls,
};
use omm_net::{Endpoint, Srv};
use std::time::Duration;
use url::Url;

/// How long a host may take to answer at all: many domains have a web site that lets this question wait.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Servers that send us on, one after the other; and addresses that stand for another.
const MOST_REDIRECTS: usize = 5;
const MOST_ADDRESSES: usize = 4;
/// Targets of SRV that are asked.
const MOST_TARGETS: usize = 3;

/// Where the services of a mailbox are.
///
/// # Errors
/// [`ErrorKind::NotFound`] when nobody knows, with what was asked; [`ErrorKind::Auth`] when the password is refused;
/// [`ErrorKind::Config`] when only an unprotected answer names a server, so that a person must decide.
///
/// # Cancel safety
/// Dropping the future closes all connections.
pub(crate) async fn find(account: &Account) -> Result<Services> {
    let mut search = Search { account, asked: Vec::new(), notes: Vec::new(), doubtful: None };
    let mut address = account.config.login.clone();
    for _ in 0..MOST_ADDRESSES {
        match search.of(&address).await? {
            Told::Services(services) => return Ok(services),
            Told::OtherAddress(other) => address = other,
            Told::No(why) => {
                let message = format!(
                    "the server of {address} does not know this mailbox: check its mail address; it says {why:?}"
                );
                return Err(search.refused(ErrorKind::NotFound, message));
            }
            Told::OtherServer(_) => {}
        }
    }
    Err(search.nothing(&address))
}

struct Search<'a> {
    account: &'a Account,
    /// No URL is asked twice, so that no two servers send us to and fro.
    asked: Vec<String>,
    /// What came of it, for people.
    notes: Vec<String>,
    /// A host that only an unprotected answer names.
    doubtful: Option<String>,
}

/// What a place answered.
enum Answered {
    Told(Told),
    /// It sends us elsewhere.
    Elsewhere(String),
    /// It is no such place.
    Nothing,
    /// Nobody answers there.
    Silence,
}

impl Search<'_> {
    /// Asks for an address.
    async fn of(&mut self, address: &str) -> Result<Told> {
        let Some(domain) = rules::domain(address) else {
            return Err(self.refused(ErrorKind::Config, format!("{} is no mail address", one_line(address))));
        };
        for host in [domain.clone(), format!("autodiscover.{domain}")] {
            if let Some(told) = self.at(&host, 443, address).await? {
                return Ok(told);
            }
        }
        if let Some(url) = self.redirect_in_clear(&domain).await
            && self.may_ask(&url, &domain)
            && let Some(told) = self.ask(url, address).await?
        {
            return Ok(told);
        }
        for Srv { target, port, .. } in self.records(&domain).await {
            let Ok(url) = Url::parse(&format!("https://{}:{port}{POX}", target.trim_end_matches('.'))) else {
                continue;
            };
            if self.may_ask(&url, &domain)
                && let Some(told) = self.ask(url, address).await?
            {
                return Ok(told);
            }
        }
        Err(self.nothing(address))
    }

    async fn at(&mut self, host: &str, port: u16, address: &str) -> Result<Option<Told>> {
        match Url::parse(&format!("https://{host}:{port}{POX}")) {
            Ok(url) => self.ask(url, address).await,
            Err(_) => Ok(None),
        }
    }

    /// Asks a place in both forms, and whom it sends us to.
    async fn ask(&mut self, mut url: Url, address: &str) -> Result<Option<Told>> {
        for _ in 0..=MOST_REDIRECTS {
            if self.asked.iter().any(|known| known == url.as_str()) {
                return Ok(None);
            }
            self.asked.push(url.to_string());
            let answered = match self.once(&url, question::pox(address), None).await? {
                Answered::Nothing if url.path().eq_ignore_ascii_case(POX) => {
                    let mut soap = url.clone();
                    soap.set_path(SOAP);
                    let question = question::soap(address, soap.as_str());
                    self.once(&soap, question, Some(ACTION)).await?
                }
                answered => answered,
            };
            let next = match answered {
                Answered::Nothing | Answered::Silence => return Ok(None),
                Answered::Elsewhere(location) => rules::next(&url, &location),
                Answered::Told(Told::OtherServer(other)) => rules::next(&url, other.as_str()),
                Answered::Told(told) => return Ok(Some(told)),
            };
            let Some(next) = next else {
                self.note(&url, "sends us where no password is taken along");
                return Ok(None);
            };
            url = next;
        }
        Ok(None)
    }

    /// One question; with the password only when it is asked for as we can say it.
    async fn once(
        &mut self,
        url: &Url,
        body: Vec<crate::xml::Part>,
        action: Option<&str>,
    ) -> Result<Answered> {
        let Some(client) = self.client(url) else { return Ok(Answered::Nothing) };
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut call = Call::post(target, body);
        if let Some(action) = action {
            call = call.with(HeaderName::from_static("soapaction"), &format!("\"{action}\""));
        }
        let answer = match client.send(&call).await {
            Ok(answer) => answer,
            Err(lost) => return Ok(self.silent(url, lost)),
        };
        let (head, body) = match answer.complaint().await {
            Ok(answered) => answered,
            Err(lost) => return Ok(self.silent(url, lost)),
        };
        if head.status != 401 {
            return Ok(self.understood(url, &head, &body));
        }
        if !head
            .schemes()
            .iter()
            .any(|scheme| scheme == &self.account.config.auth.name().to_ascii_lowercase())
        {
            let doing = self.account.doing_login();
            return Err(self.account.failed(doing, Trouble::Status(Box::new(head), String::new(), None)));
        }
        match self.account.authorised(&client, &call).await {
            Ok(answer) => match answer.complaint().await {
                Ok((head, body)) => Ok(self.understood(url, &head, &body)),
                Err(lost) => Ok(self.silent(url, lost)),
            },
            Err(Trouble::Lost(lost)) => Ok(self.silent(url, lost)),
            Err(trouble) => Err(self.account.failed(self.account.doing_login(), trouble)),
        }
    }

    fn understood(&mut self, url: &Url, head: &Head, body: &[u8]) -> Answered {
        let elsewhere = match head.status {
            301 | 302 | 303 | 307 | 308 => head.location.clone(),
            451 => head.ms_location.clone().or_else(|| head.location.clone()),
            _ => None,
        };
        if let Some(location) = elsewhere {
            return Answered::Elsewhere(location);
        }
        match read(body) {
            Ok(told) => Answered::Told(told),
            Err(why) => {
                let what =
                    if head.status == 200 { why.to_owned() } else { format!("status {}", head.status) };
                self.note(url, &what);
                Answered::Nothing
            }
        }
    }

    fn note(&mut self, url: &Url, what: &str) {
        let host = url.host_str().unwrap_or_default();
        self.notes.push(format!("{}: {}", one_line(host), one_line(what)));
    }

    fn silent(&mut self, url: &Url, lost: Lost) -> Answered {
        let why = match lost.why {
            // Its remedies are for hosts that somebody has named.
            Why::Ours(error) => error.message().split(';').next().unwrap_or_default().to_owned(),
            Why::Silent => "no answer".to_owned(),
            Why::Closed(why) | Why::Garbled(why) => why,
        };
        self.note(url, &why);
        Answered::Silence
    }

    /// Where `http://autodiscover.DOMAIN` sends us. Nothing is told to it.
    async fn redirect_in_clear(&mut self, domain: &str) -> Option<Url> {
        let url = Url::parse(&format!("http://autodiscover.{domain}{POX}")).ok()?;
        let client = self.client(&url)?;
        let (head, _) = client.send(&Call::get(POX)).await.ok()?.complaint().await.ok()?;
        let location = head.location.filter(|_| (300..400).contains(&head.status))?;
        rules::next(&url, &location)
    }

    async fn records(&mut self, domain: &str) -> Vec<Srv> {
        let Some(names) = &self.account.names else { return Vec::new() };
        let name = format!("_autodiscover._tcp.{domain}");
        let mut records = match names.services(&name).await {
            Ok(records) => records,
            Err(error) => {
                self.notes.push(format!("SRV {name}: {}", one_line(&error.to_string())));
                return Vec::new();
            }
        };
        records.retain(|record| record.target.trim_end_matches('.').contains('.') && record.port != 0);
        records.sort_by_key(|record| (record.priority, std::cmp::Reverse(record.weight)));
        records.truncate(MOST_TARGETS);
        records
    }

    /// Whether a host may be asked that nothing but an unprotected answer names.
    fn may_ask(&mut self, url: &Url, domain: &str) -> bool {
        let is_trusted = rules::is_trusted(url, domain);
        if !is_trusted {
            self.doubtful = url.host_str().map(str::to_owned);
        }
        is_trusted
    }

    fn client(&self, url: &Url) -> Option<Client> {
        let host = url.host_str()?.trim_end_matches('.').to_owned();
        let (tls, usual) = if url.scheme() == "https" { (Tls::Required, 443) } else { (Tls::Off, 80) };
        let account = self.account;
        let mut endpoint = Endpoint::new(host, url.port_or_known_default()?, tls, account.side);
        endpoint.ca_file.clone_from(&account.config.ca_file);
        endpoint.connect_timeout = CONNECT_TIMEOUT;
        Some(Client::new(&account.env, endpoint, usual))
    }

    fn nothing(&self, address: &str) -> Error {
        const SHOWN: usize = 4;
        if let Some(host) = &self.doubtful {
            let message = format!(
                "{address} may be served by {host}, but only an unprotected answer says so, and a password goes there; if that \
                 is right, write ews:https://{host}/EWS/Exchange.asmx"
            );
            return self.refused(ErrorKind::Config, message);
        }
        let notes: Vec<&str> = self.notes.iter().take(SHOWN).map(String::as_str).collect();
        let asked = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
        let message = format!(
            "nobody says where the Exchange of {} is{asked}; write ews:https://HOST/EWS/Exchange.asmx with the host that its \
             provider names",
            one_line(address)
        );
        self.refused(ErrorKind::NotFound, message)
    }

    fn refused(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, self.account.side, "find the server", message).scope(omm_core::error::Scope::Account)
    }
}
