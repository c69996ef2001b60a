//! Where the connections of one migration are cut: made from a seed, written down when the end is wrong, and read back
//! to do that one again.

use omm_testkit::{
    mailbox::Random,
    servers::{Carried, Cut},
};
use std::{fmt, str::FromStr};

/// One side of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Source,
    Destination,
}

/// A cut: the n-th connection to this side, counted from 1, there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) side: Side,
    pub(crate) connection: u64,
    pub(crate) cut: Cut,
}

/// The cuts of one migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CutPlan {
    pub(crate) places: Vec<Place>,
    /// Whether the run ends at each cut as if its process had been killed, and is begun again; else it goes on.
    pub(crate) kills: bool,
}

/// What the connections of an undisturbed migration carried, in the order in which they were made.
#[derive(Clone, Debug)]
pub(crate) struct Undisturbed {
    pub(crate) source: Vec<Carried>,
    pub(crate) destination: Vec<Carried>,
}

const SIDES: [Side; 2] = [Side::Source, Side::Destination];
/// Of a session, the part in which it logs in, and in which a run settles what was left.
const BEGINNING: u64 = 700;
/// In a plan that is written down.
const KILLS: &str = "; killed";

impl Undisturbed {
    /// Plans of one cut: so many evenly spread over every byte that is carried, and as many at random.
    pub(crate) fn single(&self, cuts: u64, seed: u64) -> Vec<CutPlan> {
        let mut random = Random::new(seed);
        let all = self.bytes();
        let even = (0..cuts).map(|number| all * number / cuts);
        let places: Vec<u64> = even.chain((0..cuts).map(|_| random.below(all))).collect();
        let plan = |(number, place)| CutPlan { places: vec![place], kills: number % 2 == 1 };
        places.into_iter().filter_map(|at| self.place(at)).enumerate().map(plan).collect()
    }

    /// A plan of so many cuts: they are this far apart, on the average, that all of them come before the end. One in
    /// four comes early, while a connection logs in or a run settles what was left.
    pub(crate) fn several(&self, cuts: u64, seed: u64) -> CutPlan {
        let mut random = Random::new(seed);
        let each = cuts.div_ceil(2);
        let mut places = Vec::new();
        for side in SIDES {
            let of = |count: fn(&Carried) -> u64| self.of(side).iter().map(count).sum::<u64>() / each.max(1);
            let (sent, received) = (of(|one| one.sent), of(|one| one.received));
            for connection in 1..=each {
                let is_early = random.one_in(4);
                let mut within = |bytes: u64| random.below(if is_early { BEGINNING } else { 2 * bytes });
                let (sent, received) = (within(sent), within(received));
                let cut = if random.one_in(2) { Cut::AfterSent(sent) } else { Cut::AfterReceived(received) };
                places.push(Place { side, connection, cut });
            }
        }
        CutPlan { places, kills: seed % 2 == 1 }
    }

    fn of(&self, side: Side) -> &[Carried] {
        match side {
            Side::Source => &self.source,
            Side::Destination => &self.destination,
        }
    }

    fn bytes(&self) -> u64 {
        let all = SIDES.into_iter().flat_map(|side| self.of(side));
        all.map(|one| one.sent + one.received).sum()
    }

    /// The place of this byte, when all that was carried is laid end to end.
    fn place(&self, mut at: u64) -> Option<Place> {
        for side in SIDES {
            for (connection, one) in (1..).zip(self.of(side)) {
                for (bytes, cut) in [(one.sent, true), (one.received, false)] {
                    if at < bytes {
                        let cut = if cut { Cut::AfterSent(at) } else { Cut::AfterReceived(at) };
                        return Some(Place { side, connection, cut });
                    }
                    at -= bytes;
                }
            }
        }
        None
    }
}

impl fmt::Display for CutPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, place) in self.places.iter().enumerate() {
            let side = if place.side == Side::Source { "source" } else { "destination" };
            let (word, bytes) = match place.cut {
                Cut::AfterSent(bytes) => ("sent", bytes),
                Cut::AfterReceived(bytes) => ("received", bytes),
                Cut::Never => ("never", 0),
            };
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{side} {} {word} {bytes}", place.connection)?;
        }
        f.write_str(if self.kills { KILLS } else { "" })
    }
}

impl FromStr for CutPlan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kills = text.ends_with(KILLS);
        let place = |part: &str| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [side, connection, word, bytes] = words[..] else { return None };
            let side = match side {
                "source" => Side::Source,
                "destination" => Side::Destination,
                _ => return None,
            };
            let cut = match word {
                "sent" => Cut::AfterSent(bytes.parse().ok()?),
                "received" => Cut::AfterReceived(bytes.parse().ok()?),
                _ => return None,
            };
            Some(Place { side, connection: connection.parse().ok()?, cut })
        };
        let places: Option<Vec<Place>> = text.trim_end_matches(KILLS).split(',').map(place).collect();
        places
            .map(|places| Self { places, kills })
            .ok_or_else(|| format!("{text:?} is not like \"source 1 sent 99, destination 2 received 9\""))
    }
}

#[test]
fn a_plan_can_be_written_down_and_read_back() {
    let carried = |sent, received| Carried { sent, received };
    let undisturbed =
        Undisturbed { source: vec![carried(10, 5), carried(0, 7)], destination: vec![carried(50, 2)] };
    for (at, place) in [
        (9, "source 1 sent 9"),
        (10, "source 1 received 0"),
        (15, "source 2 received 0"),
        (22, "destination 1 sent 0"),
        (73, "destination 1 received 1"),
    ] {
        let places = undisturbed.place(at).into_iter().collect();
        assert_eq!(CutPlan { places, kills: false }.to_string(), place);
    }
    assert_eq!(undisturbed.place(74), None);
    for seed in [1, 2] {
        let plan = undisturbed.several(6, seed);
        assert_eq!((plan.places.len(), plan.to_string().parse()), (6, Ok(plan)));
    }
    assert!("source 1 never 0".parse::<CutPlan>().is_err());
}
