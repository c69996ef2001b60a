//! `omm project run`: work on projects in this process.

use super::{by, find, key, place::Place, status, worker};
use crate::{
    args::{Global, project::Run},
    exit::{Exit, Failure},
    signals::stop_on_signal,
};
use omm::{
    Error,
    postgres::Terms,
    project::{
        sealed::{Keys, NoKeys},
        store::State,
        work::Until,
    },
};
use std::{sync::Arc, time::Duration};

/// Between two lines that say how far it is.
const TELL: Duration = Duration::from_secs(10);

pub(super) async fn run(global: &Global, args: &Run) -> Result<Exit, Failure> {
    let stop = stop_on_signal()?;
    let omm = crate::commands::open_finding(global, &args.limits, &args.discovering).await?;
    let place = Place::of(global, omm, worker::here(), Terms::default()).await?;
    let projects = &*place.projects;
    // Said now, instead of by each migration when its turn comes.
    let is_sealed = !projects.secrets(None, 1).await?.is_empty();
    let keys: Arc<dyn Keys> = match is_sealed || args.key.key_file.is_some() {
        true => Arc::new(key::read(&args.key)?),
        false => Arc::new(NoKeys),
    };
    let mut project = find(projects, &args.named.project).await?;
    if project.held {
        project.held = false;
        project = projects.change(&project, &by()).await?;
    }
    let worker = place.worker(keys).at_once(args.workers).grace(Duration::from_secs(args.grace));
    let runtime = Arc::clone(&place.omm.env().runtime);
    let telling = async {
        loop {
            runtime.sleep(TELL).await;
            if let Err(failure) = status::line(global, projects, &project.id).await {
                return failure;
            }
        }
    };
    tokio::select! {
        ended = worker.run(Until::Idle, &stop) => ended?,
        failure = telling => return Err(failure),
    }
    status::line(global, projects, &project.id).await?;
    if stop.requested() {
        return Err(Error::stopped().into());
    }
    let counts = projects.counts(&project.id).await?;
    let bad = [State::Failed, State::DoneWithFailures, State::Paused, State::NotStarted];
    Ok(Exit::problems_if(bad.into_iter().any(|state| counts.of(state) > 0)))
}
