//! Who is let in next: one waiting line per lane and part, and one order over all of them.
//!
//! The order is that of start-time fair queueing (Goyal, Vin, Cheng, 1996): whoever joins a line gets a *turn*, one
//! above the last of his part but never below the turn that was served last. So parts are served by turns however many
//! wait in each, a part's own are served as they came, and nobody waits for ever.
//!
//! Nobody hands anything to anybody. The one whose turn it is, is woken, and takes what he needs himself; whoever leaves
//! a line, served or dropped, wakes the next. So nobody who was dropped leaves anything behind.

use super::{LaneKey, LaneNow};
use event_listener::{Event, EventListener};
use std::{
    collections::{BTreeMap, HashMap},
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// A lane, by its place in the list of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LaneId(usize);

/// A part of the work; forgotten when nobody has a handle or a permit of it any more.
#[derive(Clone, Debug)]
pub(super) struct Part(Arc<PartHandle>);

#[derive(Debug)]
struct PartHandle {
    lines: Lines,
    id: u64,
    /// What this is a part of is counted for as long as this is.
    _outer: Option<Part>,
}

/// All lanes, parts and lines. Cloning gives another handle.
#[derive(Clone, Debug)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Heard by those who wait for a lane to open or to close, not for a permit.
    doors: Event,
}

#[derive(Debug)]
struct State {
    names: HashMap<LaneKey, LaneId>,
    lanes: Vec<LaneState>,
    default_limit: usize,
    parts: HashMap<u64, PartState>,
    next_part: u64,
    /// Only lines in which somebody stands.
    lines: BTreeMap<(LaneId, u64), Line>,
    next_ticket: u64,
    /// The turn that was served last.
    served: u64,
}

/// By turn, and by ticket among equal turns. A waker that was used is gone until its owner looks again.
type Line = BTreeMap<Turn, Option<Waker>>;
type Turn = (u64, u64);

#[derive(Debug)]
struct LaneState {
    limit: usize,
    open: usize,
    /// How many were let in so far.
    granted: u64,
    /// In the runtime's monotonic time.
    rest_until: Duration,
}

#[derive(Debug)]
struct PartState {
    limit: usize,
    open: usize,
    /// How many may be open on each lane, and how many are, where there are any.
    each: usize,
    on: BTreeMap<LaneId, usize>,
    /// This part and those that it is a part of, from the inside out.
    within: Vec<u64>,
    last_turn: u64,
}

impl Lines {
    /// No lanes yet, and the part that is the whole.
    pub(super) fn new(default_limit: usize) -> (Self, Part) {
        let whole = PartState::new(usize::MAX, vec![0]);
        let state = State {
            names: HashMap::new(),
            lanes: Vec::new(),
            default_limit,
            parts: HashMap::from([(0, whole)]),
            next_part: 1,
            lines: BTreeMap::new(),
            next_ticket: 0,
            served: 0,
        };
        let lines = Self(Arc::new(Shared { state: Mutex::new(state), doors: Event::new() }));
        let part = Part(Arc::new(PartHandle { lines: lines.clone(), id: 0, _outer: None }));
        (lines, part)
    }

    pub(super) fn part(&self, of: &Part, limit: usize) -> Part {
        let mut state = self.lock();
        let id = state.next_part;
        state.next_part += 1;
        let outer = state.parts.get(&of.0.id).map_or(&[][..], |part| &part.within);
        let within = [&[id], outer].concat();
        state.parts.insert(id, PartState::new(limit, within));
        Part(Arc::new(PartHandle { lines: self.clone(), id, _outer: Some(of.clone()) }))
    }

    pub(super) fn lane(&self, key: &LaneKey) -> LaneId {
        let mut state = self.lock();
        if let Some(id) = state.names.get(key) {
            return *id;
        }
        let id = LaneId(state.lanes.len());
        let limit = state.default_limit;
        state.lanes.push(LaneState { limit, open: 0, granted: 0, rest_until: Duration::ZERO });
        state.names.insert(key.clone(), id);
        id
    }

