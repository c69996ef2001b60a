//! Power cuts for real: the program is killed at random moments in one migration between two servers, then left to
//! finish. `OMM_KILLS`, `OMM_MESSAGES` and `OMM_RTT_MS` make it longer; the soak does.

use crate::{
    post::{in_the_clear, messages, or_skip},
    world::{End, World},
};
use omm_testkit::servers::{
    Account, DelayProxy, Dovecot, Settings,
    corpus::{Corpus, Shape},
    witness::{Witness, assert_identical},
};
use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn killed_again_and_again_and_nothing_is_lost_or_twice() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (kills, count) = (asked("OMM_KILLS", 8), asked("OMM_MESSAGES", 800));
    let far = Duration::from_millis(asked("OMM_RTT_MS", 0));
    let corpus = match count {
        0..5_000 => Corpus::new(Shape { messages: usize::try_from(count).unwrap(), ..Shape::default() }),
        many => Corpus::large(usize::try_from(many).unwrap(), 200 << 20),
    };
    let port = |account: &Account| DelayProxy::start(account.port, far).unwrap();
    let from = dovecot.fresh_user();
    let mut witness = Witness::enter(&from).unwrap();
    witness.fill(&corpus).unwrap();
    witness.leave().unwrap();
    let source_way = port(&from);
    let source = from.clone().through(source_way.port());

    let clean = World::new();
    let to = dovecot.fresh_user();
    let way = port(&to);
    let began = Instant::now();
    finish(&clean, &source, &to.clone().through(way.port()));
    let whole = began.elapsed();
    let all_bytes = way.bytes().0;
    assert_same(&from, &to);
    // A run that finds nothing to do: so long it takes to get as far as the first copy.
    let began = Instant::now();
    finish(&clean, &source, &to.clone().through(way.port()));
    let start = began.elapsed();

    let world = World::new();
    let to = dovecot.fresh_user();
    let there = to.clone().through(way.port());
    let (mut killed, mut in_motion, mut before, mut dice) = (0, 0, 0, 0x2545_f491_4f6c_dd1d_u64);
    let mut random = |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below.max(1)
    };
    let mut reach = 2 * all_bytes / kills;
    while killed < kills {
        // One in four while it logs in, lists and settles what was left; the others after so many bytes more were sent.
        let moment = if killed % 4 == 3 {
            Moment::After(Duration::from_micros(random(u64::try_from(start.as_micros()).unwrap())))
        } else {
            Moment::Sent(random(reach))
        };
        if !runs_until(&world, &source, &there, &way, moment) {
            // It came to its end between two kills: what it made must be right, and there is nothing left to kill.
            break;
        }
        killed += 1;
        let now = messages(&dovecot, &to);
        in_motion += u64::from(now > before);
        before = now;
        // The last kill shall come when four fifths are done: all of them in one migration.
        let planned =
            corpus.messages() * 4 / 5 * usize::try_from(killed).unwrap() / usize::try_from(kills).unwrap();
        reach = if now > planned { reach * 4 / 5 } else { reach * 5 / 4 };
        reach = reach.clamp(10_000, all_bytes);
    }
    println!(
        "{killed} kills in one migration of {} messages, {in_motion} after new copies, {before} there at the last, \
         {far:?} away; undisturbed it takes {whole:?}, a run with nothing to do {start:?}",
        corpus.messages()
    );
    assert!(
        killed >= kills / 4 && in_motion > 0,
        "{killed} kills, {in_motion} in motion: the test shows nothing"
    );
    // Whatever is left to do, and once more when nothing is.
    for _ in 0..2 {
        finish(&world, &source, &there);
        assert_same(&from, &to);
    }
}

fn assert_same(from: &Account, to: &Account) {
    let look = |account: &Account| Witness::look(account).unwrap().without_roles();
    assert_identical(&look(from), &look(to));
}

fn finish(world: &World, from: &Account, to: &Account) {
    let end = End::of(in_the_clear(world, "migrate", from, to).arg("--quiet").output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
}

/// When the program is killed.
#[derive(Clone, Copy)]
enum Moment {
    After(Duration),
    /// After it has sent so many bytes to the destination.
    Sent(u64),
}

/// Whether it was still at work when it was killed.
fn runs_until(world: &World, from: &Account, to: &Account, way: &DelayProxy, moment: Moment) -> bool {
    let mut omm = in_the_clear(world, "migrate", from, to);
    let sent = way.bytes().0;
    let mut child = omm.arg("--quiet").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let has_come = || match moment {
        Moment::After(delay) => began.elapsed() >= delay,
        Moment::Sent(bytes) => way.bytes().0 - sent >= bytes,
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
