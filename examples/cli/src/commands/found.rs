//! `auto:` accounts: which server was found, said before anything is done with it.

use crate::{args::Global, exit::Failure, output};
use omm::{AccountSpec, Omm};
use serde::Serialize;

/// Both accounts as they are from now on, source first.
pub(super) async fn out(
    global: &Global,
    omm: &Omm,
    source: &AccountSpec,
    destination: &AccountSpec,
) -> Result<(AccountSpec, AccountSpec), Failure> {
    let source = one(global, omm, "source", source).await?;
    let destination = one(global, omm, "destination", destination).await?;
    Ok((source, destination))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    side: &'static str,
    account: String,
    why: &'a str,
}

/// One of them.
pub(super) async fn one(
    global: &Global,
    omm: &Omm,
    side: &'static str,
    account: &AccountSpec,
) -> Result<AccountSpec, Failure> {
    let found = omm.find_out(account).await?;
    if let Some(why) = found.sentence() {
        match (global.json, global.quiet) {
            (true, _) => {
                let account = found.account.label();
                output::json(&Line { event: "found", side, account, why: &why })?;
            }
            (false, true) => {}
            (false, false) => output::note(&format!("{side}: {why}")),
        }
    }
    Ok(found.account)
}
