//! Ctrl-C and its like: the first asks for a tidy end, the second ends at once.

use crate::{exit::Failure, output};
use omm::Stop;
use std::process;

/// A stop that signals request.
pub(crate) fn stop_on_signal() -> Result<Stop, Failure> {
    let stop = Stop::new();
    let handle = stop.clone();
    let heard = move || {
        if handle.requested() {
            // Safe: whatever is under way is found and settled by the next run. 128 + SIGINT.
            process::exit(130);
        }
        handle.request();
        output::note("omm: stopping at a tidy place; once more ends at once (that is safe, too)");
    };
    ctrlc::set_handler(heard)
        .map_err(|error| Failure::Local(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(stop)
}
