//! imapsync, with what its author advises for speed, and as it comes: then it leaves out what has no Message-ID.

use super::{ALL, Ask, Field, Peer};
use std::{io, path::Path, process::Command};

const FROM: &str = "https://imapsync.lamiral.info; no package of Debian has it";
const FAST: [&str; 7] =
    ["--useuid", "--usecache", "--nofoldersizes", "--nofoldersizesatend", "--noid", "--fastio1", "--fastio2"];

pub(super) fn best() -> Peer {
    let how = "--useuid --usecache --nofoldersizes --nofoldersizesatend --noid --fastio1 --fastio2";
    Peer { name: "imapsync", how, tell: tell_best, ..default() }
}

pub(super) fn default() -> Peer {
    Peer {
        name: "imapsync as it comes",
        program: "imapsync".into(),
        ask: Ask::Itself("--version"),
        from: FROM,
        how: "no options but where and who",
        phases: ALL,
        wants_dovecot: false,
        tell,
    }
}

fn tell_best(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let mut command = tell(program, field)?;
    command.args(FAST);
    Ok(command)
}

fn tell(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let mut command = Command::new(program);
    for (number, account) in [(1, field.source()), (2, field.destination())] {
        command.arg(format!("--host{number}")).arg(&account.host);
        command.arg(format!("--port{number}")).arg(account.port.to_string());
        command.arg(format!("--user{number}")).arg(&account.login);
        command.arg(format!("--password{number}")).arg(&account.password);
        command.arg(format!("--nossl{number}")).arg(format!("--notls{number}"));
    }
    command.args(["--nolog", "--noreleasecheck", "--tmpdir"]).arg(field.directory());
    Ok(command)
}
