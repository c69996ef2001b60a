//! Where the connections of one migration are cut: made from a seed, written down when the end is wrong, and read back
//! to do that one again.

use omm_testkit::{mailbox::Random, servers::Cut};
use std::{fmt, str::FromStr};

/// One side of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Source,
    Destination,
}

/// A cut: of whichever connection to this side carries this byte, counted over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) side: Side,
    pub(crate) cut: Cut,
}

/// The cuts of one migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CutPlan {
    pub(crate) places: Vec<Place>,
    /// Whether the run ends at each cut as if its process had been killed, and is begun again; else it goes on.
    pub(crate) kills: bool,
}

/// How many bytes an undisturbed migration carries: sent by the client, and received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undisturbed {
    pub(crate) source: (u64, u64),
    pub(crate) destination: (u64, u64),
}

const SIDES: [Side; 2] = [Side::Source, Side::Destination];
/// So soon after a cut a connection logs in again, and what was left is settled.
const SOON: u64 = 700;
/// In a plan that is written down.
const KILLS: &str = "; killed";

impl Undisturbed {
    /// Plans of one cut: so many evenly spread over every byte that is carried, and as many at random.
    pub(crate) fn single(self, cuts: u64, seed: u64) -> Vec<CutPlan> {
        let mut random = Random::new(seed);
        let all = self.directions().map(|(_, bytes)| bytes).sum();
        let even = (0..cuts).map(|number| all * number / cuts);
        let places: Vec<u64> = even.chain((0..cuts).map(|_| random.below(all))).collect();
        let plan = |(number, place)| CutPlan { places: vec![place], kills: number % 2 == 1 };
        places.into_iter().filter_map(|at| self.place(at)).enumerate().map(plan).collect()
    }

    /// A plan of so many cuts, in all directions alike: at random, and one in four soon after another.
    pub(crate) fn several(self, cuts: u64, seed: u64) -> CutPlan {
        let mut random = Random::new(seed);
        let directions: Vec<(Place, u64)> = self.directions().collect();
        let mut before = vec![0; directions.len()];
        let place = |(number, at): (u64, usize)| {
            let (place, bytes) = directions[at];
            let is_soon = number >= directions.len() as u64 && random.one_in(4);
            before[at] = if is_soon { before[at] + random.below(SOON) } else { random.below(bytes) };
            place.at(before[at])
        };
        let places = (0..cuts).zip((0..directions.len()).cycle()).map(place).collect();
        CutPlan { places, kills: seed % 2 == 1 }
    }

    /// Both directions of both sides, each as a cut at its first byte, and how many bytes there are.
    fn directions(self) -> impl Iterator<Item = (Place, u64)> {
        SIDES.into_iter().flat_map(move |side| {
            let (sent, received) = if side == Side::Source { self.source } else { self.destination };
            let place = |cut| Place { side, cut };
            [(place(Cut::AfterSent(0)), sent), (place(Cut::AfterReceived(0)), received)]
        })
    }

    /// The place of this byte, when all that is carried is laid end to end.
    fn place(self, mut at: u64) -> Option<Place> {
        for (place, bytes) in self.directions() {
            if at < bytes {
                return Some(place.at(at));
            }
            at -= bytes;
        }
        None
    }
}

impl Place {
    /// The same direction of the same side, there.
    fn at(self, bytes: u64) -> Self {
        let cut = match self.cut {
            Cut::AfterSent(_) => Cut::AfterSent(bytes),
            Cut::AfterReceived(_) => Cut::AfterReceived(bytes),
            Cut::Never => Cut::Never,
        };
        Self { cut, ..self }
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
            write!(f, "{comma}{side} {word} {bytes}")?;
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
            let [side, word, bytes] = words[..] else { return None };
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
            Some(Place { side, cut })
        };
        let places: Option<Vec<Place>> = text.trim_end_matches(KILLS).split(',').map(place).collect();
        places
            .map(|places| Self { places, kills })
            .ok_or_else(|| format!("{text:?} is not like \"source sent 99, destination received 9\""))
    }
}

#[test]
fn a_plan_can_be_written_down_and_read_back() {
    let undisturbed = Undisturbed { source: (10, 12), destination: (50, 2) };
    for (at, place) in [
        (9, "source sent 9"),
        (10, "source received 0"),
        (22, "destination sent 0"),
        (73, "destination received 1"),
    ] {
        let places = undisturbed.place(at).into_iter().collect();
        assert_eq!(CutPlan { places, kills: false }.to_string(), place);
    }
    assert_eq!(undisturbed.place(74), None);
    for seed in [1, 2] {
        let plan = undisturbed.several(6, seed);
        assert_eq!((plan.places.len(), plan.to_string().parse()), (6, Ok(plan)));
    }
    assert!("source never 0".parse::<CutPlan>().is_err());
}
