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
    output,
    signals::stop_on_signal,
};
use omm::{
    Error,
    postgres::Terms,
    project::{
        project::ProjectId,
        sealed::{Keys, NoKeys},
        store::{State, Turns},
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
    let ring = if working.key.key_file.is_empty() { None } else { Some(key::read(&working.key)?) };
    let is_sealed = key::opens(projects, &project, ring.as_ref()).await?;
    let keys: Arc<dyn Keys> = match ring {
        Some(ring) => Arc::new(ring),
        None if project.options.notices.holds_secrets() => {
            return Err(no_key("telling people of this project"));
        }
        None if is_sealed && key::seals_all(projects, &project).await? => {
            return Err(no_key("the migrations of this project"));
        }
        None => {
            if is_sealed {
                output::note(
                    "omm: passwords are sealed here and there is no --key-file: what needs them is left, as it is, for \
                     whoever has the key",
                );
            }
            Arc::new(NoKeys)
        }
    };
    if !place.is_shared() {
        // Before anything is changed: a project that is let run where another process works would begin there.
        is_alone(projects, &project.id).await?;
    }
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
    let bad = [State::Failed, State::DoneWithFailures, State::Paused, State::NotStarted, State::Waiting];
    Ok(Exit::problems_if(bad.into_iter().any(|state| counts.of(state) > 0)))
}

/// Nothing could be done without it.
fn no_key(what: &str) -> Failure {
    let remedy = "name the file of the key with --key-file FILE; nothing was begun";
    Failure::Usage(format!("what is needed for {what} is sealed with a key; {remedy}"))
}

/// Whether nobody else works in this state folder.
async fn is_alone(projects: &dyn Turns, id: &ProjectId) -> Result<(), Failure> {
    let Err(error) = projects.take_up(&by()).await else { return Ok(()) };
    let counts = projects.counts(id).await?;
    let at_work = counts.of(State::Running) + counts.of(State::Stopping);
    let there = match at_work {
        0 => "nothing of this project runs there, and nothing was changed".to_owned(),
        _ => format!("{at_work} of this project run there, as `omm project status {id} --watch` shows"),
    };
    Err(Failure::Local(format!("{error}; {there}")))
}
