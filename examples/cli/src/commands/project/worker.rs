//! `omm worker`: work on all projects, beside other workers.

use super::{
    key,
    place::Place,
    watched::{self, Watched},
};
use crate::{
    args::{Global, project::WorkerArgs},
    exit::{Exit, Failure},
    signals::stop_on_signal,
};
use omm::{
    postgres::Terms,
    project::{
        observe::Metrics,
        sealed::{Keys, NoKeys},
        work::Until,
    },
};
use std::{process, sync::Arc, time::Duration};

pub(in crate::commands) async fn work(global: &Global, args: &WorkerArgs) -> Result<Exit, Failure> {
    let stop = stop_on_signal()?;
    let omm = crate::commands::open_finding(global, &args.limits, &args.discovering).await?;
    let terms = Terms::new(Duration::from_secs(args.lease), Duration::from_secs(args.margin));
    let place = Place::of(global, omm, args.name.clone().unwrap_or_else(here), terms).await?;
    let keys: Arc<dyn Keys> = match &args.key.key_file {
        Some(_) => Arc::new(key::read(&args.key)?),
        None => Arc::new(NoKeys),
    };
    let until = if args.until_idle { Until::Idle } else { Until::Stopped };
    watched::log(args.log);
    let metrics = Metrics::default();
    let post = Arc::new(place.post(Arc::clone(&keys)).await?);
    let worker = place.worker(keys).at_once(args.workers).grace(Duration::from_secs(args.grace));
    let worker = worker.counting(metrics.clone()).telling_by(post);
    let watched = Watched { global, place: &place, project: None, metrics, file: args.metrics.clone() };
    // Asked to stop it has done what it should: what it had at work waits for others.
    tokio::select! {
        ended = worker.run(until, &stop) => ended?,
        failure = watched.tell_on() => return Err(failure),
    }
    watched.tell().await;
    Ok(Exit::Done)
}

/// A name for other people's messages: the machine, as far as it is known, and the process.
pub(super) fn here() -> String {
    let machine = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let machine = machine.split_whitespace().next().unwrap_or("omm").to_owned();
    format!("{machine}:{}", process::id())
}
