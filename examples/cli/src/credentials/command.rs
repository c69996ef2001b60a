//! Passwords and tokens that a command writes. Nothing of what it writes is ever shown.

use super::{Account, first_line, no_password};
use omm::{
    Error, ErrorKind, Result, Secret,
    core::error::{Retry, Side},
};
use std::{process::Stdio, time::Duration};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

/// Somebody may have to find a key or to touch a token; a command that takes longer keeps the migration.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any token; who writes more is not heard to the end, and fails.
const LONGEST: usize = 64 << 10;
/// EX_TEMPFAIL of sysexits.h: ask again later.
const TEMPORARY: i32 = 75;

/// Runs the command and gives the first line of what it writes. It is told for whom, and whether the former secret was
/// refused, so that it gets a new one instead of one that it keeps.
pub(super) async fn secret_of(command: &str, account: &Account, is_refused: bool) -> Result<Secret> {
    let mut shell = shell(command);
    shell.env("OMM_LOGIN", &account.login).env("OMM_SERVER", &account.server);
    if is_refused {
        shell.env("OMM_SECRET_REFUSED", "1");
    }
    // What goes to standard error may hold the secret as well.
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let written = timeout(PATIENCE, run(shell)).await.unwrap_or_else(|_| {
        let seconds = PATIENCE.as_secs();
        Err(failed(format!("its command has written nothing and not ended within {seconds} s")))
    })?;
    first_line(written).ok_or_else(|| failed("its command has written nothing".to_owned()))
}

async fn run(mut shell: Command) -> Result<Secret> {
    let broken = |cause: std::io::Error| failed("its command cannot be run".to_owned()).caused_by(cause);
    let mut child = shell.spawn().map_err(broken)?;
    // As large as it can become, so that no copy is left behind by growing.
    let mut written = Vec::with_capacity(LONGEST);
    if let Some(output) = child.stdout.take() {
        output.take(LONGEST as u64).read_to_end(&mut written).await.map_err(broken)?;
    }
    let status = child.wait().await.map_err(broken)?;
    let written = String::from_utf8(written).map(Secret::new);
    if !status.success() {
        let error = failed(format!("its command has ended with {status}; run it by hand to see why"));
        let is_temporary = status.code() == Some(TEMPORARY);
        return Err(if is_temporary { error.retry(Retry::Backoff) } else { error });
    }
    written.map_err(|_| no_password("what its command writes is no text".to_owned()))
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Credentials, Side::Host, "find the password", message)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn ask(command: &str, is_refused: bool) -> Result<Secret> {
        let account = Account { login: "anna".to_owned(), server: "mail.example".to_owned() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(secret_of(command, &account, is_refused))
    }

    #[test]
    fn the_first_line_is_the_secret() {
        for (command, is_refused, expected) in [
            ("printf 'pass word \\r\\nsecond'", false, "pass word "),
            ("echo $OMM_LOGIN at $OMM_SERVER$OMM_SECRET_REFUSED", false, "anna at mail.example"),
            ("echo refused=$OMM_SECRET_REFUSED", true, "refused=1"),
        ] {
            assert_eq!(ask(command, is_refused).unwrap().expose(), expected, "{command}");
        }
    }

    #[test]
    fn a_command_that_fails_says_so_and_nothing_of_what_it_wrote() {
        for (command, retry, says) in [
            ("echo geheim; exit 3", Retry::Never, "exit status: 3"),
            ("echo geheim >&2; exit 75", Retry::Backoff, "exit status: 75"),
            ("true", Retry::Never, "written nothing"),
            ("yes geheim | head -c 1000000", Retry::Never, "exit status"),
            ("printf '\\377geheim'", Retry::Never, "no text"),
        ] {
            let error = ask(command, false).expect_err(command);
            assert_eq!(error.retry_advice(), retry, "{error}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(says) && !shown.contains("geheim"), "{shown}");
        }
    }
}
