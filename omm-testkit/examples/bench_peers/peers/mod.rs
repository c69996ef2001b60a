//! The programs, one file each: how it is told to copy an account in the clear, at its best.

mod doveadm;
mod imapsync;
mod mbsync;
mod offlineimap;
mod omm;
mod pump;

use crate::{
    duel::Phase,
    field::{Field, World},
    plan::Plan,
};
use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
};

const ALL: &[Phase] = &[Phase::Initial, Phase::NoChange, Phase::Incremental];

/// A program that copies an account.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    program: PathBuf,
    ask: Ask,
    /// Where to get it.
    from: &'static str,
    /// In which way it is told, for who reads the table.
    pub(crate) how: &'static str,
    pub(crate) phases: &'static [Phase],
    /// Whether it writes into Dovecot's own files.
    wants_dovecot: bool,
    tell: Tell,
}

/// How it is asked for its version.
#[derive(Clone, Copy)]
enum Ask {
    /// By this option.
    Itself(&'static str),
    /// Another program, which comes with it, by `--version`.
    Other(&'static str),
    /// Not at all: it has none.
    Nobody,
}

/// Writes what the program wants to read, unless that is there, and says how it is called.
type Tell = fn(&Path, &Field<'_>) -> io::Result<Command>;

/// The one that everybody is compared with.
pub(crate) fn own(plan: &Plan) -> Peer {
    omm::peer(&plan.omm)
}

/// All the others, or those that were asked for.
///
/// # Errors
/// When nobody is called so.
pub(crate) fn others(plan: &Plan) -> Result<Vec<Peer>, String> {
    let mut all = pump::peers(plan.raw.as_deref());
    all.extend([doveadm::peer(), mbsync::peer(), imapsync::best(), imapsync::default(), offlineimap::peer()]);
    if let Some(unknown) = plan.only.iter().find(|word| all.iter().all(|peer| !peer.is_called(word))) {
        let names: Vec<&str> = all.iter().map(|peer| peer.name).collect();
        return Err(format!("no program's name begins with {unknown}; there are {}", names.join(", ")));
    }
    all.retain(|peer| plan.only.is_empty() || plan.only.iter().any(|word| peer.is_called(word)));
    Ok(all)
}

impl Peer {
    fn is_called(&self, beginning: &str) -> bool {
        self.name.starts_with(beginning)
    }

    /// The version of the program.
    ///
    /// # Errors
    /// That it is not there, and where to get it.
    pub(crate) fn version(&self) -> Result<String, String> {
        let answer = match self.ask {
            Ask::Itself(option) => told_by(&self.program, option),
            Ask::Other(program) => told_by(program.as_ref(), "--version"),
            Ask::Nobody if self.program.is_file() => {
                return Ok("of this repository, or named by --raw".to_owned());
            }
            Ask::Nobody => return Err(self.from.to_owned()),
        };
        answer.map_err(|error| format!("{} does not start ({error}); {}", self.program.display(), self.from))
    }

    /// Why it cannot take part between these servers.
    pub(crate) fn unfit(&self, world: &World) -> Option<&'static str> {
        (self.wants_dovecot && world.dovecot_config().is_none()).then_some("it writes to Dovecot only")
    }

    /// The command that does whatever is to be done now. The account's password stands in it: it opens nothing but an
    /// account of the bench.
    pub(crate) fn command(&self, field: &Field<'_>) -> io::Result<Command> {
        let mut command = (self.tell)(&self.program, field)?;
        command.env("HOME", field.directory()).current_dir(field.directory());
        Ok(command)
    }
}

/// The first line that a program prints.
pub(crate) fn told_by(program: &Path, option: &str) -> io::Result<String> {
    let output = Command::new(program).arg(option).output()?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    Ok(String::from_utf8_lossy(&text).lines().next().unwrap_or("").trim().to_owned())
}
