//! offlineimap, with as many connections as help it: with one it takes three times as long over a distance. It gives up in
//! the middle at a message that is none by its Python library, so the folder with such messages is left out.

use super::{ALL, Ask, Field, Peer};
use omm_testkit::servers::Account;
use std::{fs, io, path::Path, process::Command};

pub(super) fn peer() -> Peer {
    Peer {
        name: "offlineimap",
        program: "offlineimap".into(),
        ask: Ask::Itself("--version"),
        from: "apt-get install offlineimap3",
        how: "IMAP to IMAP, maxconnections 4, without the folder \"Edge cases\", at which it gives up",
        phases: ALL,
        wants_dovecot: false,
        tell,
    }
}

fn tell(program: &Path, field: &Field<'_>) -> io::Result<Command> {
    let repository = |name: &str, account: &Account, more: &str| {
        let Account { host, port, login, password, .. } = account;
        format!(
            "[Repository {name}]\ntype = IMAP\nremotehost = {host}\nremoteport = {port}\nremoteuser = {login}\n\
             remotepass = {password}\nssl = no\nstarttls = no\nauth_mechanisms = PLAIN\nmaxconnections = 4\n{more}\n"
        )
    };
    // What it calls local may be a server too.
    let text = format!(
        "[general]\naccounts = all\nmetadata = {}/meta\nmaxsyncaccounts = 1\nsocktimeout = 300\n\n\
         [Account all]\nlocalrepository = destination\nremoterepository = source\n\n{}{}",
        field.directory().display(),
        repository("destination", field.destination(), ""),
        repository(
            "source",
            field.source(),
            "readonly = True\nfolderfilter = lambda name: name != 'Edge cases'\n"
        ),
    );
    let config = field.directory().join("offlineimaprc");
    fs::write(&config, text)?;
    let mut command = Command::new(program);
    command.arg("-c").arg(config).args(["-o", "-u", "basic"]);
    Ok(command)
}
