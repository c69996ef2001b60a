//! A server process that never outlives us, however we end.
//!
//! A destructor does not run when a test is killed. So the server's parent is a shell that waits for the end of its
//! standard input, a pipe that only we hold: the kernel closes it when we are gone, by whatever signal, and the shell
//! ends the server and removes what it wrote.

use std::{
    fs, io,
    net::{SocketAddr, TcpStream},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// `$1` the signal that ends the server, `$2` the directory to remove, `$3`… the server in the foreground. It leads a
/// process group of its own, and all of that gets the signal. Usually it is killed: what it wrote is thrown away, so there
/// is nothing to say goodbye for, and Dovecot's children would stay with an open session for ten seconds.
const SHELL: &str = r#"
signal=$1; directory=$2; shift 2
setsid "$@" </dev/null >"$directory/output" 2>&1 &
server=$!
echo "$server" >"$directory/leash.part"; mv "$directory/leash.part" "$directory/leash"
read -r _
kill -s "$signal" -- "-$server" 2>/dev/null
kill -s "$signal" "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf -- "$directory"
"#;
const PATIENCE: Duration = Duration::from_secs(20);

/// Holds a server; dropping it ends the server and waits for that.
#[derive(Debug)]
pub(super) struct Leash(Child);

impl Leash {
    /// Starts `server`, which must stay in the foreground, and waits until it takes connections there.
    ///
    /// # Errors
    /// The last lines that the server printed, when it ended or did not listen in time.
    pub(super) fn start(directory: &Path, server: &[&str], address: SocketAddr) -> io::Result<Self> {
        let is_up = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        Self::start_until(directory, server, "KILL", is_up)
    }

    /// The same, until `is_up`; in the end the server gets `signal`.
    ///
    /// # Errors
    /// As above.
    pub(super) fn start_until(
        directory: &Path,
        server: &[&str],
        signal: &str,
        is_up: impl Fn() -> bool,
    ) -> io::Result<Self> {
        let child = Command::new("sh")
            .args(["-c", SHELL, "leash", signal])
            .arg(directory)
            .args(server)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C is for the test; the pipe tells the shell.
            .process_group(0)
            .spawn()?;
        let leash = Self(child);
        let began = Instant::now();
        loop {
            let is_up = is_up();
            match server_process(directory) {
                Some(process) if has_ended(process) => return Err(said(directory, "ended at once")),
                Some(_) if is_up => return Ok(leash),
                _ if began.elapsed() > PATIENCE => return Err(said(directory, "does not listen")),
                _ => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// Tries again and again what a server that has just begun may not do yet.
///
/// # Errors
/// The last one, when patience ends.
pub(super) fn patiently(attempt: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let began = Instant::now();
    loop {
        match attempt() {
            Err(_) if began.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(10)),
            answer => return answer,
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Nothing can be done about a shell that cannot be waited for.
        let _ = self.0.wait();
    }
}

/// The server's process, as the shell wrote it down.
pub(super) fn server_process(directory: &Path) -> Option<u32> {
    fs::read_to_string(directory.join("leash")).ok()?.trim().parse().ok()
}

/// Gone, or a zombie that its shell has not waited for yet.
fn has_ended(process: u32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else {
        // Where there is no /proc, patience decides.
        return Path::new("/proc/self").exists();
    };
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['Z', 'X']))
}

fn said(directory: &Path, what: &str) -> io::Error {
    let mut last = String::new();
    for log in ["output", "log"] {
        let text = fs::read(directory.join(log)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().rev().take(3).collect();
        lines.into_iter().rev().for_each(|line| last = format!("{last}; {line}"));
    }
    io::Error::other(format!("{what}{last}"))
}
