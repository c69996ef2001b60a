//! What changes while somebody looks: server-sent events.
//!
//! However many browsers watch a project, it is read once a second for all of them, and told once in each language. What is
//! told is small: the counts, the rows that are at work, and when anything was changed last. A page that is missing a row of these,
//! or hears of a change that it does not see, asks for itself again.

mod outlook;
mod snapshot;

pub(crate) use snapshot::Sums;

use crate::{guard::visit::Inside, house::House, words};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{
    Stream,
    stream::{self, StreamExt},
};
use omm::project::project::ProjectId;
use outlook::Outlook;
use snapshot::Told;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// A stream ends then and the browser asks again, with its session looked at anew.
const LONGEST: Duration = Duration::from_secs(300);

/// Who is watched, and whether anybody still works.
#[derive(Default)]
pub(crate) struct Live {
    watched: Mutex<HashMap<ProjectId, watch::Sender<Arc<Told>>>>,
    is_over: AtomicBool,
}

impl Live {
    /// The worker has ended: the house is not ready any more, and streams end.
    pub(crate) fn worker_ended(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProjectId, watch::Sender<Arc<Told>>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to a project; the first to do so has it watched.
    fn listen(house: &House, project: &ProjectId) -> watch::Receiver<Arc<Told>> {
        let mut watched = house.live.lock();
        if let Some(known) = watched.get(project) {
            // Whoever comes later hears at once how it is, and not only what comes next.
            let mut later = known.subscribe();
            later.mark_changed();
            return later;
        }
        let (sender, receiver) = watch::channel(Arc::default());
        watched.insert(project.clone(), sender);
        tokio::spawn(look_on(house.clone(), project.clone()));
        receiver
    }

    /// Tells what is new; whether anybody still listens.
    fn tell(&self, project: &ProjectId, told: Option<Told>) -> bool {
        let mut watched = self.lock();
        let Some(sender) = watched.get(project) else { return false };
        if sender.receiver_count() == 0 || self.is_over() {
            watched.remove(project);
            return false;
        }
        if let Some(told) = told {
            sender.send_if_modified(|known| {
                let is_new = **known != told;
                *known = Arc::new(told);
                is_new
            });
        }
        true
    }
}

/// Looks at a project for as long as somebody listens. What cannot be read now is read the next time.
async fn look_on(house: House, project: ProjectId) {
    let (mut ticks, mut outlook) = (time::interval(LOOK), Outlook::default());
    loop {
        ticks.tick().await;
        let told = Told::of(&house, &project, &mut outlook).await.ok();
        if !house.live.tell(&project, told) {
            return;
        }
    }
}

/// The events of the project that one is logged in to.
pub(crate) async fn events(
    Inside { visit, project }: Inside,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let language = words::place(visit.words);
    let heard = Live::listen(&visit.house, &project.id);
    let news = stream::unfold(heard, move |mut heard| async move {
        loop {
            heard.changed().await.ok()?;
            let told = heard.borrow_and_update().in_language(language);
            // Nobody has looked yet.
            if !told.is_empty() {
                return Some((Ok(Event::default().data(told)), heard));
            }
        }
    });
    let over = Box::pin(time::sleep(LONGEST));
    Sse::new(news.take_until(over)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
