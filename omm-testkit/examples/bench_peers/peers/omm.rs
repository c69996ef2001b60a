//! `omm`, with the settings that nobody has touched: what it copied is looked at (level `listed`).

use super::{ALL, Ask, Field, Peer};
use omm_testkit::servers::Account;
use std::{io, path::Path, process::Command};

pub(super) fn peer(program: &Path) -> Peer {
    Peer {
        name: "omm",
        program: program.to_owned(),
        ask: Ask::Itself("--version"),
        from: "cargo xtask bench peers builds it; --omm names another one",
        how: "omm migrate SRC DST --tls off",
        phases: ALL,
        wants_dovecot: false,
        tell,
    }
}

fn tell(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let (source, destination) = (field.source(), field.destination());
    let url = |account: &Account| format!("imap://{}@{}:{}", account.login, account.host, account.port);
    let mut command = Command::new(program);
    command.args(["migrate", &url(source), &url(destination), "--tls", "off", "--quiet"]);
    command.args(["--source-password-env", "SOURCE_WORD", "--destination-password-env", "DESTINATION_WORD"]);
    command.env("SOURCE_WORD", &source.password).env("DESTINATION_WORD", &destination.password);
    command.arg("--state").arg(field.directory().join("state"));
    Ok(command)
}
