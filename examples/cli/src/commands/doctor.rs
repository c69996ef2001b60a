//! `omm doctor`: what works between us and an account, and what to do about what does not.

use crate::{
    args::{DoctorArgs, Global},
    exit::{Exit, Failure},
    output,
};
use omm::{AccountSpec, Finding, Omm, Options, Verdict};
use serde::Serialize;

pub(super) async fn run(global: &Global, args: &DoctorArgs) -> Result<Exit, Failure> {
    let (first, second) = args.patients.accounts()?;
    let omm = super::open(global, &args.limits).await?;
    let mut bad = false;
    let mut tell = |part: Part, findings: Vec<Finding>| {
        bad |= findings.iter().any(Finding::is_bad);
        show(global, part, &findings)
    };
    match second {
        None if args.patients.is_destination() => {
            tell(Part::Destination, omm.check_up_destination(&first).await)?;
        }
        None => tell(Part::Source, omm.check_up_source(&first).await)?,
        Some(second) => {
            let (source, destination) = both(&omm, &first, &second).await;
            let well = !source.iter().chain(&destination).any(Finding::is_bad);
            tell(Part::Source, source)?;
            tell(Part::Destination, destination)?;
            if well {
                tell(Part::Pair, omm.check_up_pair(&first, &second, Options::default()).await)?;
            }
        }
    }
    Ok(Exit::problems_if(bad))
}

/// One after the other: passwords that are typed are asked for in this order.
async fn both(omm: &Omm, source: &AccountSpec, destination: &AccountSpec) -> (Vec<Finding>, Vec<Finding>) {
    let source = omm.check_up_source(source).await;
    (source, omm.check_up_destination(destination).await)
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
