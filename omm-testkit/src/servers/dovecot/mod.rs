//! A private Dovecot: any login with one password, so that a fresh user costs nothing.

mod config;
mod settings;

pub use settings::{Fsync, Settings, Storage, Tls};

use super::{Account, Unavailable, leash, leash::Leash, ports};
use std::{
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};
use tempfile::TempDir;

/// The password of every user: a word that is found nowhere else, so that a test can look for it.
const PASSWORD: &str = "canary-Wq7";
/// Who may log in as anybody: `user*admin`, or SASL PLAIN with the user as authorisation identity.
const MASTER: (&str, &str) = ("admin", "adminpass");
/// Somebody else may be quicker at a port that was free.
const STARTS: usize = 3;

/// A running Dovecot. Dropping it ends the server and removes all it wrote; the end of this process, even by SIGKILL,
/// does the same.
#[derive(Debug)]
pub struct Dovecot {
    // Before the directory, so that the server has ended when that is removed.
    _leash: Leash,
    directory: TempDir,
    ports: Ports,
    settings: Settings,
    users: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    imap: u16,
    imaps: u16,
    pop3: u16,
    pop3s: u16,
}

impl Dovecot {
    /// Starts one, and returns when it takes connections.
    ///
    /// # Errors
    /// Why it cannot be had here: not installed, a version with other settings, or what it complained about.
    pub fn start(settings: Settings) -> Result<Self, Unavailable> {
        let program = installed()?;
        let mut tried = 0;
        loop {
            tried += 1;
            match Self::try_start(&program, &settings) {
                Ok(started) => return Ok(started),
                Err(error) if tried < STARTS && error.to_string().contains("already in use") => {}
                Err(error) => return Err(Unavailable::because(format!("Dovecot does not start: {error}"))),
            }
        }
    }

    /// An account nobody has used yet. Its folders are there when somebody looks.
    pub fn fresh_user(&self) -> Account {
        let number = self.users.fetch_add(1, Ordering::Relaxed) + 1;
        self.user(&format!("u{number}"))
    }

    /// The account of this login; any word without `*` will do.
    pub fn user(&self, login: &str) -> Account {
        let with_tls = |port| if self.settings.tls == Tls::Absent { 0 } else { port };
        Account {
            host: address(&self.settings).to_string(),
            port: self.ports.imap,
            tls_port: with_tls(self.ports.imaps),
            pop3_port: self.ports.pop3,
            pop3s_port: with_tls(self.ports.pop3s),
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }

    /// Login and password of who may act for anybody, by `login*admin` or by an authorisation identity.
    pub fn master(&self) -> (&'static str, &'static str) {
        MASTER
    }

    /// The same account, entered by the master user: `login*admin`.
    pub fn as_master(&self, account: &Account) -> Account {
        Account {
            login: format!("{}*{}", account.login, MASTER.0),
            password: MASTER.1.to_owned(),
            ..account.clone()
        }
    }

    /// The root certificate that a client must trust.
    pub fn ca_pem_path(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// What it was started with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs `doveadm` on this instance and gives what it printed.
    ///
    /// # Errors
    /// When it cannot be started, or ended badly, with what it complained about.
    pub fn doveadm(&self, arguments: &[&str]) -> io::Result<String> {
        let mut doveadm = Command::new("doveadm");
        let output = doveadm.arg("-c").arg(self.config_path()).args(arguments).output()?;
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("doveadm {arguments:?}: {}", complaint.trim())));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Gives a user who has none yet all the mail of another one, as a copy of the files: quick, whatever its size.
    ///
    /// # Errors
    /// When the files cannot be copied.
    pub fn copy_mail(&self, from: &Account, to: &Account) -> io::Result<()> {
        let mut copy = Command::new("cp");
        let output = copy.arg("-a").args([self.home(from), self.home(to)]).output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(())
    }

    /// Removes all the mail of a user, for a test that makes much.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn forget(&self, account: &Account) -> io::Result<()> {
        match fs::remove_dir_all(self.home(account)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Its configuration, for a program that speaks to it by that.
    pub fn config_path(&self) -> PathBuf {
        config::path(self.directory.path())
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        let text = fs::read(self.directory.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The id of the server's process.
    pub fn process(&self) -> Option<u32> {
        leash::server_process(self.directory.path())
    }

    fn home(&self, account: &Account) -> PathBuf {
        self.directory.path().join("mail").join(&account.login)
    }

    fn try_start(program: &Path, settings: &Settings) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("omm-dovecot-").tempdir()?;
        let [imap, imaps, pop3, pop3s] = ports::free()?;
        let ports = Ports { imap, imaps, pop3, pop3s };
        settings.certificate.write(directory.path())?;
        config::write(directory.path(), settings, ports)?;
        let config = config::path(directory.path());
        let command = [&*program.to_string_lossy(), "-F", "-c", &*config.to_string_lossy()];
        let leash = Leash::start(directory.path(), &command, (address(settings), imap).into())?;
        Ok(Self { _leash: leash, directory, ports, settings: settings.clone(), users: AtomicUsize::new(0) })
    }
}

/// Where it listens. Dovecot takes a connection from its own address for a safe one, and a login in the clear from it,
/// whatever the settings say; an address of loopback that clients do not come from is a foreign one.
fn address(settings: &Settings) -> Ipv4Addr {
    if settings.tls == Tls::Required { Ipv4Addr::new(127, 0, 0, 2) } else { Ipv4Addr::LOCALHOST }
}

/// The settings of 2.4 have other names; until the harness speaks them it says so.
fn installed() -> Result<PathBuf, Unavailable> {
    let absent =
        || Unavailable::because("Dovecot is not installed (apt-get install dovecot-imapd dovecot-pop3d)");
    let program = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/lib/dovecot/imap"]
        .map(Path::new)
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(absent)?;
    let version = Command::new(program).arg("--version").output().map_err(Unavailable::because)?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with("2.3.") {
        let found = version.split_whitespace().next().unwrap_or("unknown");
        return Err(Unavailable::because(format!("Dovecot {found} is here; the harness knows 2.3")));
    }
    for protocol in ["imap-login", "pop3-login"] {
        if !Path::new("/usr/lib/dovecot").join(protocol).is_file() {
            return Err(absent());
        }
    }
    Ok(program.to_owned())
}
