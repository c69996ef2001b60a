//! The ratios as bars, in SVG. Pure.

use super::{
    figures::{Board, OWN, PHASES, Row},
    table::figure,
};
use std::fmt::Write;

/// In units of the picture.
const PANEL: f64 = 340.0;
const NAMES: f64 = 165.0;
const FIGURES: f64 = 60.0;
const LINE: f64 = 18.0;
const TITLE: f64 = 40.0;
const EDGE: f64 = 16.0;

/// A column for each phase, a row of panels for each distance and pair of servers. The axis is logarithmic, and the line in
/// it is `omm`: bars to the right took longer.
pub(super) fn svg(boards: &[Board]) -> String {
    let scale = Scale::of(boards);
    let mut body = String::new();
    let mut y = EDGE;
    let mut left = boards;
    while let Some(first) = left.first() {
        let same = left
            .iter()
            .take_while(|board| (&board.between, board.rtt) == (&first.between, first.rtt))
            .count();
        let (row, rest) = left.split_at(same);
        left = rest;
        for board in row {
            let column = PHASES.iter().position(|phase| *phase == board.phase).unwrap_or(0);
            panel(&mut body, board, EDGE + PANEL * column as f64, y, &scale);
        }
        y += TITLE + LINE * row.iter().map(|board| board.rows.len()).max().unwrap_or(0) as f64;
    }
    let (width, height) = (PANEL * PHASES.len() as f64 + 2.0 * EDGE, y + EDGE + LINE);
    text(
        &mut body,
        EDGE,
        y + LINE,
        "start",
        "≠: the result is not identical. Shorter is faster; the line is omm.",
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// Where a ratio lies between the ends of the axis.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn of(boards: &[Board]) -> Self {
        let ratios = boards.iter().flat_map(|board| &board.rows).filter_map(|row| row.ratio);
        let (mut least, mut most) = (0.5_f64, 2.0_f64);
        for ratio in ratios {
            least = least.min(ratio.least);
            most = most.max(ratio.most);
        }
        Self { least, most }
    }

    fn at(&self, ratio: f64) -> f64 {
        let part = (ratio / self.least).ln() / (self.most / self.least).ln();
        NAMES + part.clamp(0.0, 1.0) * (PANEL - NAMES - FIGURES)
    }
}

fn panel(body: &mut String, board: &Board, x: f64, y: f64, scale: &Scale) {
    let own = board.rows.first().and_then(|row| row.seconds);
    let own = own.map_or_else(String::new, |spread| format!(", omm {:.2} s", spread.median));
    text(body, x, y + 12.0, "start", &format!("{} ms, {}{own}", board.rtt, board.phase));
    text(body, x, y + 24.0, "start", &board.between);
    let others: Vec<&Row> = board.rows.iter().filter(|row| row.peer != OWN).collect();
    let (top, bottom) = (y + 30.0, y + 30.0 + LINE * others.len() as f64);
    for (at, row) in others.into_iter().enumerate() {
        bar(body, row, x, top + LINE * at as f64, scale);
    }
    let one = x + scale.at(1.0);
    push(
        body,
        format_args!(
            "<path d=\"M{one:.1} {top:.1}V{bottom:.1}\" stroke=\"#b3261e\" stroke-width=\"1.5\"/>\n"
        ),
    );
}

fn bar(body: &mut String, row: &Row, x: f64, y: f64, scale: &Scale) {
    let middle = y + LINE / 2.0;
    text(body, x + NAMES - 6.0, middle + 4.0, "end", &row.peer);
    let differs = if row.differs { " ≠" } else { "" };
    let Some(ratio) = row.ratio else {
        text(body, x + scale.at(1.0) + 6.0, middle + 4.0, "start", "did not do it");
        return;
    };
    let [one, median, least, most] =
        [1.0, ratio.median, ratio.least, ratio.most].map(|ratio| x + scale.at(ratio));
    let (from, width) = (one.min(median), (one - median).abs());
    let colour = if ratio.median < 1.0 { "#e8a33d" } else { "#7d9cc0" };
    push(
        body,
        format_args!(
            "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\n\
             <path d=\"M{least:.1} {middle:.1}H{most:.1}\" stroke=\"#333\"/>\n",
            y + 3.0,
            LINE - 6.0
        ),
    );
    text(body, most.max(one) + 5.0, middle + 4.0, "start", &format!("{}×{differs}", figure(ratio.median)));
}

fn text(body: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    push(body, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>\n"));
}

fn push(body: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A string takes whatever is written to it.
    let _ = body.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::peers::spread::Spread;

    fn row(peer: &str, ratio: Option<f64>, result: &str) -> Row {
        Row {
            peer: peer.to_owned(),
            ratio: ratio.and_then(|ratio| Spread::of([ratio])),
            pairs: 1,
            all_pairs: 1,
            seconds: Spread::of([2.0]),
            processor: None,
            peak_mib: None,
            is_quiet: true,
            result: result.to_owned(),
            differs: result != "identical",
        }
    }

    #[test]
    fn slower_is_right_of_the_line_and_faster_left() {
        let rows = vec![
            row(OWN, None, "identical"),
            row("slow & wrong", Some(16.0), "3 missing"),
            row("quick", Some(0.5), "identical"),
            row("lazy", None, "2000 missing"),
        ];
        let board = Board {
            between: "a-b".to_owned(),
            corpus: "small".to_owned(),
            rtt: 20,
            phase: "initial".to_owned(),
            others: None,
            rows,
        };
        let scale = Scale::of(std::slice::from_ref(&board));
        let (one, left, right) = (scale.at(1.0), scale.at(0.5), scale.at(16.0));
        assert!(
            left < one && one < right && (right - one) > 3.9 * (one - left),
            "an octave is as long as another"
        );
        let svg = svg(&[board]);
        for wanted in ["slow &amp; wrong", ">16× ≠<", ">0.50×<", ">did not do it<", "omm 2.00 s"] {
            assert!(svg.contains(wanted), "{wanted} is not in\n{svg}");
        }
        let bars = svg.matches("<rect").count();
        assert_eq!(bars, 3, "the ground and a bar for each ratio");
    }
}
