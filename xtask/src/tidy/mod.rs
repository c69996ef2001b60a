//! The tree kept tidy: what the compiler does not check and a reviewer would forget.
//!
//! Every check takes the tree as a value and gives a list of complaints, each naming the place. ARCHITECTURE.md
//! points at the tests below by name.

mod absences;
mod citations;
mod documents;
mod edges;
mod graph;
mod places;
mod shape;
mod sources;

use anyhow::{Result, bail};
use sources::Tree;
use std::path::Path;

/// One check: its name, and what it finds wrong.
type Check = (&'static str, fn(&Tree) -> Result<Vec<String>>);

const CHECKS: [Check; 15] = [
    ("crates depend only on what the design allows", edges::forbidden_edges),
    ("core and store have no runtime below them", graph::runtimes),
    ("core names no protocol", absences::protocols_in_core),
    ("core has no clock and no randomness", absences::clocks_in_core),
    ("connectors and stores never wait", absences::waits_in_connectors),
    ("what follows from an error is decided in one table", absences::decisions_elsewhere),
    ("library crates spawn nothing", absences::spawns),
    ("library crates print nothing", absences::prints),
    ("POP3 cannot be told to delete", absences::deletions_by_pop),
    ("files have one idea: at most 500 lines, no rooms for odds and ends", shape::shapes),
    ("names can be checked out on every system", shape::unportable_names),
    ("no path of one machine, no registry but crates.io", places::places),
    ("every cited document is in rfc/index.md", citations::unlisted),
    ("the README shows the quickstart as it is", documents::quickstart_in_readme),
    ("every invariant names a test that is there", documents::invariants_without_test),
];

/// Runs every check and says what is wrong.
pub(crate) fn report(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let mut complaints = 0;
    for (name, check) in CHECKS {
        let found = check(&tree)?;
        println!("  {}  {name}", if found.is_empty() { "ok  " } else { "FAIL" });
        found.iter().for_each(|complaint| println!("        {complaint}"));
        complaints += found.len();
    }
    if complaints > 0 {
        bail!("{complaints} complaints about the tree");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::read(&crate::run::root()).expect("the tree can be read")
    }

    macro_rules! clean {
        ($($name:ident => $check:path;)*) => {$(
            #[test]
            fn $name() {
                assert_eq!($check(&tree()).expect("the check runs"), Vec::<String>::new());
            }
        )*};
    }

    clean! {
        edges_are_allowed => edges::forbidden_edges;
        core_and_store_have_no_runtime => graph::runtimes;
        core_names_no_protocol => absences::protocols_in_core;
        core_has_no_clock => absences::clocks_in_core;
        connectors_never_wait => absences::waits_in_connectors;
        errors_are_decided_in_one_table => absences::decisions_elsewhere;
        nothing_is_spawned => absences::spawns;
        libraries_print_nothing => absences::prints;
        pop_cannot_delete => absences::deletions_by_pop;
        files_have_one_idea => shape::shapes;
        names_are_portable => shape::unportable_names;
        no_place_of_one_machine => places::places;
        cited_documents_are_listed => citations::unlisted;
        the_readme_shows_the_quickstart => documents::quickstart_in_readme;
        invariants_name_their_test => documents::invariants_without_test;
    }
}
