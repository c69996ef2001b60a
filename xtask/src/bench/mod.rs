//! `cargo xtask bench`: `omm` beside other programs. It prints figures and judges nothing.

pub(crate) mod measured;
mod peers;
mod pst;

pub(crate) use peers::peers;
pub(crate) use pst::pst;

use crate::run::{self, cargo, must};
use anyhow::Result;

/// A POP3 maildrop of so many messages, so many milliseconds away, in so many rounds.
pub(crate) fn pop(counts: [usize; 3]) -> Result<()> {
    let omm = run::omm()?;
    let example = ["run", "--release", "--quiet", "-p", "omm-testkit", "--example", "bench_pop", "--"];
    must(cargo(&example).arg(omm).args(counts.map(|count| count.to_string()))).map(drop)
}
