//! Where Cyrus lies. Debian lets only one IMAP server be installed as a package, so beside Dovecot its programs are
//! unpacked somewhere else: `cargo xtask test` does so, and `OMM_CYRUS` names another place.

use crate::servers::Unavailable;
use std::{
    env, fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Where `cargo xtask test` unpacks.
const UNPACKED: &str = "/opt/omm-cyrus";
const ABSENT: &str =
    "Cyrus is not installed (cargo xtask test unpacks it as root; OMM_CYRUS names another place)";

#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) master: PathBuf,
    pub(super) ctl_cyrusdb: PathBuf,
    pub(super) imapd: PathBuf,
    pub(super) pop3d: PathBuf,
    saslpasswd2: PathBuf,
}

impl Programs {
    pub(super) fn find() -> Result<Self, Unavailable> {
        let named = env::var_os("OMM_CYRUS").map(PathBuf::from);
        let roots: Vec<PathBuf> = named.into_iter().chain([UNPACKED.into(), "/".into()]).collect();
        let find = |inside: &str| {
            let mut places = roots.iter().map(|root| root.join(inside));
            places.find(|path| path.is_file()).ok_or_else(|| Unavailable::because(ABSENT))
        };
        Ok(Self {
            master: find("usr/lib/cyrus/bin/master")?,
            ctl_cyrusdb: find("usr/lib/cyrus/bin/ctl_cyrusdb")?,
            imapd: find("usr/lib/cyrus/bin/imapd")?,
            pop3d: find("usr/lib/cyrus/bin/pop3d")?,
            saslpasswd2: find("usr/sbin/saslpasswd2")?,
        })
    }

    /// Makes a user or gives an old one this password, which goes in by a pipe.
    pub(super) fn set_password(&self, directory: &Path, login: &str, password: &str) -> io::Result<()> {
        let mut program = Command::new(&self.saslpasswd2)
            .arg("-f")
            .arg(directory.join("sasldb2"))
            .args(["-c", "-p", "-u", "localhost", login])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut input) = program.stdin.take() {
            input.write_all(password.as_bytes())?;
        }
        worked(program.wait()?.success(), "saslpasswd2")
    }
}

/// Whether we are root, told by who owns what we have just made.
pub(super) fn is_root(directory: &Path) -> io::Result<bool> {
    Ok(fs::metadata(directory)?.uid() == 0)
}

pub(super) fn give_to_cyrus(directory: &Path) -> io::Result<()> {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    worked(Command::new("chown").args(["-R", "cyrus:mail"]).arg(directory).status()?.success(), "chown")
}

fn worked(is_good: bool, program: &str) -> io::Result<()> {
    if is_good { Ok(()) } else { Err(io::Error::other(format!("{program} failed"))) }
}
