//! How the program ends: exit codes, and one line per error with the remedy.

use crate::output;
use omm::core::journal::Verified;
use omm::{Error, ErrorKind, Report, core::error::Side};
use serde::Serialize;
use std::process::ExitCode;

/// Shown by `--help`.
pub(crate) const CODES: &str = "\
Exit codes:
  0  everything was copied and verified
  1  failed; the line on standard error says why: a login refused, a server that cannot be
     reached or does not allow it, a destination that is full, a server that asks for too long
     a pause; --json names the kind
  2  wrong usage
  3  finished, but items failed, or copies are altered, missing or left (listed); of plan and
     doctor: something stands in the way (listed)
  4  stopped on request; the same command goes on from there
  5  paused: who keeps the passwords (a command, say) could give none; when that is mended,
     the same command goes on from there";

/// How a command ended that was not refused and did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Problems,
    /// What was typed makes no sense, which only showed on the way.
    Usage,
    /// Nobody could give a password.
    Paused,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Problems => 3,
            Exit::Usage => 2,
            Exit::Paused => 5,
        })
    }
}

impl Exit {
    /// Problems, if there are any.
    pub(crate) fn problems_if(any: bool) -> Self {
        if any { Self::Problems } else { Self::Done }
    }

    /// What a report amounts to.
    pub(crate) fn of(report: &Report) -> Self {
        let totals = &report.totals;
        let bad = totals.failed
            + totals.unsettled
            + totals.verdict(Verified::Altered)
            + totals.verdict(Verified::Missing);
        Self::problems_if(bad > 0 || report.is_troubled() || !report.complete)
    }
}

/// Why a command did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense.
    Usage(String),
    /// This machine.
    Local(String),
    /// The SDK.
    Sdk(Error),
    /// Whoever read the output has left; nothing is said to nobody.
    Unheard,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sdk(error)
    }
}

impl Failure {
    /// Says why, and gives the exit code.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        let (code, kind, line) = match &self {
            Self::Usage(message) => (2, "usage", message.clone()),
            Self::Local(message) => (1, "local", message.clone()),
            Self::Sdk(error) => (code_of(error), error.kind().name(), line_of(error)),
            Self::Unheard => return ExitCode::from(1),
        };
        let line = output::one_line(&line);
        let _ = json.then(|| output::json(&ErrorLine { event: "error", kind, message: &line }));
        if matches!(code, 4 | 5) {
            output::note(&format!("omm: {line}"));
        } else {
            output::note(&format!("omm: error: {line}"));
        }
        ExitCode::from(code)
    }
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    event: &'static str,
    kind: &'static str,
    message: &'a str,
}

fn code_of(error: &Error) -> u8 {
    match (error.kind(), error.side()) {
        (ErrorKind::Stopped, _) => 4,
        (ErrorKind::Credentials, _) => 5,
        // An option, an address, an id: what was typed, not what was found.
        (ErrorKind::Config, Side::Host) => 2,
        _ => 1,
    }
}

fn line_of(error: &Error) -> String {
    match remedy(error.kind(), error.side()) {
        Some(remedy) if error.kind() == ErrorKind::Stopped => format!("stopped; {remedy}"),
        Some(remedy) if error.kind() == ErrorKind::Credentials => {
            format!("paused: {}; {remedy}", error.message())
        }
        // What an administrator lacks is in the error itself.
        _ if error.context().any(|(key, _)| key == "delegate") => error.to_string(),
        Some(remedy) => format!("{error}; {remedy}"),
        None => error.to_string(),
    }
}

/// What the reader can do, where the kind alone says so.
fn remedy(kind: ErrorKind, side: Side) -> Option<&'static str> {
    match (kind, side) {
        (ErrorKind::Stopped, _) => Some("the same command goes on from there"),
        (ErrorKind::SourceEmptied, _) => Some("if that is as it should be, add --allow-emptied-source"),
        (ErrorKind::Quota, _) => Some("make room at the destination, then give the same command again"),
        (ErrorKind::Local, _) => Some("then give the same command again: it goes on from there"),
        (ErrorKind::Auth, Side::Source) => Some("check --source-login and its password"),
        (ErrorKind::Auth, _) => Some("check --destination-login and its password"),
        (ErrorKind::Denied, Side::Source) => {
            Some("let --source-login read this, then give the same command again")
        }
        (ErrorKind::Denied, Side::Destination) => {
            Some("let --destination-login write there, then give the same command again")
        }
        (ErrorKind::Throttled, _) => Some("give the same command again later: it goes on from there"),
        (ErrorKind::Unreachable | ErrorKind::Credentials, _) => {
            Some("when that is mended, the same command goes on from there")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_codes() {
        use Side::{Destination, Host, Journal, Source};
        for (kind, side, code, remedy) in [
            (ErrorKind::Stopped, Host, 4, "goes on from there"),
            (ErrorKind::Config, Host, 2, ""),
            (ErrorKind::Credentials, Source, 5, "when that is mended, the same command goes on from there"),
            // The account itself is not as it was said to be.
            (ErrorKind::Config, Source, 1, ""),
            (ErrorKind::Journal, Journal, 1, ""),
            (ErrorKind::Local, Host, 1, "goes on from there"),
            (ErrorKind::Auth, Source, 1, "check --source-login"),
            (ErrorKind::Auth, Destination, 1, "check --destination-login"),
            (ErrorKind::Unreachable, Source, 1, "goes on from there"),
            (ErrorKind::Unreachable, Destination, 1, "goes on from there"),
            (ErrorKind::Denied, Source, 1, "let --source-login read"),
            (ErrorKind::Denied, Destination, 1, "let --destination-login write"),
            (ErrorKind::Quota, Destination, 1, "make room"),
            (ErrorKind::Throttled, Source, 1, "later"),
            (ErrorKind::Throttled, Destination, 1, "later"),
            (ErrorKind::SourceEmptied, Source, 1, "--allow-emptied-source"),
            (ErrorKind::Protocol, Source, 1, ""),
        ] {
            let error = Error::new(kind, side, "test", "x");
            assert_eq!(code_of(&error), code, "{kind:?} {side:?}");
            let line = line_of(&error);
            assert!(line.contains(remedy), "{line}");
            assert_eq!(remedy.is_empty(), !line.contains("; "), "{line}");
        }
    }
}