    /// Waits in line for the right to one request.
    pub(super) async fn take(&self, lane: LaneId, part: &Part) {
        let mut place: Option<Place<'_>> = None;
        poll_fn(|context| self.poll_take(&mut place, (lane, part.0.id), context)).await;
    }

    fn poll_take<'a>(
        &'a self,
        place: &mut Option<Place<'a>>,
        line: (LaneId, u64),
        context: &Context<'_>,
    ) -> Poll<()> {
        let mut state = self.lock();
        let place = place.get_or_insert_with(|| Place { lines: self, line, turn: state.turn(line.1) });
        let used = state.lines.entry(line).or_default().insert(place.turn, Some(context.waker().clone()));
        let taken = state.take(line, place.turn);
        // Outside the lock: what belongs to a waker may do anything when it is dropped.
        drop(state);
        drop(used);
        // Served, he leaves the line, which wakes the next.
        if taken { Poll::Ready(()) } else { Poll::Pending }
    }

    pub(super) fn give_back(&self, lane: LaneId, part: &Part) {
        self.change(|state| state.count(lane, part.0.id, |open| *open -= 1));
    }

    pub(super) fn set_limit(&self, lane: LaneId, limit: usize) {
        self.change(|state| state.lanes[lane.0].limit = limit);
        self.0.doors.notify(usize::MAX);
    }

    pub(super) fn set_total(&self, part: &Part, limit: usize) {
        self.change_part(part, |part| part.limit = limit);
    }

    pub(super) fn set_each(&self, part: &Part, limit: usize) {
        self.change_part(part, |part| part.each = limit);
    }

    fn change_part(&self, part: &Part, change: impl FnOnce(&mut PartState)) {
        self.change(|state| {
            state.parts.entry(part.0.id).and_modify(change);
        });
        self.0.doors.notify(usize::MAX);
    }

    pub(super) fn rest_until(&self, lane: LaneId, until: Duration) {
        self.change(|state| {
            let rest = &mut state.lanes[lane.0].rest_until;
            *rest = (*rest).max(until);
        });
        self.0.doors.notify(usize::MAX);
    }

    /// Heard at the next change of a limit or a cool-down.
    pub(super) fn doors(&self) -> EventListener {
        self.0.doors.listen()
    }

    /// Whether a limit is zero that keeps this part out of this lane.
    pub(super) fn is_shut(&self, lane: LaneId, part: &Part) -> bool {
        let state = self.lock();
        state.lanes[lane.0].limit == 0 || state.around(part.0.id).any(PartState::is_shut)
    }

    pub(super) fn rest(&self, lane: LaneId) -> Duration {
        self.lock().lanes[lane.0].rest_until
    }

    /// A lane's limit, and how many are open.
    pub(super) fn counts(&self, lane: LaneId) -> (usize, usize) {
        let state = self.lock();
        (state.lanes[lane.0].limit, state.lanes[lane.0].open)
    }

    pub(super) fn lanes(&self) -> Vec<LaneNow> {
        let state = self.lock();
        let now = |(key, id): (&LaneKey, &LaneId)| {
            let LaneState { limit, open, granted, .. } = state.lanes[id.0];
            LaneNow { key: key.clone(), limit, open, granted }
        };
        let mut lanes: Vec<LaneNow> = state.names.iter().map(now).collect();
        drop(state);
        lanes.sort_by(|one, other| one.key.cmp(&other.key));
        lanes
    }

    pub(super) fn open_in(&self, part: &Part) -> usize {
        self.lock().parts.get(&part.0.id).map_or(0, |part| part.open)
    }

    /// Changes the state and wakes the one whose turn it is now.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let next = {
            let mut state = self.lock();
            change(&mut state);
            state.next()
        };
        // Outside the lock: a waker may do anything.
        if let Some(waker) = next {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave the state half changed: every change is one short closure.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The turn of one who joins a line of this part.
    fn turn(&mut self, part: u64) -> Turn {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let served = self.served;
        let turn = self.parts.get_mut(&part).map_or(served, |part| {
            part.last_turn = served.max(part.last_turn + 1);
            part.last_turn
        });
        (turn, ticket)
    }

    /// Takes for the one with this turn, if he is the first in his line, there is room, and nobody who wants of the
    /// same room comes before him.
    fn take(&mut self, line: (LaneId, u64), turn: Turn) -> bool {
        let is_first =
            self.lines.get(&line).and_then(Line::first_key_value).map(|first| first.0) == Some(&turn);
        if !is_first || !self.has_room(line) || self.is_before(line, turn) {
            return false;
        }
        self.count(line.0, line.1, |open| *open += 1);
        self.lanes[line.0.0].granted += 1;
        self.served = self.served.max(turn.0);
        true
    }

    /// Whether somebody who could be let in, and would take of the same room, has an earlier turn.
    fn is_before(&self, line: (LaneId, u64), turn: Turn) -> bool {
        self.lines.iter().any(|(other, standing)| {
            *other != line
                && standing.first_key_value().is_some_and(|first| *first.0 < turn)
                && self.share_room(line, *other)
                && self.has_room(*other)
        })
    }

    fn has_room(&self, (lane, part): (LaneId, u64)) -> bool {
        self.lanes[lane.0].open < self.lanes[lane.0].limit
            && self.around(part).all(|part| part.has_room(lane))
    }

    fn share_room(&self, (lane, part): (LaneId, u64), (other_lane, other_part): (LaneId, u64)) -> bool {
        lane == other_lane
            || self.parts.get(&part).is_some_and(|inside| {
                let limited = |id: &&u64| self.parts.get(id).is_some_and(|part| part.limit < usize::MAX);
                let others = self.parts.get(&other_part).map_or(&[][..], |part| &part.within);
                inside.within.iter().filter(limited).any(|id| others.contains(id))
            })
    }

    /// A part and those around it.
    fn around(&self, part: u64) -> impl Iterator<Item = &PartState> {
        let within = self.parts.get(&part).map_or(&[][..], |part| &part.within);
        within.iter().filter_map(|id| self.parts.get(id))
    }

    fn count(&mut self, lane: LaneId, part: u64, change: impl Fn(&mut usize)) {
        change(&mut self.lanes[lane.0].open);
        let within = self.parts.get(&part).map(|part| part.within.clone()).unwrap_or_default();
        for id in within {
            self.parts.entry(id).and_modify(|part| part.count(lane, &change));
        }
    }

    /// Of those for whom there is room and who were not woken yet, the one with the earliest turn.
    fn next(&mut self) -> Option<Waker> {
        let asleep = |standing: &Line| {
            standing.first_key_value().and_then(|(turn, waker)| waker.is_some().then_some(*turn))
        };
        let waiting = self.lines.iter().filter_map(|(line, standing)| Some((asleep(standing)?, *line)));
        let (_, line) = waiting.filter(|(_, line)| self.has_room(*line)).min()?;
        self.lines.get_mut(&line)?.first_entry()?.get_mut().take()
    }
}

