//! Every target of the workspace in `fuzz`, one after the other.

use crate::run::{self, Outcome, cargo, must};
use anyhow::Result;
use std::path::PathBuf;

/// How long each target is fuzzed.
const SECONDS: u32 = 1800;

/// Where the seeds of a target lie.
pub(crate) enum Seeds {
    /// A folder of this repository, which tests read as well.
    Here(&'static str),
    /// A folder of real files, where there are such beside this repository.
    Shared(&'static str),
    /// What the target reads lies in no file as it is: libFuzzer begins with nothing.
    Nowhere,
}

/// The targets, and where their seeds are.
pub(crate) const TARGETS: [(&str, Seeds); 23] = [
    ("framer", Seeds::Here("omm-imap/src/proto/dialogues")),
    ("parser", Seeds::Here("omm-imap/src/proto/dialogues")),
    ("names", Seeds::Here("omm-imap/src/proto/dialogues")),
    ("pop_framer", Seeds::Here("omm-pop/src/proto/dialogues")),
    ("pop_client", Seeds::Here("omm-pop/src/proto/dialogues")),
    ("autoconfig", Seeds::Here("omm-discover/tests/documents")),
    ("import", Seeds::Here("omm-project/tests/data")),
    ("ews_answer", Seeds::Shared("ews")),
    ("ews_autodiscover", Seeds::Shared("ews")),
    ("ews_item", Seeds::Shared("ews")),
    ("ics", Seeds::Shared("files/ics")),
    ("calendar_read", Seeds::Shared("files/ics")),
    ("vcf", Seeds::Shared("files/vcf")),
    ("card_read", Seeds::Shared("files/vcf")),
    ("csv", Seeds::Shared("files/contacts-csv")),
    ("pst", Seeds::Shared("files/pst")),
    ("msg", Seeds::Shared("files/msg")),
    ("tnef", Seeds::Shared("files/tnef")),
    ("mail", Seeds::Nowhere),
    ("rtf", Seeds::Nowhere),
    ("recurrence", Seeds::Nowhere),
    ("time_zone", Seeds::Nowhere),
    ("group", Seeds::Nowhere),
];

/// One target for [`SECONDS`]; a finding fails.
pub(crate) fn fuzz(target: &str, seeds: &Seeds) -> Result<Outcome> {
    let corpus = tempfile::tempdir()?;
    let mut cargo = cargo(&["run", "--release", "--bin", target, "--"]);
    cargo.arg(format!("-max_total_time={SECONDS}")).arg("-rss_limit_mb=1024").arg(corpus.path());
    match folder(seeds).filter(|folder| folder.is_dir()) {
        Some(folder) => drop(cargo.arg(folder)),
        None => println!("  no seeds for {target}: it begins with nothing"),
    }
    must(cargo.current_dir(run::root().join("fuzz")))
}

fn folder(seeds: &Seeds) -> Option<PathBuf> {
    match seeds {
        Seeds::Here(folder) => Some(run::root().join(folder)),
        Seeds::Shared(folder) => {
            let named = std::env::var_os("OMM_SHARED_DATA").map(PathBuf::from);
            Some(named.unwrap_or_else(|| run::root().join("../shared/data")).join(folder))
        }
        Seeds::Nowhere => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A target that is added to `fuzz` and not here would never be run.
    #[test]
    fn every_target_is_fuzzed() {
        let files = std::fs::read_dir(run::root().join("fuzz/fuzz_targets")).expect("the targets");
        let mut there: Vec<String> = files
            .map(|file| {
                file.expect("a file").file_name().to_string_lossy().trim_end_matches(".rs").to_owned()
            })
            .collect();
        let mut named: Vec<&str> = TARGETS.iter().map(|(target, _)| *target).collect();
        there.sort_unstable();
        named.sort_unstable();
        assert_eq!(named, there);
    }

    #[test]
    fn what_lies_here_is_here() {
        for (target, seeds) in &TARGETS {
            if let (Seeds::Here(_), Some(folder)) = (seeds, folder(seeds)) {
                assert!(folder.is_dir(), "{target}: {}", folder.display());
            }
        }
    }
}
