//! Sizes and names of files.

use super::sources::Tree;
use anyhow::Result;

const LONGEST: usize = 500;
/// Rooms in which everything and nothing belongs.
const ODDS_AND_ENDS: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "commons", "misc"];
/// Not allowed in names on Windows, and so not in a repository that is checked out there.
const UNPORTABLE: [char; 8] = ['<', '>', ':', '"', '|', '?', '*', '\\'];

pub(super) fn shapes(tree: &Tree) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            complaints.push(format!("{}: {lines} lines", file.path));
        }
        let rooms = file.path.trim_end_matches(".rs").split('/');
        let odd = rooms.filter(|room| ODDS_AND_ENDS.contains(room));
        complaints.extend(odd.map(|room| format!("{}: a room named {room}", file.path)));
    }
    Ok(complaints)
}

pub(super) fn unportable_names(tree: &Tree) -> Result<Vec<String>> {
    let mut folded: Vec<(String, &str)> =
        tree.files.iter().map(|file| (file.path.to_lowercase(), file.path.as_str())).collect();
    folded.sort();
    let doubled = folded.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let mut complaints: Vec<String> =
        doubled.map(|pair| format!("{} and {} differ only in case", pair[0].1, pair[1].1)).collect();
    for file in &tree.files {
        let bad = |part: &str| part.contains(UNPORTABLE) || part.ends_with(['.', ' ']);
        if file.path.split('/').any(bad) {
            complaints.push(format!("{}: a name that Windows refuses", file.path));
        }
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_odd_rooms_are_found() {
        let long = "x\n".repeat(501);
        let files =
            [("a/src/x.rs", long.as_str()), ("a/src/utils.rs", ""), ("a/misc/b.rs", ""), ("a/ok.rs", "")];
        assert_eq!(shapes(&Tree::of(&files)).expect("no world touched").len(), 3);
    }

    #[test]
    fn names_that_windows_refuses_are_found() {
        let files =
            [("a/1:2,S", ""), ("a/B", ""), ("a/b", ""), ("a/end.", ""), ("samples/.Sent Items/cur/1", "")];
        assert_eq!(unportable_names(&Tree::of(&files)).expect("no world touched").len(), 3);
    }
}
