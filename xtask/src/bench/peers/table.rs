//! The figures as Markdown. Pure.

use super::{
    figures::{Board, Row},
    spread::Spread,
    told::Told,
};
use std::fmt::Write;

/// Everything: on what it was measured, a table for each distance, who took part and who did not.
pub(super) fn markdown(told: &Told, boards: &[Board], machine: &str) -> String {
    let mut text = String::from("# omm beside other programs\n\n");
    text.push_str("Made by `cargo xtask bench peers`; do not edit.\n\n");
    push(&mut text, format_args!("Measured on {machine}.\n"));
    for one in &told.servers {
        let megabytes = one.bytes as f64 / 1e6;
        let (version, messages, folders) = (&one.version, one.messages, one.folders);
        push(
            &mut text,
            format_args!("{version}: {messages} messages in {folders} folders, {megabytes:.0} MB.\n"),
        );
    }
    text.push_str(
        "\nA ratio says how many times as long as `omm` a program took on the same work, right before or after it: the median \
         of the pairs that nobody disturbed (of all, where there are none such), the least and the most. Seconds and processor time (of all its processes) are medians, memory is the \
         most there ever was. `no change` is a second run with nothing to do; `incremental` a third one with 100 new \
         messages and 500 changed flags. The comparer looks at every folder, subscription, message, flag and date.\n",
    );
    let mut before = None;
    for board in boards {
        let place = (&board.between, board.rtt);
        if before != Some(place) {
            before = Some(place);
            head(&mut text, board);
        }
        board.rows.iter().for_each(|row| line(&mut text, &board.phase, row));
    }
    text.push_str("\n## Who took part\n\n");
    for one in &told.programs {
        push(&mut text, format_args!("- {} ({}): {}\n", one.program, one.version, one.how));
    }
    for one in &told.missing {
        push(&mut text, format_args!("- missing: {}: {}\n", one.missing, one.why));
    }
    text
}

fn head(text: &mut String, board: &Board) {
    push(text, format_args!("\n## {}, {}, {} ms\n\n", board.between, board.corpus, board.rtt));
    if let Some(Spread { median, most, .. }) = board.others {
        push(
            text,
            format_args!("Others on the machine kept {median:.1} processors busy, {most:.1} at most.\n\n"),
        );
    }
    text.push_str(
        "| phase | program | times as long as omm | pairs | seconds | processor | memory | result |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|\n");
}

fn line(text: &mut String, phase: &str, row: &Row) {
    let absent = || "–".to_owned();
    let ratio = row.ratio.map_or_else(absent, |Spread { median, least, most }| {
        format!("{} ({} to {})", figure(median), figure(least), figure(most))
    });
    let pairs = match row {
        Row { pairs: 0, .. } => absent(),
        Row { pairs, is_quiet: false, .. } => format!("{pairs}, disturbed"),
        Row { pairs, all_pairs, .. } => format!("{pairs} of {all_pairs}"),
    };
    let taken = row.seconds.map_or_else(absent, |Spread { median, least, most }| {
        format!("{median:.2} s ({least:.2} to {most:.2})")
    });
    let seconds =
        |spread: Option<Spread>| spread.map_or_else(absent, |spread| format!("{:.2} s", spread.median));
    let memory = row.peak_mib.map_or_else(absent, |mib| format!("{mib:.0} MiB"));
    let result = row.result.replace('|', "\\|");
    let processor = seconds(row.processor);
    push(
        text,
        format_args!(
            "| {phase} | {} | {ratio} | {pairs} | {taken} | {processor} | {memory} | {result} |\n",
            row.peer
        ),
    );
}

/// Two digits that mean something.
pub(super) fn figure(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A string takes whatever is written to it.
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"{"missing": "imapsync", "why": "not installed"}
{"program": "mbsync", "version": "isync 1.4.4", "how": "Sync Pull"}
{"servers": "a-b", "version": "A 1 → B 2", "messages": 2000, "folders": 44, "bytes": 40000000}
{"between":"a-b","corpus":"small","rtt":20,"round":1,"against":"mbsync","peer":"omm","phase":"initial","seconds":2.0,"processor":0.5,"peak_kib":30720,"others":1.0,"brought":1.0,"result":"identical"}
{"between":"a-b","corpus":"small","rtt":20,"round":1,"against":"mbsync","peer":"mbsync","phase":"initial","seconds":21.0,"processor":1.5,"peak_kib":10240,"others":0,"brought":1.0,"result":"3 missing|","complaint":"exit status: 1: ab"}"#;

    #[test]
    fn who_is_missing_and_what_differs_is_in_it() {
        let told = Told::read(&[LINES.to_owned()]).expect("good lines");
        let text = markdown(&told, &Board::all(&told.runs), "a machine");
        for wanted in [
            "Measured on a machine.\n",
            "A 1 → B 2: 2000 messages in 44 folders, 40 MB.\n",
            "## a-b, small, 20 ms\n\nOthers on the machine kept 0.2 processors busy, 0.5 at most.\n",
            "| initial | omm | – | – | 2.00 s (2.00 to 2.00) | 0.50 s | 30 MiB | identical |\n",
            "| initial | mbsync | 10 (10 to 10) | 1, disturbed | 21.00 s (21.00 to 21.00) | 1.50 s | 10 MiB | 3 missing\\|; exit status: 1 |\n",
            "- mbsync (isync 1.4.4): Sync Pull\n- missing: imapsync: not installed\n",
        ] {
            assert!(text.contains(wanted), "{wanted} is not in\n{text}");
        }
    }
}
