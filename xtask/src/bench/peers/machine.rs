//! The machine that measured: figures without it say nothing.

use std::{fs, process::Command, thread};

/// In one line: processors, memory, system.
pub(super) fn described() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GB of memory", (kib * 1024).div_ceil(1_000_000_000)));
    let system = Command::new("uname").arg("-sr").output().ok();
    let system = system.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let system = system.unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{cores} processors ({model}){memory}, {system}")
}

/// The first line `name : value` of a file.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
}
