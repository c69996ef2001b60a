//! `doveadm backup`: it reads by IMAP and writes Dovecot's files itself, over no distance and without a server that
//! would have to parse what comes. Untuned it asks for one message at a time.

use super::{ALL, Ask, Field, Peer};
use std::{io, path::Path, process::Command};

pub(super) fn peer() -> Peer {
    Peer {
        name: "doveadm backup",
        program: "doveadm".into(),
        ask: Ask::Other("dovecot"),
        from: "apt-get install dovecot-imapd",
        how: "imapc source, rfc822.size fetch-headers, mail_prefetch_count 40; it writes the files itself",
        phases: ALL,
        wants_dovecot: true,
        tell,
    }
}

fn tell(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let config = field.dovecot_config().ok_or_else(|| io::Error::other("there is no Dovecot to write to"))?;
    let (source, destination) = (field.source(), field.destination());
    let mut command = Command::new(program);
    command.arg("-c").arg(config);
    for setting in [
        format!("imapc_host={}", source.host),
        format!("imapc_port={}", source.port),
        format!("imapc_user={}", source.login),
        format!("imapc_password={}", source.password),
        "imapc_features=rfc822.size fetch-headers".to_owned(),
        "mail_prefetch_count=40".to_owned(),
    ] {
        command.args(["-o", &setting]);
    }
    command.args(["backup", "-R", "-u", &destination.login, "imapc:"]);
    Ok(command)
}
