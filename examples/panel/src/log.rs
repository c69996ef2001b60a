//! The log, on standard error.

use tracing_subscriber::filter::LevelFilter;

/// Begins it. Below `trace` it names no account.
pub(crate) fn begin(level: Option<LevelFilter>) {
    tracing_subscriber::fmt()
        .with_max_level(level.unwrap_or(LevelFilter::WARN))
        .with_ansi(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
}
