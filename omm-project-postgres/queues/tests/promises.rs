//! What a project promises, asked of ready-made queues. These tests are red where one of them has learned to keep it: then it is
//! to be weighed again, and the first lines of omm-project-postgres with it.

use omm_queues::{Apalis, Deed, Graphile, Job, Judge, Queue};
use omm_testkit::servers::{Durability, PostgresServer};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const MANY: usize = 50;

fn database() -> Option<(PostgresServer, String)> {
    match PostgresServer::start(Durability::Never) {
        Ok(server) => {
            let address = server.fresh_database().unwrap();
            Some((server, address))
        }
        Err(why) => {
            println!("skipped: {why}");
            None
        }
    }
}

/// A large project came first, and a small one with a single migration after it. Gives the place of the small one.
async fn fair_shares(queue: &impl Queue) -> Option<usize> {
    let (_server, database) = database()?;
    let mut jobs = vec![Job::new("large", "a"); MANY];
    jobs.push(Job::new("small", "b"));
    let order = queue.order(&database, jobs, Arc::new(|_| Deed::Done), 10 * MANY).await;
    Some(order.iter().position(|job| job.project == "small").expect("it is handed out some time"))
}

/// Many migrations wait for a server at which nobody else is let in, and then one for another server that is idle. Gives how many
/// were handed out, to be put back, before that one was: all `most` if it was not.
async fn idle_server(queue: &impl Queue, most: usize) -> Option<usize> {
    let (_server, database) = database()?;
    let mut jobs = vec![Job::new("one", "full"); MANY];
    jobs.push(Job::new("one", "idle"));
    let judge: Judge = Arc::new(|job| if job.server == "full" { Deed::PutBack } else { Deed::Done });
    let order = queue.order(&database, jobs, judge, most).await;
    Some(order.iter().position(|job| job.server == "idle").unwrap_or(order.len()))
}

/// A migration meets its server full thirty times, and not the next time. Gives how often it was handed out: 31 times, if it was
/// let in at last.
async fn waits(queue: &impl Queue) -> Option<usize> {
    let (_server, database) = database()?;
    let met = Arc::new(AtomicUsize::new(0));
    let judge: Judge = {
        let met = met.clone();
        Arc::new(move |_| if met.fetch_add(1, Ordering::Relaxed) < 30 { Deed::PutBack } else { Deed::Done })
    };
    let order = queue.order(&database, vec![Job::new("one", "full")], judge, 10 * MANY).await;
    Some(order.len())
}

// Promised: projects share what becomes free; omm_project's `projects_share_what_becomes_free` shows ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_project_keeps_a_small_one_waiting() {
    let Some(apalis) = fair_shares(&Apalis { attempts: 25 }).await else { return };
    assert_eq!(apalis, MANY, "apalis came to the small project before the large one was through");
    let Some(graphile) = fair_shares(&Graphile { attempts: 25 }).await else { return };
    assert_eq!(graphile, MANY, "graphile_worker came to the small project before the large one was through");
}

// Promised: limits at a server hold across all workers. A queue that does not know of them hands out what must be put back.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_keeps_an_idle_one_waiting() {
    // Who is put back keeps its place at the front, so that nobody behind it is ever reached while it may be tried again.
    let most = 4 * MANY;
    let Some(apalis) = idle_server(&Apalis { attempts: 1_000_000 }, most).await else { return };
    assert_eq!(apalis, most, "apalis came to the idle server");
    let Some(graphile) = idle_server(&Graphile { attempts: i16::MAX }, most).await else { return };
    assert_eq!(graphile, MANY, "graphile_worker came to the idle server earlier, or later");
}

// Promised: nothing fails for a limit. Attempts are counted when a job is handed out, whatever came of it, and after the last one
// it is never handed out again.
#[tokio::test(flavor = "multi_thread")]
async fn to_be_put_back_is_an_attempt() {
    let Some(apalis) = waits(&Apalis { attempts: 25 }).await else { return };
    assert_eq!(apalis, 25, "apalis");
    let Some(graphile) = waits(&Graphile { attempts: 25 }).await else { return };
    assert_eq!(graphile, 25, "graphile_worker");
}
