//! What is asked of the bench.

use omm_testkit::servers::corpus::{Corpus, Shape};
use std::{error::Error, fmt, path::PathBuf, str::FromStr, time::Duration};

/// All that can be asked.
pub(crate) struct Plan {
    pub(crate) omm: PathBuf,
    /// The program that shows the limit.
    pub(crate) raw: Option<PathBuf>,
    pub(crate) is_large: bool,
    pub(crate) rtts: Vec<Duration>,
    pub(crate) rounds: usize,
    pub(crate) servers: Vec<Between>,
    /// So long at most a quiet moment is waited for before each run.
    pub(crate) patience: Duration,
    /// Only these; everybody when there is none.
    pub(crate) only: Vec<String>,
}

/// From which server to which.
#[derive(Clone, Copy)]
pub(crate) struct Between {
    pub(crate) source: Family,
    pub(crate) destination: Family,
}

/// A family of servers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Dovecot,
    Cyrus,
}

impl Plan {
    /// From pairs of `--name value`.
    pub(crate) fn from_words(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut plan = Self {
            omm: "omm".into(),
            raw: None,
            is_large: false,
            rtts: vec![Duration::ZERO],
            rounds: 1,
            servers: vec![Between { source: Family::Dovecot, destination: Family::Dovecot }],
            patience: Duration::ZERO,
            only: Vec::new(),
        };
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} wants a value"))?;
            match name.as_str() {
                "--omm" => plan.omm = value.into(),
                "--raw" => plan.raw = Some(value.into()),
                "--corpus" => plan.is_large = is_large(&value)?,
                "--rtt" => plan.rtts = each(&value, |ms| Ok(Duration::from_millis(ms.parse()?)))?,
                "--rounds" => plan.rounds = value.parse()?,
                "--patience" => plan.patience = Duration::from_secs(value.parse()?),
                "--servers" => plan.servers = each(&value, str::parse)?,
                "--peers" => plan.only = each(&value, |name| Ok(name.to_owned()))?,
                _ => return Err(format!("unknown option {name}").into()),
            }
        }
        Ok(plan)
    }

    /// The account that is copied: of the size that issue 8 speaks of.
    pub(crate) fn corpus(&self) -> Corpus {
        if self.is_large {
            return Corpus::large(20_000, 220 << 20);
        }
        let (messages, large_bytes) = (2_000, 20 << 20);
        Corpus::new(Shape {
            messages,
            large_bytes,
            largest: 5 << 20,
            all_folders: true,
            usual_bytes: 7_000,
            seed: 1,
        })
    }

    pub(crate) fn corpus_name(&self) -> &'static str {
        if self.is_large { "large" } else { "small" }
    }
}

fn is_large(name: &str) -> Result<bool, Box<dyn Error>> {
    match name {
        "small" => Ok(false),
        "large" => Ok(true),
        _ => Err(format!("the corpus is small or large, not {name}").into()),
    }
}

fn each<T>(text: &str, read: impl Fn(&str) -> Result<T, Box<dyn Error>>) -> Result<Vec<T>, Box<dyn Error>> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(read).collect()
}

impl FromStr for Between {
    type Err = Box<dyn Error>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let family = |name: &str| match name {
            "dovecot" => Ok(Family::Dovecot),
            "cyrus" => Ok(Family::Cyrus),
            _ => Err(format!("{text}: servers are written like dovecot-cyrus")),
        };
        let (source, destination) = text.split_once('-').unwrap_or((text, ""));
        Ok(Self { source: family(source)?, destination: family(destination)? })
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.source, self.destination)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Dovecot { "dovecot" } else { "cyrus" })
    }
}