impl PartState {
    fn new(limit: usize, within: Vec<u64>) -> Self {
        Self { limit, open: 0, each: usize::MAX, on: BTreeMap::new(), within, last_turn: 0 }
    }

    fn is_shut(&self) -> bool {
        self.limit == 0 || self.each == 0
    }

    fn has_room(&self, lane: LaneId) -> bool {
        self.open < self.limit && self.on.get(&lane).is_none_or(|open| *open < self.each) && self.each > 0
    }

    fn count(&mut self, lane: LaneId, change: impl Fn(&mut usize)) {
        change(&mut self.open);
        let on = self.on.entry(lane).or_default();
        change(on);
        if *on == 0 {
            self.on.remove(&lane);
        }
    }
}

impl Drop for PartHandle {
    fn drop(&mut self) {
        self.lines.lock().parts.remove(&self.id);
    }
}

/// A place in a line, given up when dropped.
struct Place<'a> {
    lines: &'a Lines,
    line: (LaneId, u64),
    turn: Turn,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut used = None;
        self.lines.change(|state| {
            let standing = state.lines.get_mut(&self.line);
            used = standing.and_then(|standing| standing.remove(&self.turn));
            if state.lines.get(&self.line).is_some_and(BTreeMap::is_empty) {
                state.lines.remove(&self.line);
            }
        });
        drop(used);
    }
}
