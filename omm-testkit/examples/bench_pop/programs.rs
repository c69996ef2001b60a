//! How each program is told to fetch everything from a POP3 account and to remove nothing.

use omm_testkit::servers::Account;
use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// The one that is compared with the others.
const OWN: &str = "omm";

/// A program that fetches mail.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    path: String,
    tell: Tell,
    /// How many messages are there when it has ended.
    fetched: fn(&Path) -> io::Result<u64>,
}

/// What a program did, in a place of its own.
pub(crate) struct Ran {
    pub(crate) seconds: f64,
    /// How many messages it brought.
    pub(crate) fetched: u64,
    /// Seconds of the same command again, when nothing has changed.
    pub(crate) again: Option<f64>,
}

/// Writes what the program there wants to read, and says how it is called.
type Tell = fn(&str, &Account, &Path) -> io::Result<Command>;

/// The one to compare with comes last.
pub(crate) fn all(omm: &str) -> [Program; 3] {
    let of = |name: &'static str, path: &str, tell, fetched| Program {
        name,
        path: path.to_owned(),
        tell,
        fetched,
    };
    [
        of("fetchmail", "fetchmail", fetchmail, in_one_file),
        of("getmail", "getmail", getmail, files),
        of(OWN, omm, migrate, files),
    ]
}

impl Program {
    /// Runs it once, and `omm` once more.
    pub(crate) fn run(&self, account: &Account) -> Result<Ran, String> {
        let root = tempfile::tempdir().map_err(|error| error.to_string())?;
        // getmail gives its rights away before it writes.
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(root.path(), open).map_err(|error| error.to_string())?;
        let seconds = self.seconds(account, root.path())?;
        let fetched = || (self.fetched)(root.path()).map_err(|error| error.to_string());
        let first = fetched()?;
        let again = (self.name == OWN).then(|| self.seconds(account, root.path())).transpose()?;
        match fetched()? {
            now if now == first => Ok(Ran { seconds, fetched: first, again }),
            now => Err(format!("it brought {} messages a second time", now.saturating_sub(first))),
        }
    }

    fn seconds(&self, account: &Account, root: &Path) -> Result<f64, String> {
        let mut command = (self.tell)(&self.path, account, root).map_err(|error| error.to_string())?;
        command.env("HOME", root).stdin(Stdio::null());
        let began = Instant::now();
        let output = command.output().map_err(|error| format!("it does not start: {error}"))?;
        let seconds = began.elapsed().as_secs_f64();
        if output.status.success() {
            return Ok(seconds);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("{}: {}", output.status, said.lines().last().unwrap_or_default()))
    }
}

/// Into one file, which is quicker for it than a program for each message.
fn fetchmail(program: &str, account: &Account, root: &Path) -> io::Result<Command> {
    let config = root.join("fetchmailrc");
    let Account { host, pop3_port, login, password, .. } = account;
    let text = format!(
        "poll {host} with proto POP3 port {pop3_port}\n  user \"{login}\" there with password \"{password}\" \
         sslproto '' is mail here\n  keep fetchall bsmtp {}\n",
        root.join("mail").display()
    );
    fs::write(&config, text)?;
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600))?;
    let mut command = Command::new(program);
    command.arg("-f").arg(config).args(["--nodetach", "--nosyslog", "--silent"]);
    command.arg("--pidfile").arg(root.join("pid")).env("FETCHMAILHOME", root);
    Ok(command)
}

fn getmail(program: &str, account: &Account, root: &Path) -> io::Result<Command> {
    let maildir = root.join("mail");
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(part))?;
    }
    // It delivers nothing as root.
    let is_root = fs::metadata(root)?.uid() == 0;
    if is_root {
        Command::new("chown").args(["-R", "mail:mail"]).arg(&maildir).status()?;
    }
    let user = if is_root { "user = mail\n" } else { "" };
    let Account { host, pop3_port, login, password, .. } = account;
    let text = format!(
        "[retriever]\ntype = SimplePOP3Retriever\nserver = {host}\nport = {pop3_port}\nusername = {login}\n\
         password = {password}\n\n[destination]\ntype = Maildir\npath = {}/\n{user}\n\
         [options]\nread_all = true\ndelete = false\nverbose = 0\n",
        maildir.display()
    );
    fs::write(root.join("getmailrc"), text)?;
    let mut command = Command::new(program);
    command.arg("--getmaildir").arg(root);
    Ok(command)
}

fn migrate(program: &str, account: &Account, root: &Path) -> io::Result<Command> {
    let Account { host, pop3_port, login, password, .. } = account;
    let mut command = Command::new(program);
    command.args(["migrate", &format!("pop3://{login}@{host}:{pop3_port}")]);
    command.arg(format!("dir:{}", root.join("mail").display()));
    command.args(["--tls", "off", "--quiet", "--source-password-env", "WORD"]).env("WORD", password);
    command.arg("--state").arg(root.join("state"));
    Ok(command)
}

/// Each message of a file of SMTP commands begins with DATA.
fn in_one_file(root: &Path) -> io::Result<u64> {
    let text = fs::read(root.join("mail"))?;
    Ok(text.split(|byte| *byte == b'\n').filter(|line| line.trim_ascii_end() == b"DATA").count() as u64)
}

/// Files in Maildirs, wherever they are.
fn files(root: &Path) -> io::Result<u64> {
    let mut count = 0;
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            count += files(&path)?;
        } else {
            let room = root.file_name().unwrap_or_default();
            count += u64::from(room == "cur" || room == "new");
        }
    }
    Ok(count)
}
