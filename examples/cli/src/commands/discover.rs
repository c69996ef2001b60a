//! `omm discover`: the servers that may hold the mailbox of an address. No password is asked for, and none is sent.

use crate::{
    args::{Discover, Global},
    exit::{Exit, Failure},
    output,
};
use omm::{
    Env, Tls, TokioRuntime,
    discovery::{Address, Candidate, Discovery, SystemNames},
};
use serde::Serialize;
use std::sync::Arc;

pub(super) async fn run(global: &Global, args: &Discover) -> Result<Exit, Failure> {
    let address = Address::parse(&args.address)?;
    let runtime = TokioRuntime::current()?;
    let (names, runtime) = match args.discovering.named()? {
        Some(names) => (names.clone(), runtime.asking(names)),
        None => (SystemNames::current()?, runtime),
    };
    let env = Env::new(Arc::new(runtime));
    let mut options = args.discovering.options();
    options.ca_file.clone_from(&args.ca_file);
    let found = omm::discover(&env, &names, &address, &options).await;
    if global.json {
        output::json(&Line { event: "discovery", discovery: &found })?;
    } else if !global.quiet {
        show(&found)?;
    }
    if found.candidates.is_empty() {
        // Says why, and what to do.
        found.best(&[])?;
    }
    Ok(Exit::problems_if(!found.candidates.iter().any(|candidate| candidate.seen.is_good())))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    #[serde(flatten)]
    discovery: &'a Discovery,
}

fn show(found: &Discovery) -> Result<(), Failure> {
    let ranked = || found.candidates.iter().enumerate().map(|(at, candidate)| (at + 1, candidate));
    if !found.candidates.is_empty() {
        let rows: Vec<_> = ranked().map(|(rank, candidate)| row(rank, candidate)).collect();
        output::table(&["", "SERVER", "TLS", "LOGIN", "FROM", "SEEN"], &rows)?;
    }
    for (rank, candidate) in ranked() {
        for remark in remarks(candidate) {
            output::line(output::one_line(&format!("{rank}: {remark}")))?;
        }
    }
    for note in &found.notes {
        output::line(output::one_line(&format!("note: {note}")))?;
    }
    Ok(())
}

fn row(rank: usize, candidate: &Candidate) -> Vec<String> {
    let server = format!("{} {}:{}", candidate.server_type.name(), candidate.host, candidate.port);
    let protection = match candidate.tls {
        Tls::Required => "tls",
        Tls::StartTls => "starttls",
        _ => "NONE",
    };
    let from = format!("{} ({})", candidate.source.name(), candidate.sureness.name());
    let cells =
        [rank.to_string(), server, protection.to_owned(), candidate.login.clone(), from, seen(candidate)];
    cells.iter().map(|cell| output::one_line(cell)).collect()
}

/// In a table there is no room for all that a server can do; `--json` has it.
fn seen(candidate: &Candidate) -> String {
    if candidate.seen.is_good() { "answers".to_owned() } else { candidate.seen.sentence() }
}

fn remarks(candidate: &Candidate) -> Vec<String> {
    let mut remarks = candidate.remarks.clone();
    if candidate.needs_confirmation {
        remarks.push(format!(
            "only unprotected words lead there ({}): is it right? then write {}",
            candidate.evidence,
            candidate.address()
        ));
    }
    remarks
}
