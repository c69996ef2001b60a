//! `omm project run`: work on projects in this process.

use super::{
    by, find, key,
    place::Place,
    status,
    watched::{self, Watched},
    worker,
};
use crate::{
    args::{Global, project::Run},
    exit::{Exit, Failure},
    signals::stop_on_signal,
};
use omm::{
    Error,
    postgres::Terms,
    project::{
        observe::Metrics,
        sealed::{Keys, NoKeys},
        store::State,
        work::Until,
    },
};
use std::{sync::Arc, time::Duration};

pub(super) async fn run(global: &Global, args: &Run) -> Result<Exit, Failure> {
    let stop = stop_on_signal()?;
    let omm = crate::commands::open_finding(global, &args.limits, &args.discovering).await?;
    let place = Place::of(global, omm, worker::here(), Terms::default()).await?;
    let projects = &*place.projects;
    // Said now, instead of by each migration when its turn comes.
    let mut project = find(projects, &args.named.project).await?;
    let is_sealed = project.options.notices.holds_secrets() || !projects.secrets(None, 1).await?.is_empty();
    let keys: Arc<dyn Keys> = match is_sealed || args.key.key_file.is_some() {
        true => Arc::new(key::read(&args.key)?),
        false => Arc::new(NoKeys),
    };
    if project.held {
        project.held = false;
        project = projects.change(&project, &by()).await?;
    }
    watched::log(args.log);
    let metrics = Metrics::default();
    let post = Arc::new(place.post(Arc::clone(&keys)).await?);
    let worker = place.worker(keys).at_once(args.workers).grace(Duration::from_secs(args.grace));
    let worker = worker.counting(metrics.clone()).telling_by(post);
    let (id, file) = (&project.id, args.metrics.clone());
    let watched = Watched { global, place: &place, project: Some(id), metrics, file };
    tokio::select! {
        ended = worker.run(Until::Idle, &stop) => ended?,
        failure = watched.tell_on() => return Err(failure),
    }
    watched.tell().await;
    status::line(global, projects, &project.id).await?;
    if stop.requested() {
        return Err(Error::stopped().into());
    }
    let counts = projects.counts(&project.id).await?;
    let bad = [State::Failed, State::DoneWithFailures, State::Paused, State::NotStarted];
    Ok(Exit::problems_if(bad.into_iter().any(|state| counts.of(state) > 0)))
}
