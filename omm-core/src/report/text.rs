//! A report for people.

use super::{Counts, Report};
use crate::journal::Verified;
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.complete { "complete" } else { "not complete" };
        writeln!(f, "sync point {}: {state}, grade {}", self.sync_point, self.grade)?;
        let width =
            self.folders.iter().map(|line| line.folder.to_string().chars().count()).max().unwrap_or(0);
        let width = width.clamp(6, 48);
        writeln!(f, "{:width$}  {HEAD}", "folder")?;
        for line in &self.folders {
            let gone = if line.gone { "  (gone at the source)" } else { "" };
            writeln!(f, "{:width$}  {}{gone}", line.folder.to_string(), Row(&line.counts))?;
        }
        writeln!(f, "{:width$}  {}", "in all", Row(&self.totals))?;
        self.details(f)
    }
}

const HEAD: &str = "   found   copied  adopted  already  skipped   failed unsettled verified";

struct Row<'a>(&'a Counts);

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { found, copied, adopted, already_there, failed, unsettled, .. } = self.0;
        let verified = self.0.verdict(Verified::Listed) + self.0.verdict(Verified::ReadBack);
        let skipped = self.0.skipped_in_all();
        write!(
            f,
            "{found:>8} {copied:>8} {adopted:>8} {already_there:>8} {skipped:>8} {failed:>8} {unsettled:>9} {verified:>8}"
        )
    }
}

impl Report {
    fn details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (verdict, items) in &self.totals.verified {
            writeln!(f, "{items} copies: {}", describe(verdict))?;
        }
        if self.totals.kept_of_gone > 0 {
            writeln!(f, "{} copies kept of items that are gone at the source", self.totals.kept_of_gone)?;
        }
        for (reason, items) in &self.totals.skipped {
            writeln!(f, "{items} skipped: {reason}")?;
        }
        for (line, trouble) in self.folders.iter().filter_map(|line| Some((line, line.trouble.as_ref()?))) {
            writeln!(f, "not finished: {}: {trouble}", line.folder)?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for line in &self.problems {
            let reason = line.reason.as_deref().unwrap_or("no reason given");
            writeln!(f, "{} {} in {}: {reason}", line.fate, line.item, line.folder)?;
        }
        if self.problems_cut {
            writeln!(f, "… and more; the CSV report lists every item")?;
        }
        Ok(())
    }
}

fn describe(verdict: &str) -> &str {
    match Verified::from_name(verdict) {
        Some(Verified::No) | None => "not verified yet",
        Some(Verified::Listed) => "verified by listing (id, size, flags, date)",
        Some(Verified::ReadBack) => "verified by reading back (every byte hashed)",
        Some(Verified::Altered) => "altered by the destination",
        Some(Verified::Missing) => "missing at the destination",
    }
}
