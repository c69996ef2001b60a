//! A private Cyrus, the second family of servers. Root only: it gives itself up for the user `cyrus`.

mod config;
mod programs;

use super::{Account, Certificate, Unavailable, leash, leash::Leash, ports, witness::Witness};
use programs::Programs;
use std::{
    io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use tempfile::TempDir;

/// The password of every user.
const PASSWORD: &str = "pass";
/// Who may act for anybody, by SASL PLAIN with an authorisation identity.
const PROXY: (&str, &str) = ("admin", "adminpass");
/// Who sees and rules all folders.
const ADMIN: (&str, &str) = ("cyrus", "adminpass");
/// Users that are there from the start; more are made when they are asked for.
const USERS: usize = 40;
const STARTS: usize = 3;
/// Files here never reach a disk.
const MEMORY: &str = "/dev/shm";

/// Settings of an instance; `Settings::default()` is the usual one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How folder names look.
    pub namespace: Namespace,
    /// The largest message it takes.
    pub largest_message: u64,
    /// The certificate it shows.
    pub certificate: Certificate,
    /// Whether its mail lies on a disk. Cyrus waits for the disk at every change and cannot be told not to, so a test
    /// that pulls no plug has it in memory where the system offers that; large accounts and measurements do not.
    pub on_disk: bool,
}

/// How folder names look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// Personal folders lie below the inbox: `INBOX.Sent`.
    Classic,
    /// Beside it, with `/` between them.
    Alternative,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: Namespace::Alternative,
            largest_message: 100 << 20,
            certificate: Certificate::default(),
            on_disk: false,
        }
    }
}

/// A running Cyrus. Dropping it ends the server and removes all it wrote; the end of this process, even by SIGKILL,
/// does the same.
#[derive(Debug)]
pub struct Cyrus {
    // Before the directory, so that the server has ended when that is removed.
    _leash: Leash,
    directory: TempDir,
    programs: Programs,
    ports: Ports,
    settings: Settings,
    /// How many users were given out.
    users: Mutex<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    imap: u16,
    imaps: u16,
    pop3: u16,
    pop3s: u16,
}

impl Cyrus {
    /// Starts one, and returns when it takes connections.
    ///
    /// # Errors
    /// Why it cannot be had here: not root, not installed, or what it complained about.
    pub fn start(settings: Settings) -> Result<Self, Unavailable> {
        let programs = Programs::find()?;
        let mut tried = 0;
        loop {
            tried += 1;
            match Self::try_start(&programs, &settings) {
                Ok(started) => return Ok(started),
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(Unavailable::because("Cyrus runs only when it is started by root"));
                }
                // It does not say whether a port was taken meanwhile.
                Err(_) if tried < STARTS => {}
                Err(error) => return Err(Unavailable::because(format!("Cyrus does not start: {error}"))),
            }
        }
    }

    /// An account nobody has used yet.
    ///
    /// # Errors
    /// When the users made at the start are used up and another one cannot be made.
    pub fn fresh_user(&self) -> io::Result<Account> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        *users += 1;
        let login = user(*users);
        if *users > USERS {
            self.programs.set_password(self.directory.path(), &login, PASSWORD)?;
        }
        Ok(self.account(&login, PASSWORD))
    }

    /// Login and password of who may act for anybody by an authorisation identity.
    pub fn proxy(&self) -> (&'static str, &'static str) {
        PROXY
    }

    /// The administrator: the witness sees every user's folders with it.
    pub fn admin(&self) -> Account {
        self.account(ADMIN.0, ADMIN.1)
    }

    /// Limits what a user may store. The user's inbox is made when it is not there yet.
    ///
    /// # Errors
    /// What the server said.
    pub fn set_quota(&self, account: &Account, kilobytes: u64) -> io::Result<()> {
        // The first login makes the inbox.
        Witness::enter(account)?.leave()?;
        let mut admin = Witness::enter(&self.admin())?;
        // RFC 9208 §4.1.3: in units of 1024 octets.
        admin.command(&format!(
            "SETQUOTA user{}{} (STORAGE {kilobytes})",
            self.separator(),
            account.login
        ))?;
        admin.leave()
    }

    /// Sets what `who` may do in a user's folder: `lrs` makes it read-only. The folder is named as the
    /// administrator sees it, `user/u1/Sent` say.
    ///
    /// # Errors
    /// What the server said.
    pub fn set_rights(&self, folder: &str, who: &str, rights: &str) -> io::Result<()> {
        let mut admin = Witness::enter(&self.admin())?;
        admin.command(&format!("SETACL \"{folder}\" {who} {rights}"))?;
        admin.leave()
    }

    /// Removes all the mail of a user, for a test that makes much.
    ///
    /// # Errors
    /// What the server said.
    pub fn forget(&self, account: &Account) -> io::Result<()> {
        let inbox = format!("user{}{}", self.separator(), account.login);
        // It goes with all below it; Cyrus lets an administrator delete only what he has given himself the right to.
        self.set_rights(&inbox, ADMIN.0, "lrswipkxteca")?;
        let mut admin = Witness::enter(&self.admin())?;
        admin.command(&format!("DELETE \"{inbox}\""))?;
        admin.leave()
    }

    /// What separates folder names.
    pub fn separator(&self) -> char {
        match self.settings.namespace {
            Namespace::Classic => '.',
            Namespace::Alternative => '/',
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

    /// The id of the server's process.
    pub fn process(&self) -> Option<u32> {
        leash::server_process(self.directory.path())
    }

    fn account(&self, login: &str, password: &str) -> Account {
        Account {
            host: "127.0.0.1".to_owned(),
            port: self.ports.imap,
            tls_port: self.ports.imaps,
            pop3_port: self.ports.pop3,
            pop3s_port: self.ports.pop3s,
            login: login.to_owned(),
            password: password.to_owned(),
        }
    }

    fn try_start(programs: &Programs, settings: &Settings) -> io::Result<Self> {
        let memory = Path::new(MEMORY);
        let place =
            if memory.is_dir() && !settings.on_disk { memory.to_owned() } else { std::env::temp_dir() };
        let directory = tempfile::Builder::new().prefix("omm-cyrus-").tempdir_in(place)?;
        let here = directory.path();
        if !programs::is_root(here)? {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let [imap, imaps, pop3, pop3s] = ports::free()?;
        let ports = Ports { imap, imaps, pop3, pop3s };
        settings.certificate.write(here)?;
        config::write(here, settings, ports, programs)?;
        for number in 1..=USERS {
            programs.set_password(here, &user(number), PASSWORD)?;
        }
        programs.set_password(here, PROXY.0, PROXY.1)?;
        programs.set_password(here, ADMIN.0, ADMIN.1)?;
        programs::give_to_cyrus(here)?;
        let path = |name: &str| here.join(name).to_string_lossy().into_owned();
        let master = programs.master.to_string_lossy().into_owned();
        let (imapd, services, pid) = (path("imapd.conf"), path("cyrus.conf"), path("master.pid"));
        let command = [&*master, "-C", &*imapd, "-M", &*services, "-p", &*pid, "-D"];
        let leash = Leash::start(here, &command, (Ipv4Addr::LOCALHOST, imap).into())?;
        let (programs, settings) = (programs.clone(), settings.clone());
        Ok(Self { _leash: leash, directory, programs, ports, settings, users: Mutex::new(0) })
    }
}

fn user(number: usize) -> String {
    format!("u{number}")
}
