//! The doctor before the migration: both accounts are looked at, and what is bad is told beside the field that can mend it.

use super::super::field::Wrong;
use crate::{guard::visit::Visit, house::House};
use omm::{
    Check, CheckUp, Finding, Verdict,
    core::host::CredentialRef,
    project::import::{Account, Row},
};
use std::time::Duration;

/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of looking at both accounts.
#[derive(Default)]
pub(crate) struct Found {
    /// What is wrong, by field.
    pub(crate) wrong: Wrong,
    /// The types of both servers, found out if need be.
    pub(crate) types: [Option<String>; 2],
}

impl Found {
    /// The types, as far as they are known.
    pub(crate) fn types(&self) -> [Option<&str>; 2] {
        self.types.each_ref().map(Option::as_deref)
    }
}

/// Looks at both accounts of a row.
///
/// # Errors
/// When the system gives no random numbers.
pub(crate) async fn check(visit: &Visit, row: &Row) -> omm::Result<Found> {
    let looking = both(&visit.house, row);
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(found) => found,
        Err(_) => {
            let mut found = Found::default();
            found.wrong.add("form", visit.words.check_too_long);
            Ok(found)
        }
    }
}

/// Looks at the destination alone.
///
/// # Errors
/// As for [`check`].
pub(crate) async fn check_destination(visit: &Visit, account: &Account) -> omm::Result<Found> {
    let stores = &visit.house.stores;
    let loan = stores.lent.lend(account.password.clone())?;
    let mut spec = account.spec.clone();
    spec.credentials = loan.reference();
    let mut found = Found::default();
    match tokio::time::timeout(PATIENCE, stores.omm.check_up_destination(&spec)).await {
        Ok(looked) => {
            tell("destination", &looked, &mut found.wrong);
            found.types = [None, Some(looked.account.server_type)];
        }
        Err(_) => found.wrong.add("form", visit.words.check_too_long),
    }
    Ok(found)
}

async fn both(house: &House, row: &Row) -> omm::Result<Found> {
    let (stores, mut wrong) = (&house.stores, Wrong::default());
    let (source, destination) =
        (stores.lent.lend(row.source.password.clone())?, stores.lent.lend(row.destination.password.clone())?);
    let with = |account: &omm::AccountSpec, credentials: CredentialRef| {
        let mut account = account.clone();
        account.credentials = credentials;
        account
    };
    let (reads, writes) =
        (with(&row.source.spec, source.reference()), with(&row.destination.spec, destination.reference()));
    let found = futures::join!(stores.omm.check_up_source(&reads), stores.omm.check_up_destination(&writes));
    tell("source", &found.0, &mut wrong);
    tell("destination", &found.1, &mut wrong);
    let server_type = |found: CheckUp| Some(found.account.server_type);
    Ok(Found { wrong, types: [server_type(found.0), server_type(found.1)] })
}

fn tell(side: &str, found: &CheckUp, wrong: &mut Wrong) {
    for finding in found.findings.iter().filter(|finding| is_bad(finding)) {
        let field = match finding.check {
            Check::Login => "password",
            Check::Address | Check::Host | Check::Connection | Check::Encryption => "server",
            _ => "login",
        };
        let remedy = finding.remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
        wrong.add(&format!("{side}-{field}"), format!("{}{remedy}", finding.detail));
    }
}

fn is_bad(finding: &Finding) -> bool {
    !matches!(finding.verdict, Verdict::Good | Verdict::Remark)
}
