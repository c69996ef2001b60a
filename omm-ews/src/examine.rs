//! How far one comes with an account, step by step, for a check-up.

use crate::{account::Account, config::Place, error::ONLINE, ops::GetFolder};
use omm_core::{
    checkup::{Check, Examined, Finding},
    error::{Error, Scope},
};
use omm_net::{met_at, reach};
use std::time::Duration;

/// So many requests are timed; the fastest one counts.
const TIMED: usize = 3;

/// The way to the server, then the login with the right to the mailbox, then what the server is.
pub(crate) async fn examine(account: &Account) -> Examined {
    let mut findings = Vec::new();
    if let Place::At(address) | Place::OfDomain { found: Some(address), .. } = &account.config.place {
        findings = reach(&account.env, &account.endpoint(address)).await;
        if findings.iter().any(Finding::is_bad) {
            return Examined::new(findings);
        }
    }
    match account.enter().await {
        Ok(_) => {
            findings
                .extend(account.facts().url.map(|url| Finding::good(Check::Host, format!("found at {url}"))));
            findings.push(entered(account));
            findings.push(offered(account));
            if account.is_online() {
                findings.push(Finding::remark(Check::Extensions, ONLINE));
            }
            findings.push(latency(account).await);
        }
        Err(error) => findings.push(Finding::bad(step(&error), &error)),
    }
    account.close().await;
    let mut examined = Examined::new(findings);
    examined.learned = account.learned();
    examined
}

fn step(error: &Error) -> Check {
    if error.operation() == "find the server" { Check::Host } else { met_at(error) }
}

fn entered(account: &Account) -> Finding {
    let config = &account.config;
    let by = config.auth.name();
    let detail = match (account.facts().delegation, &config.delegate) {
        (Some(way), Some(administrator)) => {
            format!("{administrator} is let in by {by}, and opens {} {}", config.login, way.manner())
        }
        _ => format!("{} is let in by {by}", config.login),
    };
    Finding::good(Check::Login, detail)
}

fn offered(account: &Account) -> Finding {
    let facts = account.facts();
    let server =
        facts.server.map_or("the server does not say what it is".to_owned(), |server| server.to_string());
    let schema = facts.version.map_or("", |version| version.word());
    Finding::good(Check::Extensions, format!("{server}; spoken to as {schema}"))
}

async fn latency(account: &Account) -> Finding {
    let doing = account.doing::<GetFolder>("ask for an answer", Scope::Account);
    let mut fastest = Duration::MAX;
    for _ in 0..TIMED {
        let before = account.env.runtime.monotonic();
        let asked = async {
            let folders = vec![account.root("inbox").await?];
            account.call(doing, &GetFolder { folders }).await
        };
        if let Err(error) = asked.await {
            return Finding::bad(Check::Latency, &error);
        }
        fastest = fastest.min(account.env.runtime.monotonic().saturating_sub(before));
    }
    Finding::good(Check::Latency, format!("a request takes {} ms", fastest.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Config,
        tests::script::{Asked, HOST, PASSWORD, Reply, Script, fault, folder, http, no_folder, xml},
    };
    use omm_core::{
        checkup::Verdict,
        error::Side,
        host::CredentialRef,
        seam::{AccountSpec, Tls},
    };
    use omm_testkit::sim;

    fn examined(host: &str, says: fn(&Asked) -> Reply) -> Examined {
        let script = Script::new(says);
        let (runtime, env) = script.env();
        let mut spec = AccountSpec::new("ews", format!("http://{host}/EWS/Exchange.asmx"));
        "anna@mail.example".clone_into(&mut spec.login);
        spec.delegate = Some("admin@mail.example".to_owned());
        spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
        spec.tls = Tls::Off;
        let config = Config::read(&spec, Side::Source).expect("a good specification");
        sim::run(&runtime, examine(&Account::new(config, Side::Source, &env)))
    }

    #[test]
    fn every_step_is_told_and_the_first_bad_one_is_the_last() {
        use Check::*;
        type Says = fn(&Asked) -> Reply;
        let good: Says = |_| xml(folder());
        let wrong: Says = |_| http(401, &[("WWW-Authenticate", "Basic")], "");
        let no_right: Says = |asked| match asked.body.contains("ExchangeImpersonation") {
            true => http(500, &[], fault("ErrorImpersonateUserDenied")),
            false => xml(no_folder("ErrorAccessDenied")),
        };
        let nobody: Says = |_| xml(no_folder("ErrorNonExistentMailbox"));
        let no_ews: Says = |_| http(404, &[], "");
        let way = [Host, Connection, Encryption];
        for (host, says, steps, last) in [
            (HOST, good, [&way[..], &[Login, Extensions, Latency]].concat(), "a request takes"),
            (HOST, wrong, [&way[..], &[Login]].concat(), "check login and password"),
            (HOST, no_right, [&way[..], &[Login]].concat(), "ApplicationImpersonation"),
            (HOST, nobody, [&way[..], &[Login]].concat(), "no such mailbox"),
            (HOST, no_ews, [&way[..], &[Login]].concat(), "no Exchange Web Services"),
            ("other.example", good, vec![Host, Connection], "refuses connections"),
        ] {
            let examined = examined(host, says);
            let found: Vec<Check> = examined.findings.iter().map(|finding| finding.check).collect();
            assert_eq!(found, steps, "{:?}", examined.findings);
            let end = examined.findings.last().expect("steps");
            assert!(end.detail.contains(last), "{end}");
            assert_eq!(end.verdict == Verdict::Bad, last != "a request takes", "{end}");
        }
        let told = examined(HOST, good).findings;
        assert!(told[3].detail.contains("opens anna@mail.example by impersonation"), "{}", told[3]);
        assert!(
            told[4].detail.contains("Exchange 2016 (15.1.2507.6); spoken to as Exchange2013_SP1"),
            "{}",
            told[4]
        );
    }
}
