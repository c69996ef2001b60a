//! How much memory the program takes at most, as the kernel counted it.

use crate::world::World;
use omm_testkit::process::peak_kib;
use std::{
    fs::{self, File},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// What a run may cost in all unless it is told otherwise: bodies, ledger, program.
const MOST_KIB: u64 = 64 << 10;

/// Runs the program, with an eye on its memory, until it says that it has copied so many.
pub(crate) fn measured(run: &str, world: &World, copied: usize, mut omm: Command) {
    let said = world.path("said");
    omm.arg("--json").stdout(File::create(&said).unwrap());
    let began = Instant::now();
    let peak = peak(omm.stderr(Stdio::inherit()).spawn().unwrap());
    println!("{run}: {copied} items, peak {:.1} MiB in {:?}", peak as f64 / 1024.0, began.elapsed());
    let said = fs::read_to_string(said).unwrap();
    let report: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(report["totals"]["copied"], copied, "{report}");
    if cfg!(target_os = "linux") {
        assert!((1..=MOST_KIB).contains(&peak), "{run}: {peak} KiB, of {MOST_KIB} KiB at most");
    } else {
        println!("skipped: only Linux tells the peak of another process");
    }
}

/// The high-water mark of a process until it ends well, in KiB.
fn peak(mut child: Child) -> u64 {
    let mut peak = 0;
    loop {
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return peak;
        }
        sleep(Duration::from_millis(10));
    }
}
