//! Running other people's programs.

use std::process::{Command, Output};

/// What the program said; nothing, and a line that says so, when it is not there.
pub(crate) fn run(name: &str, command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(_) => {
            eprintln!("skipped: {name} is not installed");
            None
        }
    }
}

/// What the program said, which must have gone well.
pub(crate) fn run_well(name: &str, command: &mut Command) -> Option<String> {
    let output = run(name, command)?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {}\n{said}", output.status);
    Some(said)
}
