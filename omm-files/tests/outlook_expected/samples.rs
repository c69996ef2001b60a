//! How lines are compared.

use std::collections::BTreeMap;

/// Lines of which we may have more: others do not list these fields, only some of them, or only where they are no
/// derived ones, as is the date of a message that was never sent.
const MORE: [&str; 9] = [
    "tel | ",
    "url | ",
    "address | ",
    "text | ",
    "html | ",
    "importance | ",
    "date | ",
    "message id | ",
    "name of ",
];

/// What is on one side only, each line with how often.
pub(crate) fn difference(expected: &[String], found: &[String]) -> Vec<String> {
    let mut lines: BTreeMap<&str, i64> = BTreeMap::new();
    expected.iter().for_each(|line| *lines.entry(line).or_default() -= 1);
    found.iter().for_each(|line| *lines.entry(line).or_default() += 1);
    let allowed = |line: &str| MORE.iter().any(|aspect| line.starts_with(aspect));
    let differ = lines.into_iter().filter(|(line, count)| *count < 0 || *count > 0 && !allowed(line));
    differ
        .map(|(line, count)| {
            format!("{} {} {line}", if count < 0 { "expected" } else { "found" }, count.abs())
        })
        .collect()
}
