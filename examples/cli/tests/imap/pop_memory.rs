//! A large maildrop in little memory, and nothing to do the second time. `OMM_MESSAGES` makes it larger; the soak does.

use crate::{
    asked,
    maildrop::{Maildrop, must_be_same, texts, texts_below},
    post::or_skip,
    world::World,
};
use omm_testkit::servers::{Dovecot, Settings};
use std::{
    fs::{self, File},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// What `--memory-limit 32M` may cost in all: bodies, ledger, program.
const MOST_KIB: u64 = 64 << 10;

#[test]
fn a_large_maildrop_to_a_mail_server() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (maildrop, world, to) = (large(&dovecot), World::new(), dovecot.fresh_user());
    for (run, copied) in runs(&maildrop) {
        measured(run, &world, copied, maildrop.to_mail(&world, &to));
        must_be_same(&maildrop.texts, &texts(&to));
    }
}

#[test]
fn a_large_maildrop_to_a_folder() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (maildrop, world) = (large(&dovecot), World::new());
    for (run, copied) in runs(&maildrop) {
        measured(run, &world, copied, maildrop.to_folder(&world));
        must_be_same(&maildrop.texts, &texts_below(&world.path("copies/INBOX")));
    }
}

fn large(dovecot: &Dovecot) -> Maildrop<'_> {
    Maildrop::filled(dovecot, asked("OMM_MESSAGES", 2_000), Duration::ZERO)
}

/// What each is called, and how many bodies it brings.
fn runs(maildrop: &Maildrop<'_>) -> [(&'static str, usize); 2] {
    [("first run", maildrop.texts.len()), ("no change", 0)]
}

/// Runs the program, with an eye on its memory, until it says that it has copied so many.
fn measured(run: &str, world: &World, copied: usize, mut omm: Command) {
    let said = world.path("said");
    omm.args(["--memory-limit", "32M", "--json"]).stdout(File::create(&said).unwrap());
    let began = Instant::now();
    let peak = peak(omm.stderr(Stdio::inherit()).spawn().unwrap());
    println!("{run}: {copied} messages, peak {:.1} MiB in {:?}", peak as f64 / 1024.0, began.elapsed());
    let said = fs::read_to_string(said).unwrap();
    let report: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(report["totals"]["copied"], copied, "{report}");
    if cfg!(target_os = "linux") {
        assert!((1..=MOST_KIB).contains(&peak), "{run}: {peak} KiB, of {MOST_KIB} KiB at most");
    } else {
        println!("skipped: only Linux tells the peak of another process");
    }
}

/// The high-water mark of a process in KiB. The kernel keeps it, so the last look before the end is as good as any.
fn peak(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = mark.and_then(|mark| mark.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kib.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return peak;
        }
        sleep(Duration::from_millis(10));
    }
}
