//! The lines that the bench writes.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::fmt;

/// Rounds of another file of lines are other rounds.
const APART: u64 = 10_000;

/// One line.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    Run(Run),
    Servers(Servers),
    Program(Program),
    Missing(Missing),
}

/// One run of one program.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Run {
    /// From which server to which.
    pub(super) between: String,
    pub(super) corpus: String,
    /// Milliseconds.
    pub(super) rtt: u64,
    pub(super) round: u64,
    /// Whom `omm` met in this pair.
    pub(super) against: String,
    pub(super) peer: String,
    pub(super) phase: String,
    pub(super) seconds: f64,
    pub(super) processor: Option<f64>,
    pub(super) peak_kib: Option<u64>,
    /// Seconds of the processor that others on this machine took meanwhile.
    pub(super) others: f64,
    pub(super) complaint: Option<String>,
    /// Which part of the messages is there.
    pub(super) brought: Option<f64>,
    pub(super) result: Option<String>,
}

/// A pair of servers.
#[derive(Debug, Deserialize)]
pub(super) struct Servers {
    pub(super) servers: String,
    pub(super) version: String,
    pub(super) messages: u64,
    pub(super) folders: u64,
    pub(super) bytes: u64,
}

/// A program that takes part.
#[derive(Debug, Deserialize)]
pub(super) struct Program {
    pub(super) program: String,
    pub(super) version: String,
    pub(super) how: String,
}

/// What does not.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) missing: String,
    pub(super) why: String,
}

/// All lines.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) runs: Vec<Run>,
    pub(super) servers: Vec<Servers>,
    pub(super) programs: Vec<Program>,
    pub(super) missing: Vec<Missing>,
}

impl Line {
    pub(super) fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).with_context(|| format!("the bench wrote what nobody understands: {text}"))
    }
}

impl Told {
    /// The lines of several files. Who was introduced twice is named once.
    pub(super) fn read(texts: &[String]) -> Result<Self> {
        let mut told = Self::default();
        for (file, text) in (0_u64..).zip(texts) {
            for line in text.lines() {
                match Line::read(line)? {
                    Line::Run(run) => told.runs.push(Run { round: run.round + file * APART, ..run }),
                    Line::Servers(one) if told.servers.iter().all(|other| other.servers != one.servers) => {
                        told.servers.push(one);
                    }
                    Line::Program(one) if told.programs.iter().all(|other| other.program != one.program) => {
                        told.programs.push(one);
                    }
                    Line::Missing(one) if !told.missing.contains(&one) => told.missing.push(one),
                    Line::Servers(_) | Line::Program(_) | Line::Missing(_) => {}
                }
            }
        }
        Ok(told)
    }
}

/// For who waits.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) => {
                let Run { between, rtt, round, peer, phase, seconds, .. } = run;
                write!(f, "  {between} {rtt} ms, round {round}: {phase:11}  {peer:24} {seconds:8.2} s")?;
                let words = [&run.result, &run.complaint];
                words.into_iter().flatten().try_for_each(|text| write!(f, "  {text}"))
            }
            Self::Servers(one) => write!(f, "{}: {}, {} messages", one.servers, one.version, one.messages),
            Self::Program(one) => write!(f, "takes part: {} ({})", one.program, one.version),
            Self::Missing(one) => write!(f, "missing: {}: {}", one.missing, one.why),
        }
    }
}
