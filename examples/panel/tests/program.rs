//! The program itself: it says where it listens, and a signal ends it at a tidy place.
#![cfg(all(unix, feature = "demo"))]
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct Program {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
    _dir: tempfile::TempDir,
}

impl Program {
    fn start(more: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_omm-panel"))
            .current_dir(dir.path())
            .args(["--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        Self { child, lines: Box::new(lines), _dir: dir }
    }

    /// The address in the next line.
    fn address(&mut self) -> String {
        let line = self.lines.next().unwrap();
        line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned()
    }
}

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

// Would catch: a process that a supervisor has to kill, and a counter that visitors see.
#[test]
fn it_listens_and_a_signal_ends_it() {
    let mut program = Program::start(&["--demo", "--metrics", "127.0.0.1:0"]);
    let (address, metrics) = (program.address(), program.address());
    assert!(program.lines.next().unwrap().contains("password demonstration"));
    let page = ask(&address, "/migration/new");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Old provider (demonstration)"), "{page}");
    assert!(ask(&address, "/ready").contains("ready"));
    assert!(ask(&address, "/metrics").starts_with("HTTP/1.1 404"));
    assert!(ask(&metrics, "/metrics").contains("omm_turns_running 0"));
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(program.child.wait().unwrap().success());
    assert!(program.lines.any(|line| line.contains("stopping at a tidy place")));
}
