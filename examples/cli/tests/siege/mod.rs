//! Power cuts for real: the program is killed at random moments in one migration, then left to finish. `OMM_KILLS`,
//! `OMM_MESSAGES` and `OMM_RTT_MS` make it longer; the soak does.

use crate::world::{End, World};
use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A number that a variable may make larger: the soak does.
pub(crate) fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What is besieged: migrations from one account, each to a place of its own, and how they are judged.
pub(crate) trait Siege {
    /// Where the copies go.
    type Place;

    /// How many messages there are to copy.
    fn messages(&self) -> usize;

    /// A place that nobody has written to yet.
    fn fresh(&self) -> Self::Place;

    /// The program, told to migrate to there.
    fn omm(&self, world: &World, to: &Self::Place) -> Command;

    /// How many bytes were carried to there so far; as a difference while one program is at work.
    fn carried(&self, world: &World, to: &Self::Place) -> u64;

    /// How many copies are there.
    fn copies(&self, world: &World, to: &Self::Place) -> usize;

    /// Panics unless there is what must be there, and nothing twice.
    fn judge(&self, world: &World, to: &Self::Place);
}

/// How long a migration is and how many bytes it carries when nobody disturbs it; and so a run that finds nothing to do,
/// which tells when the first copy can come.
struct Pace {
    whole: Duration,
    bytes: u64,
    start: Duration,
    start_bytes: u64,
}

/// When the program is killed.
#[derive(Clone, Copy)]
enum Moment {
    After(Duration),
    /// After so many bytes more were carried: anywhere, in the middle of a copy too, but also while doubts are settled.
    Carried(u64),
    /// As soon as there are more copies, however long it settles before it makes one.
    Copied,
}

pub(crate) fn distance() -> Duration {
    Duration::from_millis(asked("OMM_RTT_MS", 0))
}

/// Kills the program again and again in one migration, until four fifths are done.
pub(crate) fn besiege<S: Siege>(siege: &S) {
    let pace = undisturbed(siege);
    let (kills, messages) = (asked("OMM_KILLS", 8), siege.messages());
    let (world, to) = (World::new(), siege.fresh());
    let (mut killed, mut in_motion, mut before, mut dice) = (0, 0, 0, 0x2545_f491_4f6c_dd1d_u64);
    let mut random = |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below.max(1)
    };
    let mut reach = 2 * pace.bytes / kills;
    while killed < kills {
        let moment = match killed % 4 {
            // While it logs in, lists and settles what was left.
            3 => Moment::After(Duration::from_micros(random(u64::try_from(pace.start.as_micros()).unwrap()))),
            1 => Moment::Copied,
            _ => Moment::Carried(pace.start_bytes + random(reach)),
        };
        if !runs_until(siege, &world, &to, moment) {
            // It came to its end between two kills: what it made must be right, and there is nothing left to kill.
            break;
        }
        killed += 1;
        let now = siege.copies(&world, &to);
        in_motion += u64::from(now > before);
        before = now;
        // The last kill shall come when four fifths are done: all of them in one migration.
        let planned = messages * 4 / 5 * usize::try_from(killed).unwrap() / usize::try_from(kills).unwrap();
        reach = if now > planned { reach * 4 / 5 } else { reach * 2 };
        reach = reach.clamp(10_000, pace.bytes.max(10_000));
    }
    println!(
        "{killed} kills in one migration of {messages} messages, {in_motion} after new copies, {before} there at the \
         last, {:?} away; undisturbed it takes {:?}, a run with nothing to do {:?}",
        distance(),
        pace.whole,
        pace.start
    );
    assert!(
        killed >= kills / 4 && in_motion > 0,
        "{killed} kills, {in_motion} in motion: the test shows nothing"
    );
    // Whatever is left to do, and once more when nothing is.
    for _ in 0..2 {
        finish(siege, &world, &to);
        siege.judge(&world, &to);
    }
}

fn undisturbed<S: Siege>(siege: &S) -> Pace {
    let (world, to) = (World::new(), siege.fresh());
    let timed = || {
        let (began, carried) = (Instant::now(), siege.carried(&world, &to));
        finish(siege, &world, &to);
        (began.elapsed(), siege.carried(&world, &to) - carried)
    };
    let (whole, bytes) = timed();
    siege.judge(&world, &to);
    let (start, start_bytes) = timed();
    Pace { whole, bytes, start, start_bytes }
}

fn finish<S: Siege>(siege: &S, world: &World, to: &S::Place) {
    let end = End::of(siege.omm(world, to).arg("--quiet").output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
}

/// Whether it was still at work when it was killed.
fn runs_until<S: Siege>(siege: &S, world: &World, to: &S::Place, moment: Moment) -> bool {
    let mut omm = siege.omm(world, to);
    let (carried, copies) = (siege.carried(world, to), siege.copies(world, to));
    let mut child = omm.arg("--quiet").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let has_come = || match moment {
        Moment::After(delay) => began.elapsed() >= delay,
        Moment::Carried(bytes) => siege.carried(world, to).saturating_sub(carried) >= bytes,
        Moment::Copied => siege.copies(world, to) > copies,
    };
    while !has_come() {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: the program is not asked.
    child.kill().unwrap();
    !child.wait().unwrap().success()
}
