//! From runs to figures: pairs, their ratios, and what came of it all. Pure.

use super::{spread::Spread, told::Run};

/// The program that all are compared with.
pub(super) const OWN: &str = "omm";
pub(super) const PHASES: [&str; 3] = ["initial", "no change", "incremental"];
/// Who brought less has not done the work, and how long it took is nobody's concern.
const MOST_OF_IT: f64 = 0.9;
/// What the comparer says of two accounts that do not differ.
const IDENTICAL: &str = "identical";
/// A run is disturbed when others kept so much of a processor busy, and more than for a blink (seconds).
const DISTURBED: f64 = 0.2;
const BLINK: f64 = 0.1;

/// Everybody at one phase, one distance, between two servers.
#[derive(Debug, PartialEq)]
pub(super) struct Board {
    pub(super) between: String,
    pub(super) corpus: String,
    pub(super) rtt: u64,
    pub(super) phase: String,
    /// How many processors others kept busy meanwhile: where it is much, only ratios say something.
    pub(super) others: Option<Spread>,
    /// `omm` first.
    pub(super) rows: Vec<Row>,
}

/// One program there.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) peer: String,
    /// How many times as long as `omm` it took, pair by pair; `omm` itself has none.
    pub(super) ratio: Option<Spread>,
    /// From so many pairs: those that nobody disturbed, if there are any.
    pub(super) pairs: usize,
    /// How many there are.
    pub(super) all_pairs: usize,
    pub(super) seconds: Option<Spread>,
    pub(super) processor: Option<Spread>,
    pub(super) peak_mib: Option<f64>,
    /// Whether nobody disturbed them.
    pub(super) is_quiet: bool,
    /// What the comparer said and how it ended.
    pub(super) result: String,
    /// Whether the comparer ever found a difference.
    pub(super) differs: bool,
}

impl Board {
    /// In the order in which it was measured, phase by phase.
    pub(super) fn all(runs: &[Run]) -> Vec<Self> {
        let mut boards: Vec<Self> = Vec::new();
        for run in runs {
            if boards.iter().any(|board| board.holds(run)) {
                continue;
            }
            let mut board = Self {
                between: run.between.clone(),
                corpus: run.corpus.clone(),
                rtt: run.rtt,
                phase: run.phase.clone(),
                others: None,
                rows: Vec::new(),
            };
            let here: Vec<&Run> = runs.iter().filter(|run| board.holds(run)).collect();
            board.others = Spread::of(here.iter().map(|run| (run.others / run.seconds).max(0.0)));
            board.rows = rows(&here, runs);
            boards.push(board);
        }
        // Servers in the order in which they were measured.
        let servers = |board: &Self| runs.iter().position(|run| run.between == board.between);
        let phase = |board: &Self| PHASES.iter().position(|name| *name == board.phase);
        boards.sort_by_key(|board| (servers(board), board.rtt, phase(board)));
        boards
    }

    fn holds(&self, run: &Run) -> bool {
        (&self.between, &self.corpus, self.rtt, &self.phase)
            == (&run.between, &run.corpus, run.rtt, &run.phase)
    }
}

fn rows(here: &[&Run], all: &[Run]) -> Vec<Row> {
    let mut names = vec![OWN];
    for run in here {
        if !names.contains(&&*run.peer) {
            names.push(&run.peer);
        }
    }
    names.into_iter().map(|name| row(name, here, all)).collect()
}

fn row(name: &str, here: &[&Run], all: &[Run]) -> Row {
    let own: Vec<&Run> = here.iter().copied().filter(|run| run.peer == name).collect();
    let good = || own.iter().copied().filter(|run| did_it(run, all));
    let pairs: Vec<(f64, bool)> = good().filter_map(|run| ratio(run, here, all)).collect();
    let is_any_quiet = pairs.iter().any(|(_, is_quiet)| *is_quiet);
    let counted = pairs.iter().filter(|(_, is_quiet)| *is_quiet == is_any_quiet);
    let ratios: Vec<f64> = counted.map(|(ratio, _)| *ratio).collect();
    let peak = good().filter_map(|run| run.peak_kib).max();
    Row {
        peer: name.to_owned(),
        ratio: Spread::of(ratios.iter().copied()),
        pairs: ratios.len(),
        all_pairs: pairs.len(),
        is_quiet: is_any_quiet,
        seconds: Spread::of(good().map(|run| run.seconds)),
        processor: Spread::of(good().filter_map(|run| run.processor)),
        peak_mib: peak.map(|kib| kib as f64 / 1024.0),
        result: result(&own),
        differs: own.iter().any(|run| run.result.as_ref().is_some_and(|result| result != IDENTICAL)),
    }
}

/// How many times as long as `omm` in the same pair, and whether nobody disturbed either.
fn ratio(run: &Run, here: &[&Run], all: &[Run]) -> Option<(f64, bool)> {
    let is_other = |other: &&&Run| {
        other.peer == OWN && other.against == run.against && other.round == run.round && run.peer != OWN
    };
    let other = here.iter().find(is_other).filter(|other| did_it(other, all))?;
    let is_quiet = |run: &Run| run.others < DISTURBED * run.seconds + BLINK;
    Some((run.seconds / other.seconds, is_quiet(run) && is_quiet(other)))
}

