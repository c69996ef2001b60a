//! A real mail server: aiosmtpd, from PyPI. `OMM_PYTHON` names a python3 that has it: `pip install aiosmtpd`.

use crate::sockets::Sockets;
use chrono::TimeDelta;
use omm_core::{error::Side, host::Env, seam::Tls};
use omm_net::Endpoint;
use omm_project::notify::{Mailer, Sender};
use omm_testkit::ca::TestCa;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;

/// The server, and what it has kept. Dropping it ends it.
pub(crate) struct Smtpd {
    folder: TempDir,
    port: u16,
    mode: Mode,
    said: BufReader<ChildStdout>,
    child: Child,
    _input: ChildStdin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    StartTls,
    Tls,
}

impl Smtpd {
    /// Nothing, and a line that says so, where there is no aiosmtpd.
    pub(crate) fn start(mode: Mode, login: Option<(&str, &str)>) -> Option<Self> {
        let python = std::env::var_os("OMM_PYTHON").unwrap_or_else(|| "python3".into());
        let has_it = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !has_it.is_ok_and(|status| status.success()) {
            println!("skipped: python3 has no aiosmtpd (OMM_PYTHON names another; pip install aiosmtpd)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let ca = TestCa::new();
        let issued = ca.issue_for_loopback();
        for (name, text) in [
            ("ca.pem", ca.pem()),
            ("cert.pem", issued.chain_pem.clone()),
            ("key.pem", issued.key_pem.clone()),
        ] {
            std::fs::File::create(folder.path().join(name)).unwrap().write_all(text.as_bytes()).unwrap();
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/notify/smtpd.py");
        let mut command = Command::new(&python);
        command.arg(script).arg(folder.path());
        command.arg(["plain", "starttls", "tls"][mode as usize]);
        command.args([folder.path().join("cert.pem"), folder.path().join("key.pem")]);
        command.args(login.into_iter().flat_map(|(user, password)| [user, password]));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let input = child.stdin.take().unwrap();
        let mut server = Self { folder, port: 0, mode, said, child, _input: input };
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

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        let tls = [Tls::Off, Tls::StartTls, Tls::Required][self.mode as usize];
        let mut endpoint = Endpoint::new("127.0.0.1", self.port, tls, Side::Host);
        endpoint.ca_file = Some(self.folder.path().join("ca.pem"));
        endpoint
    }

    pub(crate) fn mailer(&self, env: &Env) -> Mailer {
        Mailer::new(env, self.endpoint(), &sender()).unwrap()
    }

    /// The mails that it has kept, in their order.
    pub(crate) fn kept(&self) -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files.iter().map(|path| std::fs::read(path).unwrap()).collect()
    }
}

impl Drop for Smtpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn sender() -> Sender {
    Sender { name: "Umzüge, Inc.".to_owned(), address: "noreply@bücher.example".to_owned() }
}

/// Past every lease and every wait of the first few.
pub(crate) fn much_later(runtime: &Arc<Sockets>) {
    runtime.put_forward(TimeDelta::hours(2));
}
