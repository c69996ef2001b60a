//! The story: look up, fetch, conclude, probe, rank.

use crate::{
    address::Address,
    candidate::{Candidate, Seen},
    discovery::Discovery,
    fetch::fetch,
    host,
    knowledge::{self, Evidence, Service, conclude, guesses},
    patience::within,
    probe::probe,
    rank::rank,
};
use futures::{future::join_all, join};
use omm_core::{error::Side, host::Env, seam::Tls};
use omm_net::{Endpoint, Mx, Names, Srv};
use std::{io, path::PathBuf, time::Duration};

/// Records of one name that are looked at.
const MOST_RECORDS: usize = 16;

/// What the host allows, and how long it waits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Whether Thunderbird's central database may be asked: it learns the domain. No unless said otherwise.
    pub central_database: bool,
    /// How long each step may take: lookups, documents (twice, if there are none over TLS), probes, and the probes of
    /// guesses. 5 seconds each unless said otherwise, so the whole takes 25 at most, however many servers are silent.
    pub patience: Duration,
    /// A PEM file of certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { central_database: false, patience: Duration::from_secs(5), ca_file: None }
    }
}

/// Finds the servers that may hold the mailbox of an address, the best first.
///
/// Only servers that the address, its zone or its documents name are contacted, and none is sent a password. A server
/// that cannot be reached is a candidate that says so; what cannot be looked up is a note; a `ca_file` that cannot be
/// read is the reason that every probe gives. So there is no error.
///
/// # Cancel safety
/// Dropping the future closes all connections.
pub async fn discover(env: &Env, names: &dyn Names, address: &Address, options: &Options) -> Discovery {
    let trust = trust(options);
    let (mut evidence, mut failures) = (Evidence::default(), Vec::new());
    // A large provider's own domain is in the table: nobody need be asked, or told.
    if !knowledge::is_providers(address.domain()) {
        look_up(env, names, address.domain(), options.patience, &mut evidence, &mut failures).await;
        // RFC 6761 §6.3: names below localhost are this machine, which publishes nothing.
        if address.domain() != "localhost" {
            let (documents, exchanges) = fetch(env, &trust, address, options, &evidence).await;
            (evidence.documents, evidence.exchanges) = (documents, exchanges);
        }
    }
    let mut found = conclude(address, &evidence);
    let mut notes = told(address.domain(), failures);
    notes.append(&mut found.notes);
    probe_all(env, &trust, options, &mut found.candidates).await;
    let is_found = found.candidates.iter().any(|candidate| candidate.seen.is_good());
    if !is_found && !found.is_final {
        let mut guessed = guesses(address, &evidence.exchangers());
        guessed.retain(|guess| found.candidates.iter().all(|known| !is_same(known, guess)));
        guessed.retain(|guess| !evidence.declines(guess.server_type));
        probe_all(env, &trust, options, &mut guessed).await;
        // A name that does not exist was no candidate, only a try.
        guessed.retain(|guess| guess.seen.is_good() || is_there(guess));
        found.candidates.append(&mut guessed);
    }
    rank(&mut found.candidates);
    Discovery::new(address.clone(), found.candidates, notes)
}

fn trust(options: &Options) -> Endpoint {
    let mut trust = Endpoint::new("localhost", 443, Tls::Required, Side::Host);
    trust.ca_file.clone_from(&options.ca_file);
    trust.connect_timeout = options.patience;
    trust
}

fn is_same(one: &Candidate, other: &Candidate) -> bool {
    (one.server_type, &one.host, one.port) == (other.server_type, &other.host, other.port)
}

/// Something was there that a person might want to know of.
fn is_there(candidate: &Candidate) -> bool {
    !matches!(candidate.seen, Seen::Unanswered { .. })
}

/// All records at once, each within the patience.
async fn look_up(
    env: &Env,
    names: &dyn Names,
    domain: &str,
    patience: Duration,
    evidence: &mut Evidence,
    failures: &mut Vec<Failure>,
) {
    let services = Service::ALL.map(|service| async move {
        let name = format!("{}._tcp.{domain}", service.label());
        let answer = within(env, patience, names.services(&name)).await;
        (service, name, answer)
    });
    let exchangers = within(env, patience, names.mail_exchangers(domain));
    let (exchangers, services) = join!(exchangers, join_all(services));
    evidence.are_exchangers_unknown = !matches!(exchangers, Some(Ok(_)));
    evidence.exchangers = records(exchangers, format!("MX {domain}"), failures);
    evidence.exchangers = evidence.exchangers.drain(..).filter_map(in_normal_form).collect();
    for (service, name, answer) in services {
        let targets: Vec<Srv> = records(answer, format!("SRV {name}"), failures);
        evidence.services.push((service, targets));
    }
}

fn in_normal_form(record: Mx) -> Option<Mx> {
    if record.exchanger == "." {
        return Some(record);
    }
    host::domain(&record.exchanger).map(|exchanger| Mx { exchanger, ..record })
}

/// A question that got no answer.
struct Failure {
    question: String,
    why: String,
}

/// All failures as notes; one is enough where no question was answered.
fn told(domain: &str, failures: Vec<Failure>) -> Vec<String> {
    let is_nothing_answered = failures.len() == Service::ALL.len() + 1;
    match failures.first() {
        Some(first) if is_nothing_answered => {
            vec![format!("no question about {domain} was answered: {}", first.why)]
        }
        _ => failures.into_iter().map(|failure| format!("{}: {}", failure.question, failure.why)).collect(),
    }
}

/// The records of an answer; without one, why.
fn records<T>(answer: Option<io::Result<Vec<T>>>, question: String, failures: &mut Vec<Failure>) -> Vec<T> {
    match answer {
        Some(Ok(mut records)) => {
            records.truncate(MOST_RECORDS);
            records
        }
        Some(Err(error)) => {
            failures.push(Failure { question, why: crate::reach::one_line(&error.to_string()) });
            Vec::new()
        }
        None => {
            failures.push(Failure { question, why: "no name server answered in time".to_owned() });
            Vec::new()
        }
    }
}

async fn probe_all(env: &Env, trust: &Endpoint, options: &Options, candidates: &mut [Candidate]) {
    let probes = candidates.iter_mut().map(|candidate| probe(env, trust, options.patience, candidate));
    join_all(probes).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kills: a host on a runtime of several threads cannot await it.
    #[test]
    fn the_future_may_move_between_threads() {
        fn made<'a>(
            of: &'a (Env, Box<dyn Names>, Address, Options),
        ) -> impl Future<Output = Discovery> + Send + 'a {
            discover(&of.0, &*of.1, &of.2, &of.3)
        }
        // That it compiles is the test.
        let _ = made;
    }
}
