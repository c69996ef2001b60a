//! How an item recurs: patterns and ranges of Exchange ([MS-OXWSCDATA] RecurrenceType, TaskRecurrenceType), and rules of
//! iCalendar (RFC 5545 §3.3.10).
//!
//! Exchange holds less than iCalendar: one day of a month, one of six forms. What it cannot hold is not lost in silence.
//! [`plan`] keeps it in the first of these ways that works:
//!
//! 1. one series, if one has exactly these days;
//! 2. one series and occurrences that are deleted, if the days are all among its own and not too many are none: the 31st
//!    of each month, for which Exchange takes the last day of shorter ones;
//! 3. several series, up to twelve, each as above: the 1st and the 15th;
//! 4. appointments of their own, up to [`MOST_SINGLES`].
//!
//! Where it goes on for ever, deleted occurrences and appointments of their own are made for ten years, and it is said.
//!
//! | room | what |
//! |---|---|
//! | `pattern` | what Exchange has, read and written |
//! | `days` | the days of a pattern, in their order: the index of an occurrence is its place among them |
//! | `rule` | a pattern as a rule, and a rule as a pattern if one says the same |
//! | `expand` | the days of a rule |
//! | `plan` | a rule as series and appointments |

mod days;
mod expand;
mod pattern;
mod plan;
mod rule;

pub(crate) use expand::expand;
pub(crate) use pattern::{Range, Series, regeneration, regeneration_node};
pub(crate) use plan::{MOST_SINGLES, Part, Planned, plan};
pub(crate) use rule::exact;

/// No more occurrences than these are looked at.
pub(crate) const MOST_DAYS: usize = 20_000;

#[cfg(test)]
mod tests;
