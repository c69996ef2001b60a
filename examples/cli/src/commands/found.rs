//! `auto:` accounts: which server was found, said before anything is done with it.

use crate::{args::Global, exit::Failure, output};
use omm::{AccountSpec, Known, Omm, Side, discovery::FoundOut};
use serde::Serialize;

/// Both accounts as they are from now on, source first.
pub(super) async fn out(
    global: &Global,
    omm: &Omm,
    source: &AccountSpec,
    destination: &AccountSpec,
    known: Known,
) -> Result<(AccountSpec, AccountSpec), Failure> {
    let (source, destination) = omm.find_out_pair(source, destination, known).await?;
    Ok((said(global, "source", source)?, said(global, "destination", destination)?))
}

/// A source alone.
pub(super) async fn source(global: &Global, omm: &Omm, source: &AccountSpec) -> Result<AccountSpec, Failure> {
    said(global, "source", omm.find_out(source, Side::Source).await?)
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    side: &'static str,
    account: String,
    why: &'a str,
}

fn said(global: &Global, side: &'static str, found: FoundOut) -> Result<AccountSpec, Failure> {
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
