//! Small documents by HTTP: what the domain's owner publishes, and whether an Exchange answers.
//!
//! | asked | over | with the address |
//! |---|---|---|
//! | `https://autoconfig.DOMAIN/mail/config-v1.1.xml` | verified TLS | yes, as the form has it |
//! | `https://DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml` | verified TLS | no |
//! | `http://autoconfig.DOMAIN/mail/config-v1.1.xml`, only if neither is there | nothing | no |
//! | the first of these for the operator of the mail exchanger | verified TLS | no |
//! | Thunderbird's database, for both, only if the host allows it | verified TLS | no |
//! | `https://autodiscover.DOMAIN/autodiscover/autodiscover.xml`, and where SRV points | verified TLS | no |

mod request;

use crate::{
    address::Address,
    candidate::{Knowledge, Sureness},
    discover::Options,
    host,
    knowledge::{Document, Evidence, Exchange, Service, asks_like_exchange},
    patience::within,
};
use futures::{future::join_all, join};
use omm_core::host::Env;
use omm_net::Endpoint;
use request::document;
pub(crate) use request::get;
use url::Url;

const AUTODISCOVER_PATH: &str = "autodiscover/autodiscover.xml";

/// Asks for everything at once, each within the patience of the options.
pub(crate) async fn fetch(
    env: &Env,
    trust: &Endpoint,
    address: &Address,
    options: &Options,
    evidence: &Evidence,
) -> (Vec<Document>, Vec<Exchange>) {
    let fetch = Fetch { env, trust, options };
    let domain = address.domain();
    let exchangers = evidence.exchangers();
    let operator = exchangers.first().and_then(|exchanger| host::operator(exchanger));
    let operator = operator.filter(|operator| !host::is_within(operator, domain));

    let others = others(domain, operator, options);
    let others = others.into_iter().map(|(url, source, sureness)| fetch.one(url, source, sureness));
    let places = places(domain, evidence);
    let exchanges = places.into_iter().map(|place| fetch.exchange(place));
    let (own, others, exchanges) = join!(fetch.own(address), join_all(others), join_all(exchanges));
    let documents = own.into_iter().chain(others.into_iter().flatten());
    (documents.collect(), exchanges.into_iter().flatten().collect())
}

/// What others say of the domain.
fn others(domain: &str, operator: Option<&str>, options: &Options) -> Vec<(String, Knowledge, Sureness)> {
    let mut others = Vec::new();
    if let Some(operator) = operator {
        let url = format!("https://autoconfig.{operator}/mail/config-v1.1.xml");
        others.push((url, Knowledge::AutoconfigOfMx, Sureness::Told));
    }
    if options.central_database {
        let entry = |domain: &str| format!("https://autoconfig.thunderbird.net/v1.1/{domain}");
        others.push((entry(domain), Knowledge::CentralDatabase, Sureness::Published));
        // That the mail goes to this operator is only told by the domain name system.
        let of_operator = |operator| (entry(operator), Knowledge::CentralDatabase, Sureness::Told);
        others.extend(operator.map(of_operator));
    }
    others
}

/// Where an Exchange may answer: host, port, and whether SRV says so.
fn places(domain: &str, evidence: &Evidence) -> Vec<(String, u16, bool)> {
    let mut places = vec![(format!("autodiscover.{domain}"), 443, false)];
    for (host, port) in evidence.targets(Service::Autodiscover) {
        if places.iter().all(|(known, ..)| *known != host) {
            places.push((host, port, true));
        }
    }
    places
}

struct Fetch<'a> {
    env: &'a Env,
    trust: &'a Endpoint,
    options: &'a Options,
}

impl Fetch<'_> {
    /// The domain's own document; over plain HTTP only if there is none over TLS.
    async fn own(&self, address: &Address) -> Vec<Document> {
        let domain = address.domain();
        let by_name = format!("https://autoconfig.{domain}/mail/config-v1.1.xml");
        let mut asking = Url::parse(&by_name).ok();
        if let Some(url) = &mut asking {
            url.query_pairs_mut().append_pair("emailaddress", &address.to_string());
        }
        let asking = asking.map_or(by_name, String::from);
        let known = format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml");
        let own = |url| self.one(url, Knowledge::Autoconfig, Sureness::Published);
        let (by_name, known) = join!(own(asking), own(known));
        if by_name.is_some() || known.is_some() {
            // Both: where every name leads to a web site, one of them is its front page.
            return by_name.into_iter().chain(known).collect();
        }
        let plain = format!("http://autoconfig.{domain}/mail/config-v1.1.xml");
        let plain = self.one(plain, Knowledge::PlainAutoconfig, Sureness::Unverified).await;
        plain.into_iter().collect()
    }

    async fn one(&self, url: String, source: Knowledge, sureness: Sureness) -> Option<Document> {
        let parsed = Url::parse(&url).ok()?;
        let body = within(self.env, self.options.patience, document(self.env, self.trust, parsed)).await??;
        // The address in the question is nobody's business who reads the answer.
        let url = url.split('?').next().unwrap_or_default().to_owned();
        Some(Document { url, source, sureness, body })
    }

    async fn exchange(&self, (host, port, by_srv): (String, u16, bool)) -> Option<Exchange> {
        let url = Url::parse(&format!("https://{host}:{port}/{AUTODISCOVER_PATH}")).ok()?;
        let answer = within(self.env, self.options.patience, get(self.env, self.trust, &url)).await?.ok()?;
        let challenges = answer.challenges;
        let is_exchange = asks_like_exchange(answer.status, &challenges);
        is_exchange.then_some(Exchange { host, port, by_srv, challenges })
    }
}
