//! How much of the machine and of the servers may be used.

use super::values;
use clap::Args;

#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Requests open at one server at once, by this process; of a project's own limits all workers are counted together
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = values::connections)]
    pub(crate) connections: usize,
    /// Memory for the work: items, the ledger, listings; the program comes on top. Larger items go through files
    #[arg(long, value_name = "SIZE", default_value = "12M", value_parser = values::memory)]
    pub(crate) memory_limit: u64,
    /// Bytes of items in temporary files at once
    #[arg(long, value_name = "SIZE", default_value = "64G", value_parser = values::size)]
    pub(crate) spool_limit: u64,
}
