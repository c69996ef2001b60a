//! Where we and libpff differ, and why.

/// File, the beginning of the lines that differ, why.
const KNOWN: &[(&str, &str, &str)] = &[];

/// The lines that no known difference explains, and the known differences that are no more.
pub(crate) fn unknown(label: &str, lines: &[String]) -> (Vec<String>, Vec<String>) {
    let known: Vec<_> = KNOWN.iter().filter(|(file, _, _)| *file == label).collect();
    let new = lines
        .iter()
        .filter(|line| !known.iter().any(|(_, start, _)| line.starts_with(start)))
        .cloned()
        .collect();
    let gone = |(_, start, _): &&&(&str, &str, &str)| !lines.iter().any(|line| line.starts_with(start));
    (new, known.iter().filter(gone).map(|(_, start, why)| format!("{start} ({why})")).collect())
}
