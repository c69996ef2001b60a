//! Plays a story undisturbed, then once for every cut.

use super::{Account, End, Kept, Scenario, Time, When, World, scenario::Act};
use omm_core::{
    Result,
    engine::{UndoOptions, UndoOutcome},
    error::ErrorKind,
    journal::PointState,
    model::SyncPoint,
};

/// How much was covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cuts {
    /// Durable steps of the undisturbed story.
    pub steps: u64,
    /// How often it was cut and resumed.
    pub cuts: u64,
}

/// Plays a story: undisturbed; once more (which must change nothing); and cut before and after every
/// `stride`-th durable step, resumed and finished, the end compared.
///
/// # Panics
/// When an end differs, an operation fails, or the story's own check does not hold; the message names the cut.
pub fn step_stop<S: Account, D: Account, T: Time, J: Kept>(
    scenario: &Scenario<S, D, T, J>,
    stride: u64,
) -> Cuts {
    cut_everywhere(scenario, stride, None)
}

/// As [`step_stop`], but the resumed operation is cut a second time, `apart` steps later: recovery itself is
/// interrupted.
///
/// # Panics
/// As [`step_stop`].
pub fn step_stop_twice<S: Account, D: Account, T: Time, J: Kept>(
    scenario: &Scenario<S, D, T, J>,
    stride: u64,
    apart: u64,
) -> Cuts {
    cut_everywhere(scenario, stride, Some(apart.max(1)))
}

fn cut_everywhere<S: Account, D: Account, T: Time, J: Kept>(
    scenario: &Scenario<S, D, T, J>,
    stride: u64,
    apart: Option<u64>,
) -> Cuts {
    let clean = play(scenario, None);
    let (steps, end) = (clean.fuse.steps(), End::of(&clean, scenario.as_sets));
    check_settled(scenario, &clean, &end);
    let mut cuts = 0;
    for step in (1..=steps).step_by(usize::try_from(stride.max(1)).unwrap_or(1)) {
        for when in [When::Before, When::After] {
            let world = play(scenario, Some(Cut { step, when, apart }));
            let differences = end.differences(&End::of(&world, scenario.as_sets));
            assert!(
                differences.is_empty(),
                "{}: cut {when:?} step {step} of {steps}, again {apart:?}, the end differs:\n{}",
                scenario.name,
                differences.join("\n")
            );
            check_settled(scenario, &world, &end);
            cuts += 1;
        }
    }
    Cuts { steps, cuts }
}

/// Another run writes nothing to the destination and changes nothing.
fn check_settled<S: Account, D: Account, T: Time, J: Kept>(
    scenario: &Scenario<S, D, T, J>,
    world: &World<S, D, T, J>,
    end: &End,
) {
    if !scenario.settles {
        return;
    }
    let before = world.fuse.destination_steps();
    let again = world.clock.run(world.migration().run());
    assert!(again.is_ok(), "{}: another run failed: {again:?}", scenario.name);
    let differences = end.differences(&End::of(world, scenario.as_sets));
    assert!(
        differences.is_empty(),
        "{}: another run changed something:\n{}",
        scenario.name,
        differences.join("\n")
    );
    let writes = world.fuse.destination_steps() - before;
    assert_eq!(writes, 0, "{}: another run wrote to the destination", scenario.name);
}

/// Where a story is cut, and how many steps after that once more.
#[derive(Clone, Copy, Debug)]
struct Cut {
    step: u64,
    when: When,
    apart: Option<u64>,
}

fn play<S: Account, D: Account, T: Time, J: Kept>(
    scenario: &Scenario<S, D, T, J>,
    cut: Option<Cut>,
) -> World<S, D, T, J> {
    let world = (scenario.world)();
    if let Some(cut) = cut {
        world.fuse.arm(cut.step, cut.when);
    }
    // The first sync point of each run act.
    let mut points = Vec::new();
    for (at, act) in scenario.acts.iter().enumerate() {
        let place = || format!("{}: act {} ({}), cut {cut:?}", scenario.name, at + 1, act.name());
        match act {
            Act::User(act) => act(&world),
            Act::Run(fails) => {
                points.push(next_point(&world));
                let result = resumed(&world, cut, || async { world.migration().run().await.map(drop) });
                check_result(result, *fails, &place());
            }
            Act::Retry => {
                points.push(next_point(&world));
                let result = resumed(&world, cut, || async { world.migration().retry().await.map(drop) });
                check_result(result, None, &place());
            }
            Act::Undo(from_run) => undo(&world, points[from_run - 1], cut, &place()),
        }
    }
    let _naming = Naming(scenario.name, cut);
    scenario.ends.iter().for_each(|check| check(&world));
    world
}

/// Says which story was playing when its own check failed.
struct Naming(&'static str, Option<Cut>);

impl Drop for Naming {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the story {:?}, cut {:?}", self.0, self.1);
        }
    }
}

/// Does an operation; if it was cut, mends the fuse and does it again.
fn resumed<S, D, T, J, R, Doing>(
    world: &World<S, D, T, J>,
    cut: Option<Cut>,
    operation: impl Fn() -> Doing,
) -> R
where
    T: Time,
    Doing: Future<Output = R>,
{
    if let Some(result) = world.clock.run_until(operation(), || world.fuse.blown()) {
        return result;
    }
    world.fuse.mend();
    if let Some((cut, apart)) = cut.and_then(|cut| Some((cut, cut.apart?))) {
        world.fuse.arm(world.fuse.steps() + apart, cut.when);
        if let Some(result) = world.clock.run_until(operation(), || world.fuse.blown()) {
            world.fuse.mend();
            return result;
        }
        world.fuse.mend();
    }
    world.clock.run(operation())
}

fn check_result(result: Result<()>, fails: Option<ErrorKind>, place: &str) {
    let kind = result.as_ref().err().map(|error| error.kind());
    assert_eq!(kind, fails, "{place}: {result:?}");
}

fn undo<S: Account, D: Account, T: Time, J: Kept>(
    world: &World<S, D, T, J>,
    from: SyncPoint,
    cut: Option<Cut>,
    place: &str,
) {
    let options = UndoOptions::from(from);
    let mut dry = options.clone();
    dry.dry_run = true;
    // In the undisturbed story the preview is asked first, writes nothing, and comes true.
    let preview = cut.is_none().then(|| {
        let steps = world.fuse.steps();
        let preview = world.clock.run(world.migration().undo(&dry));
        assert_eq!(world.fuse.steps(), steps, "{place}: the preview wrote something");
        preview.unwrap_or_else(|error| panic!("{place}: the preview failed: {error}"))
    });
    let done = resumed(world, cut, || async { world.migration().undo(&options).await });
    let done = done.unwrap_or_else(|error| panic!("{place}: {error}"));
    if let Some(preview) = preview {
        let numbers = |outcome: &UndoOutcome| (outcome.deleted, outcome.missing, outcome.flags_restored);
        assert_eq!(numbers(&preview), numbers(&done), "{place}: the preview did not come true");
    }
}

/// The number the next run will have.
fn next_point<S: Account, D: Account, T: Time, J: Kept>(world: &World<S, D, T, J>) -> SyncPoint {
    let points = world.clock.run(world.journal.shared().points()).unwrap_or_default();
    match points.last() {
        Some(row) if row.state == PointState::Open => row.point,
        Some(row) => row.point.next(),
        None => SyncPoint(1),
    }
}