/// Whether it did the work: by what it brought in this round, by what it ever brought here, or by its own word.
fn did_it(run: &Run, all: &[Run]) -> bool {
    let same = |other: &&Run| {
        (&other.peer, &other.against, &other.between, &other.corpus, other.rtt)
            == (&run.peer, &run.against, &run.between, &run.corpus, run.rtt)
    };
    let looks: Vec<(u64, f64)> =
        all.iter().filter(same).filter_map(|other| Some((other.round, other.brought?))).collect();
    let of_round: Vec<f64> =
        looks.iter().filter(|(round, _)| *round == run.round).map(|look| look.1).collect();
    let seen = if of_round.is_empty() { looks.into_iter().map(|look| look.1).collect() } else { of_round };
    if seen.is_empty() { run.complaint.is_none() } else { seen.iter().all(|part| *part >= MOST_OF_IT) }
}

/// What the comparer said and how the program ended: once, if it is always the same.
fn result(runs: &[&Run]) -> String {
    let told = |run: &&Run| {
        // What it said last names accounts, and so is another text each time; the lines have it.
        let complaint =
            run.complaint.as_ref().map(|text| text.split(": ").take(2).collect::<Vec<_>>().join(": "));
        let words: Vec<String> = run.result.clone().into_iter().chain(complaint).collect();
        if words.is_empty() { None } else { Some(words.join("; ")) }
    };
    let mut counts: Vec<(String, usize)> = Vec::new();
    for text in runs.iter().filter_map(told) {
        match counts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    match counts.as_slice() {
        [] => "not looked at".to_owned(),
        [(text, _)] => text.clone(),
        [(first, count), others @ ..] => {
            let sum: usize = counts.iter().map(|(_, count)| count).sum();
            let rest: Vec<&str> = others.iter().map(|(text, _)| &**text).collect();
            format!("{first} ({count} of {sum} times), else: {}", rest.join(" / "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(round: u64, peer: &str, phase: &str, seconds: f64) -> Run {
        let line = format!(
            "{{\"between\": \"a-b\", \"corpus\": \"small\", \"rtt\": 20, \"round\": {round}, \"against\": \"x\", \
             \"peer\": \"{peer}\", \"phase\": \"{phase}\", \"seconds\": {seconds}, \"others\": 0}}"
        );
        serde_json::from_str(&line).expect("a run")
    }

    fn looked(brought: f64, result: &str, run: Run) -> Run {
        Run { brought: Some(brought), result: Some(result.to_owned()), ..run }
    }

    #[test]
    fn the_ratio_is_the_median_of_pairs_and_not_of_sums() {
        let mut runs = Vec::new();
        for (round, own, other) in [(1, 1.0, 3.0), (2, 10.0, 20.0), (3, 1.0, 8.0)] {
            runs.push(run(round, OWN, "initial", own));
            runs.push(run(round, "x", "initial", other));
        }
        let boards = Board::all(&runs);
        let row = &boards[0].rows[1];
        assert_eq!((boards[0].rows[0].ratio, row.pairs), (None, 3));
        assert_eq!(row.ratio, Some(Spread { median: 3.0, least: 2.0, most: 8.0 }));
        assert_eq!(row.seconds.map(|spread| spread.median), Some(8.0));
    }

    #[test]
    fn pairs_that_were_disturbed_count_only_where_there_are_no_others() {
        let mut runs = Vec::new();
        for (round, others, seconds) in [(1, 0.1, 2.0), (2, 30.0, 50.0), (3, 0.2, 4.0)] {
            runs.push(run(round, OWN, "initial", 1.0));
            runs.push(Run { others, ..run(round, "x", "initial", seconds) });
        }
        let figures = |runs: &[Run]| {
            let row = &Board::all(runs)[0].rows[1];
            (row.ratio.map(|ratio| ratio.most), row.pairs, row.all_pairs, row.is_quiet)
        };
        assert_eq!(figures(&runs), (Some(4.0), 2, 3, true));
        assert_eq!(figures(&runs[2..4]), (Some(50.0), 1, 1, false));
    }

    #[test]
    fn who_brings_nothing_is_not_fast() {
        let runs = [
            looked(1.0, "identical", run(1, OWN, "initial", 2.0)),
            looked(0.0, "2000 missing", run(1, "x", "initial", 0.1)),
            run(1, OWN, "no change", 0.1),
            run(1, "x", "no change", 0.01),
        ];
        for board in Board::all(&runs) {
            assert_eq!((board.rows[1].ratio, board.rows[1].seconds), (None, None), "{}", board.phase);
        }
        assert_eq!(Board::all(&runs)[0].rows[1].result, "2000 missing");
    }

    #[test]
    fn results_that_vary_are_all_told() {
        let runs = [
            looked(1.0, "identical", run(1, OWN, "initial", 1.0)),
            looked(1.0, "1 missing", run(2, OWN, "initial", 1.0)),
            looked(1.0, "identical", run(3, OWN, "initial", 1.0)),
        ];
        let row = &Board::all(&runs)[0].rows[0];
        assert_eq!((&*row.result, row.differs), ("identical (2 of 3 times), else: 1 missing", true));
        let complains = Run { complaint: Some("exit status: 2: u1: no".to_owned()), ..runs[0].clone() };
        let row = &Board::all(&[complains])[0].rows[0];
        assert_eq!((&*row.result, row.differs), ("identical; exit status: 2", false));
    }

    #[test]
    fn phases_come_in_their_order_distance_by_distance() {
        let far = |phase| Run { rtt: 100, ..run(1, OWN, phase, 1.0) };
        let runs =
            [far("initial"), run(1, OWN, "incremental", 1.0), run(1, OWN, "initial", 1.0), far("no change")];
        let order: Vec<(u64, String)> =
            Board::all(&runs).into_iter().map(|board| (board.rtt, board.phase)).collect();
        let expected = [(20, "initial"), (20, "incremental"), (100, "initial"), (100, "no change")];
        assert_eq!(order, expected.map(|(rtt, phase)| (rtt, phase.to_owned())));
    }
}
