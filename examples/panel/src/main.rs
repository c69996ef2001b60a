//! `omm-panel`: starts the panel and prints its address.

mod args;
mod log;

use args::Args;
use clap::Parser;
use omm_panel::{House, Running, Settings};
use std::{error::Error, process::ExitCode};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log::begin(args.log);
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("omm-panel: error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let mut settings: Settings = args.settings()?;
    #[cfg(feature = "demo")]
    let _demo = if args.demo { Some(omm_panel::Demo::begin(&mut settings)?) } else { None };
    #[cfg(not(feature = "demo"))]
    let _ = &mut settings;
    let house = House::open(&settings).await?;
    let listener = TcpListener::bind(args.listen).await?;
    let metrics = match args.metrics {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    println!("omm-panel: http://{}{}/", listener.local_addr()?, settings.base);
    if let Some(metrics) = &metrics {
        println!("omm-panel: metrics on http://{}/metrics", metrics.local_addr()?);
    }
    #[cfg(feature = "demo")]
    if let Some(demo) = &_demo {
        println!("{demo}");
    }
    let mut running = Running::begin(&house, listener, metrics);
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        ended = running.trouble() => return Ok(ended?),
        _ = term.recv() => (),
        _ = int.recv() => (),
    }
    println!("omm-panel: stopping at a tidy place; the next start goes on");
    Ok(running.drain().await?)
}
