//! mbsync, of isync. It keeps no dates unless it is told to, and no keywords at all; it writes a header of its own into
//! each message that it copies.

use super::{ALL, Ask, Field, Peer};
use omm_testkit::servers::Account;
use std::{fs, io, path::Path, process::Command};

pub(super) fn peer() -> Peer {
    Peer {
        name: "mbsync",
        program: "mbsync".into(),
        ask: Ask::Itself("--version"),
        from: "apt-get install isync",
        how: "Sync Pull, CopyArrivalDate yes, Create Near",
        phases: ALL,
        wants_dovecot: false,
        tell,
    }
}

fn tell(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let store = |name: &str, account: &Account| {
        let Account { host, port, login, password, .. } = account;
        format!(
            "IMAPAccount {name}\nHost {host}\nPort {port}\nUser {login}\nPass {password}\nSSLType None\n\
             AuthMechs LOGIN\n\nIMAPStore {name}\nAccount {name}\n\n"
        )
    };
    let text = format!(
        "{}{}Channel all\nFar :source:\nNear :destination:\nPatterns INBOX *\nCreate Near\nSync Pull\nExpunge None\n\
         CopyArrivalDate yes\nSyncState {}/state-\n",
        store("source", field.source()),
        store("destination", field.destination()),
        field.directory().display()
    );
    let config = field.directory().join("mbsyncrc");
    fs::write(&config, text)?;
    let mut command = Command::new(program);
    command.arg("-c").arg(config).args(["-q", "all"]);
    Ok(command)
}
