//! The command line.

use clap::Parser;
use omm::project::project::MailServer;
use omm_panel::{Base, HostMail, Network, Preset, Servers, Settings};
use std::{net::SocketAddr, path::PathBuf};
use tracing_subscriber::filter::LevelFilter;

/// A web panel for mailbox migrations
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where to give counters to Prometheus; not for visitors
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,
    /// The folder of the state
    #[arg(long, default_value = "omm-panel-state", value_name = "FOLDER")]
    state: PathBuf,
    /// The file with the key that seals passwords, made if it is not there; beside the state unless named
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The path under which a proxy shows the panel
    #[arg(long, default_value = "", value_name = "PATH")]
    base: Base,
    /// Visitors come by https: cookies go no other way
    #[arg(long)]
    https: bool,
    /// Visitors come by a proxy, whose X-Forwarded-For says where from
    #[arg(long)]
    behind_proxy: bool,
    /// A private network whose servers may be named all the same
    #[arg(long, value_name = "NETWORK")]
    allow_network: Vec<Network>,
    /// A network whose servers may not be named, public as it may be: your own
    #[arg(long, value_name = "NETWORK")]
    refuse_network: Vec<Network>,
    /// A port that may be named beside those of mail servers
    #[arg(long, value_name = "PORT")]
    allow_port: Vec<u16>,
    /// Servers may be named that are called so, and no others; .example.org stands for all below it
    #[arg(long, value_name = "HOST")]
    only_server: Vec<String>,
    /// A server that is offered by name: NAME=imaps://HOST
    #[arg(long, value_name = "NAME=ADDRESS", value_parser = preset)]
    server: Vec<Preset>,
    /// The mail server that projects' contacts are written to by: smtps://LOGIN@HOST or smtp://LOGIN@HOST
    #[arg(long, value_name = "URL", requires = "mail_from")]
    mail: Option<String>,
    /// Who those mails are from
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// The file whose first line is the password of that server
    #[arg(long, value_name = "FILE")]
    mail_password_file: Option<PathBuf>,
    /// The panel's address as visitors know it, for links in mails: https://panel.example.org
    #[arg(long, value_name = "URL")]
    public: Option<String>,
    /// The largest file that may be uploaded, in GB
    #[arg(long, default_value_t = 50)]
    upload_largest: u64,
    /// How much all uploaded files take at one time, in GB
    #[arg(long, default_value_t = 500)]
    upload_room: u64,
    /// How many migrations run at once
    #[arg(long, default_value_t = 20)]
    workers: usize,
    /// What is logged
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log: Option<LevelFilter>,
    /// Try everything: mock servers with filled accounts, in this process
    #[cfg(feature = "demo")]
    #[arg(long)]
    pub(crate) demo: bool,
}

impl Args {
    pub(crate) fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::new(&self.state);
        if let Some(file) = &self.key_file {
            settings.key_file.clone_from(file);
        }
        settings.base.clone_from(&self.base);
        settings.is_https = self.https;
        settings.is_behind_proxy = self.behind_proxy;
        let only = self.only_server.iter().map(|host| host.to_lowercase()).collect();
        settings.servers = Servers {
            networks: self.allow_network.clone(),
            refused: self.refuse_network.clone(),
            ports: self.allow_port.clone(),
            only,
        };
        settings.presets.clone_from(&self.server);
        settings.at_once = self.workers;
        settings.uploads.largest = self.upload_largest.saturating_mul(GIGABYTE);
        settings.uploads.in_all = self.upload_room.saturating_mul(GIGABYTE);
        settings.public.clone_from(&self.public);
        settings.mail = match (&self.mail, &self.mail_from) {
            (Some(server), Some(from)) => Some(HostMail {
                server: MailServer::parse(server, from).map_err(|error| error.message().to_owned())?,
                password_file: self.mail_password_file.clone(),
            }),
            _ => None,
        };
        Ok(settings)
    }
}

const GIGABYTE: u64 = 1_000_000_000;

fn preset(text: &str) -> Result<Preset, String> {
    let (name, address) = text.split_once('=').ok_or("write NAME=imaps://HOST")?;
    Preset::new(name.trim(), address.trim()).map_err(|error| error.message().to_owned())
}
