//! `omm project run`: work on projects in this process.

use super::{
    by, find, key,
    place::Place,
    status,
    worker::{self, Shown},
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
        sealed::{Keys, NoKeys},
        store::State,
        work::Until,
    },
};
use std::sync::Arc;

pub(super) async fn run(global: &Global, args: &Run) -> Result<Exit, Failure> {
    let stop = stop_on_signal()?;
    let working = &args.working;
    let omm = crate::commands::open_finding(global, &working.limits, &working.discovering).await?;
    let place = Place::of(global, omm, worker::here(), Terms::default()).await?;
    let projects = &*place.projects;
    // Said now, instead of by each migration when its turn comes.
    let mut project = find(projects, &args.named.project).await?;
    let is_sealed = project.options.notices.holds_secrets() || !projects.secrets(None, 1).await?.is_empty();
    let keys: Arc<dyn Keys> = match is_sealed || working.key.key_file.is_some() {
        true => Arc::new(key::read(&working.key)?),
        false => Arc::new(NoKeys),
    };
    if project.held {
        project.held = false;
        project = projects.change(&project, &by()).await?;
    }
    let shown = Shown { global, place: &place, project: Some(&project.id) };
    shown.work(working, keys, Until::Idle, &stop).await?;
    status::line(global, projects, &project.id).await?;
    if stop.requested() {
        return Err(Error::stopped().into());
    }
    let counts = projects.counts(&project.id).await?;
    let bad = [State::Failed, State::DoneWithFailures, State::Paused, State::NotStarted];
    Ok(Exit::problems_if(bad.into_iter().any(|state| counts.of(state) > 0)))
}
