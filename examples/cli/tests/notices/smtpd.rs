//! A real mail server: aiosmtpd, from PyPI. `OMM_PYTHON` names a python3 that has it: `pip install aiosmtpd`.

use omm_testkit::ca::TestCa;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;

/// The server, and what it has kept. Dropping it ends it.
pub(crate) struct Smtpd {
    folder: TempDir,
    pub(crate) port: u16,
    said: BufReader<ChildStdout>,
    child: Child,
    _input: ChildStdin,
}

impl Smtpd {
    /// Without a login in the open, with one by TLS. Nothing, and a line that says so, where there is no aiosmtpd.
    pub(crate) fn start(login: Option<(&str, &str)>) -> Option<Self> {
        let python = std::env::var_os("OMM_PYTHON").unwrap_or_else(|| "python3".into());
        let has_it = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !has_it.is_ok_and(|status| status.success()) {
            println!("skipped: python3 has no aiosmtpd (OMM_PYTHON names another; pip install aiosmtpd)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let authority = TestCa::new();
        let issued = authority.issue_for_loopback();
        for (name, text) in [
            ("ca.pem", authority.pem()),
            ("cert.pem", issued.chain_pem.clone()),
            ("key.pem", issued.key_pem.clone()),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../omm-project/tests/notify/smtpd.py");
        let mut command = Command::new(&python);
        command.arg(script).arg(folder.path()).arg(if login.is_some() { "tls" } else { "plain" });
        command.args([folder.path().join("cert.pem"), folder.path().join("key.pem")]);
        command.args(login.into_iter().flat_map(|(user, password)| [user, password]));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let input = child.stdin.take().unwrap();
        let mut server = Self { folder, port: 0, said, child, _input: input };
        server.port = server.hear("port ").parse().unwrap();
        Some(server)
    }

    /// Waits for a line that begins so; the rest of it.
    pub(crate) fn hear(&mut self, beginning: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "the mail server ended");
            if let Some(rest) = line.trim_end().strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The mails that it has kept, in their order.
    pub(crate) fn kept(&self) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files.iter().map(|path| fs::read(path).unwrap()).collect()
    }
}

impl Drop for Smtpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
