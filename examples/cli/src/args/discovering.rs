//! How servers are found out.

use crate::exit::Failure;
use clap::Args;
use omm::discovery::{Options, SystemNames};
use std::net::SocketAddr;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Finding servers")]
pub(crate) struct Discovering {
    /// The name server to ask for everything [default: the system's]
    #[arg(long, value_name = "IP:PORT")]
    name_server: Option<SocketAddr>,
    /// Ask Thunderbird's central database too, which then learns the domain
    #[arg(long)]
    central_database: bool,
}

impl Discovering {
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.central_database = self.central_database;
        options
    }

    /// The name server that was named, if one was.
    pub(crate) fn named(&self) -> Result<Option<SystemNames>, Failure> {
        Ok(self.name_server.map(SystemNames::asking).transpose()?)
    }
}
