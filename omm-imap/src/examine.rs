//! How far one comes with an account, step by step, for a check-up.

use crate::{
    account::{Account, Lease},
    proto::command,
};
use omm_core::{
    checkup::{Check, Examined, Finding},
    seam::Tls,
};
use omm_net::{met_at, offered, protected, reach};
use std::time::Duration;

/// So many requests are timed; the fastest one counts.
const TIMED: usize = 3;

/// What we use where it is offered: people wonder about these when it is missing.
const WORTH_SAYING: [&str; 12] = [
    "LITERAL+",
    "MULTIAPPEND",
    "UIDPLUS",
    "CONDSTORE",
    "QRESYNC",
    "LIST-STATUS",
    "SPECIAL-USE",
    "COMPRESS=DEFLATE",
    "UTF8=ACCEPT",
    "QUOTA",
    "MOVE",
    "IMAP4REV2",
];

/// The way to the server, then the login, then what the server offers.
pub(crate) async fn examine(account: &Account) -> Examined {
    let mut findings = reach(&account.env, &account.endpoint).await;
    if findings.iter().any(Finding::is_bad) {
        return Examined::new(findings);
    }
    match account.lease(None).await {
        Ok(mut lease) => {
            findings.extend(started_tls(account));
            findings.push(entered(account));
            findings.push(extensions(&lease));
            findings.push(latency(&mut lease, account).await);
        }
        Err(error) => {
            let check = met_at(&error);
            // Whoever was asked for a password had protected the line before.
            findings.extend(started_tls(account).filter(|_| check == Check::Login));
            findings.push(Finding::bad(check, &error));
        }
    }
    account.close().await;
    let mut examined = Examined::new(findings);
    examined.learned = account.learned();
    examined
}

fn started_tls(account: &Account) -> Option<Finding> {
    (account.config.tls == Tls::StartTls).then(|| protected(&account.endpoint, "STARTTLS"))
}

fn entered(account: &Account) -> Finding {
    let (by, delegated) = account.ask(|facts| (facts.logged_in_by, facts.delegation.clone()));
    let login = &account.config.login;
    let detail = match (delegated, by) {
        (Some((_, remark)), _) => remark,
        (None, Some(mechanism)) => format!("{login} is let in by {mechanism}"),
        (None, None) => format!("{login} was let in without a password (PREAUTH)"),
    };
    Finding::good(Check::Login, detail)
}

fn extensions(lease: &Lease<'_>) -> Finding {
    offered(&WORTH_SAYING, |word| lease.capabilities.has(word))
}

async fn latency(lease: &mut Lease<'_>, account: &Account) -> Finding {
    let mut fastest = Duration::MAX;
    for _ in 0..TIMED {
        let before = account.env.runtime.monotonic();
        if let Err(trouble) = lease.run(command::capability()).await {
            let error = crate::error::Doing::account(account.side, "ask for capabilities").failed(trouble);
            return Finding::bad(Check::Latency, &error);
        }
        fastest = fastest.min(account.env.runtime.monotonic().saturating_sub(before));
    }
    Finding::good(Check::Latency, format!("a request takes {} ms", fastest.as_millis()))
}
