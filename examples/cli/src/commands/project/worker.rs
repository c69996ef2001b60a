//! `omm worker`: work on all projects, beside other workers.

use super::{
    key,
    place::Place,
    watched::{self, Watched},
};
use crate::{
    args::{
        Global,
        project::{WorkerArgs, Working},
    },
    exit::{Exit, Failure},
    output,
    signals::stop_on_signal,
};
use omm::{
    Stop,
    postgres::Terms,
    project::{
        observe::Metrics,
        project::ProjectId,
        sealed::{Keys, NoKeys},
        work::Until,
    },
};
use std::{process, sync::Arc, time::Duration};

pub(in crate::commands) async fn work(global: &Global, args: &WorkerArgs) -> Result<Exit, Failure> {
    if global.database.is_none() {
        let message = "name the database that the workers share with --database or OMM_DATABASE (`omm project run` works without one)";
        return Err(Failure::Usage(message.to_owned()));
    }
    let stop = stop_on_signal()?;
    let working = &args.working;
    let omm = crate::commands::open_finding(global, &working.limits, &working.discovering).await?;
    let terms = Terms::new(Duration::from_secs(args.lease), Duration::from_secs(args.margin));
    let place = Place::of(global, omm, args.name.clone().unwrap_or_else(here), terms).await?;
    let keys: Arc<dyn Keys> = match working.key.key_file.is_empty() {
        false => Arc::new(key::read(&working.key)?),
        true => Arc::new(NoKeys),
    };
    if working.key.key_file.is_empty() && !place.projects.secrets(None, 1).await?.is_empty() {
        output::note(
            "omm: passwords are sealed here and there is no --key-file: what needs them is left, as it is, for a worker \
             that has the key",
        );
    }
    let until = if args.until_idle { Until::Idle } else { Until::Stopped };
    // Asked to stop it has done what it should: what it had at work waits for others.
    Shown { global, place: &place, project: None }.work(working, keys, until, &stop).await?;
    Ok(Exit::Done)
}

/// Where the work is, and of what progress is shown.
pub(super) struct Shown<'a> {
    pub(super) global: &'a Global,
    pub(super) place: &'a Place,
    pub(super) project: Option<&'a ProjectId>,
}

impl Shown<'_> {
    /// Works on what is there until nothing is left or somebody asks to stop, and tells how far everything is.
    pub(super) async fn work(
        self,
        working: &Working,
        keys: Arc<dyn Keys>,
        until: Until,
        stop: &Stop,
    ) -> Result<(), Failure> {
        let Self { global, place, project } = self;
        watched::log(working.log);
        let metrics = Metrics::default();
        let post = Arc::new(place.post(Arc::clone(&keys)).await?);
        let worker = place.worker(keys).at_once(working.workers).grace(Duration::from_secs(working.grace));
        let mut worker = worker.counting(metrics.clone()).telling_by(post);
        let is_keyless = working.key.key_file.is_empty();
        if let Some(project) = project.filter(|_| place.is_shared() || is_keyless) {
            // What else there is in the database is for others; and what may be sealed is for whoever has the key.
            worker = worker.only(project.clone());
        }
        let watched = Watched { global, place, project, metrics, file: working.metrics.clone() };
        tokio::select! {
            ended = worker.run(until, stop) => ended?,
            failure = watched.tell_on() => return Err(failure),
        }
        watched.tell().await;
        Ok(())
    }
}

/// A name for other people's messages: the machine, as far as it is known, and the process.
pub(super) fn here() -> String {
    let machine = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let machine = machine.split_whitespace().next().unwrap_or("omm").to_owned();
    format!("{machine}:{}", process::id())
}
