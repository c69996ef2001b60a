//! A password that would be known again wherever it is repeated.

use crate::world::World;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// In no file, and in no output: neither as it is nor as a server hears it.
pub(crate) const CANARY: &str = "kanari-9f3e77b1-vogel";
/// `CANARY` in base64, without what depends on what stands before and behind it.
const CODED: [&str; 3] =
    ["a2FuYXJpLTlmM2U3N2IxLXZvZ2Vs", "thbmFyaS05ZjNlNzdiMS12b2dlb", "rYW5hcmktOWYzZTc3YjEtdm9nZW"];

pub(crate) fn tells(said: &[u8]) -> bool {
    let holds = |word: &str| said.windows(word.len()).any(|part| part == word.as_bytes());
    holds(CANARY) || CODED.iter().any(|word| holds(word))
}

fn search(below: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(below).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, found);
        } else if tells(&fs::read(&path).unwrap()) {
            found.push(path.display().to_string());
        }
    }
}

#[track_caller]
pub(crate) fn state_is_silent(world: &World) {
    let mut found = Vec::new();
    search(&world.path("state"), &mut found);
    assert!(found.is_empty(), "the password is in {found:?}");
}

/// Runs it, looks at all it says and at what `ps` shows of it, and gives whether it went well.
#[track_caller]
pub(crate) fn is_silent(omm: &mut Command) -> bool {
    omm.env("RUST_BACKTRACE", "1").env("RUST_LOG", "trace").stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = omm.spawn().unwrap();
    let shown = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    let said = [shown, output.stdout, output.stderr].concat();
    assert!(!tells(&said), "{omm:?}: {}", String::from_utf8_lossy(&said));
    output.status.success()
}
