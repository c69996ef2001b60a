//! `omm doctor`: what works between us and an account, and what to do about what does not.

use crate::{
    args::{DoctorArgs, Global},
    exit::{Exit, Failure},
    output,
};
use omm::{AccountSpec, Check, CheckUp, ErrorKind, Finding, Omm, Options, Verdict};
use serde::Serialize;

pub(super) async fn run(global: &Global, args: &DoctorArgs) -> Result<Exit, Failure> {
    let (first, second) = args.patients.accounts()?;
    let omm = super::open(global, &args.limits).await?;
    let mut told = Vec::new();
    let mut tell = |part: Part, findings: Vec<Finding>| {
        show(global, part, &findings)?;
        told.extend(findings);
        Ok::<(), Failure>(())
    };
    match second {
        None if args.patients.is_destination() => {
            tell(Part::Destination, omm.check_up_destination(&first).await.findings)?;
        }
        None => tell(Part::Source, omm.check_up_source(&first).await.findings)?,
        Some(second) => {
            // One after the other: passwords that are typed are asked for in this order.
            let source = omm.check_up_source(&first).await;
            tell(Part::Source, source.findings.clone())?;
            let destination = destination(&omm, &source, &second).await;
            tell(Part::Destination, destination.findings.clone())?;
            if source.is_well() && destination.is_well() {
                let (source, destination) = (&source.account, &destination.account);
                tell(Part::Pair, omm.check_up_pair(source, destination, Options::default()).await)?;
            }
        }
    }
    Ok(exit(&told))
}

/// Where the same login was refused a moment ago it is not tried again: that could lock it.
async fn destination(omm: &Omm, source: &CheckUp, account: &AccountSpec) -> CheckUp {
    let owner = |account: &AccountSpec| account.delegate.clone().unwrap_or_else(|| account.login.clone());
    let is_refused = |finding: &Finding| finding.check == Check::Login && finding.is_bad();
    let one = &source.account;
    let is_same = host(&one.server) == host(&account.server) && owner(one) == owner(account);
    if !is_same || !source.findings.iter().any(is_refused) {
        return omm.check_up_destination(account).await;
    }
    let mut found = source.clone();
    let detail = "the same login was refused at the source just now, and is not tried again";
    found.findings = vec![Finding::blocked(Check::Login, detail)];
    found
}

/// The host of a server, without its port.
fn host(server: &str) -> &str {
    server.rsplit_once(':').map_or(server, |(host, _)| host)
}

fn exit(findings: &[Finding]) -> Exit {
    let bad: Vec<_> = findings.iter().filter(|finding| finding.is_bad()).collect();
    if bad.iter().any(|finding| finding.kind == Some(ErrorKind::Credentials)) {
        return Exit::Paused;
    }
    let is_usage =
        |finding: &&Finding| finding.check == Check::Address && finding.kind == Some(ErrorKind::Config);
    if bad.iter().any(is_usage) { Exit::Usage } else { Exit::problems_if(!bad.is_empty()) }
}

/// What the findings are about.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Part {
    Source,
    Destination,
    Pair,
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    part: Part,
    #[serde(flatten)]
    finding: &'a Finding,
}

fn show(global: &Global, part: Part, findings: &[Finding]) -> Result<(), Failure> {
    if global.json {
        let line = |finding| Line { event: "finding", part, finding };
        return findings.iter().try_for_each(|finding| output::json(&line(finding)));
    }
    let name = match part {
        Part::Source => "source",
        Part::Destination => "destination",
        Part::Pair => "pair",
    };
    // Whoever wants to hear nothing hears what is bad.
    let told = findings.iter().filter(|finding| !global.quiet || finding.is_bad());
    let rows: Vec<Vec<String>> = told.map(|finding| row(name, finding)).collect();
    if rows.is_empty() { Ok(()) } else { output::rows(&rows) }
}

fn row(part: &str, finding: &Finding) -> Vec<String> {
    let verdict = match finding.verdict {
        Verdict::Good => "ok",
        Verdict::Remark => "note",
        _ => "BAD",
    };
    let remedy = finding.remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
    let detail = output::one_line(&format!("{}{remedy}", finding.detail));
    vec![verdict.to_owned(), part.to_owned(), finding.check.to_string(), detail]
}
