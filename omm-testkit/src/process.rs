//! What Linux says of processes: their memory and their processor time. Elsewhere it says nothing, which each function shows.

use std::{fs, path::Path};

/// The kernel counts in so many parts of a second, whatever its own clock does (USER_HZ).
const TICKS: f64 = 100.0;

/// The most memory that a process has had since it began, in KiB. The kernel keeps the mark, so that the last look before
/// the end is as good as any. Nothing when the process is over.
pub fn peak_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.trim().trim_end_matches(" kB").parse().ok()
}

/// The same of the process that asks.
pub fn own_peak_kib() -> Option<u64> {
    peak_kib(std::process::id())
}

/// Seconds of processor that a process has had, user and system, of all its threads, and of the children that have ended and were
/// waited for; in steps of ten milliseconds. Nothing when the process is over.
pub fn processor(process: u32) -> Option<f64> {
    let stat = stat(process)?;
    let ticks: u64 = stat.split(' ').skip(11).take(4).filter_map(|word| word.parse::<u64>().ok()).sum();
    Some(ticks as f64 / TICKS)
}

/// The same of a process and all below it.
pub fn processor_of_all(process: u32) -> f64 {
    processor(process).unwrap_or(0.0) + children(process).into_iter().map(processor_of_all).sum::<f64>()
}

/// Processor time that the whole machine has spent since it began, other than waiting.
pub fn processor_of_machine() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let numbers: Vec<f64> =
        text.lines().next().unwrap_or("").split_whitespace().filter_map(|word| word.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal
    let busy = numbers.iter().take(8).enumerate().filter(|(at, _)| *at != 3 && *at != 4);
    busy.map(|(_, ticks)| ticks / TICKS).sum()
}

/// The most memory that each of a process and all below it has had, those that run now together; in KiB.
pub fn memory_of_all(process: u32) -> u64 {
    peak_kib(process).unwrap_or(0) + children(process).into_iter().map(memory_of_all).sum::<u64>()
}

/// Whether a process has ended and still waits for somebody to ask how. Its counters are final then.
pub fn has_ended(process: u32) -> bool {
    stat(process).is_none_or(|stat| stat.starts_with(['Z', 'X']))
}

fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let listed = |thread: &Path| fs::read_to_string(thread.join("children")).unwrap_or_default();
    let texts: Vec<String> = threads.flatten().map(|thread| listed(&thread.path())).collect();
    texts.iter().flat_map(|text| text.split_whitespace()).filter_map(|word| word.parse().ok()).collect()
}

/// What follows the name, which stands in parentheses and may hold anything: the state first.
fn stat(process: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(text.rsplit_once(") ")?.1.to_owned())
}
