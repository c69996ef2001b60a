//! The limit: what two servers can do when nobody remembers anything. It copies once; there is no second run.

use super::{Ask, Field, Peer};
use crate::duel::Phase;
use omm_testkit::servers::Account;
use std::{io, path::Path, process::Command};

/// With one connection to either side, with two and with four: which is best depends on the machine.
pub(super) fn peers(program: Option<&Path>) -> Vec<Peer> {
    let peer = |name, how, tell| Peer {
        name,
        program: program.map(Path::to_owned).unwrap_or_default(),
        ask: Ask::Nobody,
        from: "--raw names a program; cargo xtask bench peers builds one",
        how,
        phases: &[Phase::Initial],
        wants_dovecot: false,
        tell,
    };
    vec![
        peer("raw pump 1", "FETCH and MULTIAPPEND of 64 over one connection to either side", |at, field| {
            tell(at, field, "1")
        }),
        peer("raw pump 2", "the same over two", |at, field| tell(at, field, "2")),
        peer("raw pump 4", "the same over four", |at, field| tell(at, field, "4")),
    ]
}

fn tell(program: &Path, field: &Field<'_>, connections: &str) -> io::Result<Command> {
    let written = |account: &Account| {
        let Account { host, port, login, password, .. } = account;
        format!("{host}:{port}:{login}:{password}")
    };
    let mut command = Command::new(program);
    command.args(["--src", &written(field.source()), "--dst", &written(field.destination())]);
    command.args(["--batch", "64", "--conns", connections]);
    Ok(command)
}
