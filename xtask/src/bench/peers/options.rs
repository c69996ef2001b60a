//! What `cargo xtask bench peers` can be told.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// All of it. What the bench itself understands is handed on as it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) corpus: String,
    pub(super) rtt: String,
    pub(super) rounds: String,
    pub(super) servers: String,
    /// Seconds.
    pub(super) patience: String,
    pub(super) peers: String,
    pub(super) omm: Option<PathBuf>,
    pub(super) raw: Option<PathBuf>,
    /// Where table and plot go.
    pub(super) out: PathBuf,
    /// Lines that were measured before, instead of measuring.
    pub(super) from: Vec<PathBuf>,
    pub(super) pop: bool,
    pub(super) pst: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            corpus: "small".into(),
            rtt: "0,20,100".into(),
            rounds: "5".into(),
            servers: "dovecot-dovecot,dovecot-cyrus".into(),
            patience: "0".into(),
            peers: String::new(),
            omm: None,
            raw: None,
            out: crate::run::root().join("docs/bench"),
            from: Vec::new(),
            pop: false,
            pst: false,
        }
    }
}

impl Options {
    pub(super) fn from_words(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(name) = words.next() {
            match *name {
                "--pop" => options.pop = true,
                "--pst" => options.pst = true,
                _ => {
                    let value = words.next().with_context(|| format!("{name} wants a value; {KNOWN}"))?;
                    options.set(name, value)?;
                }
            }
        }
        Ok(options)
    }

    /// What the bench is told.
    pub(super) fn asked(&self) -> Vec<String> {
        let named = [
            ("--corpus", &self.corpus),
            ("--rtt", &self.rtt),
            ("--rounds", &self.rounds),
            ("--servers", &self.servers),
            ("--patience", &self.patience),
            ("--peers", &self.peers),
        ];
        named.into_iter().flat_map(|(name, value)| [name.to_owned(), value.clone()]).collect()
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let is_number = |word: &str| word.parse::<u32>().is_ok();
        match name {
            "--corpus" if ["small", "large"].contains(&value) => self.corpus = value.into(),
            "--rtt" if value.split(',').all(is_number) => self.rtt = value.into(),
            "--rounds" if is_number(value) => self.rounds = value.into(),
            "--patience" if is_number(value) => self.patience = value.into(),
            "--servers" => self.servers = value.into(),
            "--peers" => self.peers = value.into(),
            "--omm" => self.omm = Some(value.into()),
            "--raw" => self.raw = Some(value.into()),
            "--out" => self.out = value.into(),
            "--from" => self.from = value.split(',').map(PathBuf::from).collect(),
            "--corpus" | "--rtt" | "--rounds" | "--patience" => bail!("{name} cannot be {value}; {KNOWN}"),
            _ => bail!("unknown option {name}; {KNOWN}"),
        }
        Ok(())
    }
}

const KNOWN: &str = "there are --corpus small|large, --rtt MS,…, --rounds N, --servers dovecot-cyrus,…, --peers NAME,…, --patience SECONDS, \
                     --omm PATH, --raw PROGRAM, --out FOLDER, --from LINES,…, --pop and --pst";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_taken_and_what_is_wrong_is_named() {
        let options =
            Options::from_words(&["--rtt", "0,20", "--pst", "--corpus", "large"]).expect("good words");
        assert!(options.pst && !options.pop);
        assert_eq!(options.asked()[..4], ["--corpus", "large", "--rtt", "0,20"]);
        for (words, complaint) in [
            (&["--rtt", "far"][..], "--rtt cannot be far"),
            (&["--corpus", "huge"], "--corpus cannot be huge"),
            (&["--rounds"], "--rounds wants a value"),
            (&["--fast", "1"], "unknown option --fast"),
        ] {
            let error = Options::from_words(words).expect_err("wrong words").to_string();
            assert!(error.starts_with(complaint), "{error}");
        }
    }
}
