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
