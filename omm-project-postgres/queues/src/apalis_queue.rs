//! `apalis-postgres` with one queue for all, as its examples have it.

use crate::{Deed, Handed, Job, Judge, Queue};
use apalis::prelude::*;
use apalis_postgres::{Config, PgPool, PostgresStorage};
use std::time::Duration;

/// How often a job may be handed out. The crate's own measure is 25.
#[derive(Clone, Copy, Debug)]
pub struct Apalis {
    pub attempts: usize,
}

/// A worker that was handed nothing for so long is handed nothing any more: it looks ten times a second.
const NOTHING: Duration = Duration::from_secs(5);

/// It orders by whole seconds: those who came one after the other are put seconds apart, all in the past.
const IN_ORDER: &str = "\
    UPDATE apalis.jobs SET run_at = run_at - interval '1 hour' + come.place * interval '1 second'
    FROM (SELECT id, row_number() OVER (ORDER BY ctid) AS place FROM apalis.jobs) come
    WHERE come.id = apalis.jobs.id";

impl Queue for Apalis {
    async fn order(&self, database: &str, jobs: Vec<Job>, judge: Judge, most: usize) -> Vec<Job> {
        let pool = PgPool::connect(database).await.unwrap();
        PostgresStorage::setup(&pool).await.unwrap();
        // Handed out one by one: what is fetched ahead is out of everybody's reach.
        let config = Config::default().queue("migrations").batch_size(1);
        let mut storage = PostgresStorage::<Job>::new(&pool).with_config(config);
        for job in jobs {
            storage.push_task(TaskBuilder::new(job).max_attempts(self.attempts).build()).await.unwrap();
        }
        sqlx::query(IN_ORDER).execute(&pool).await.unwrap();
        let handed = Handed::default();
        let (notes, judged) = (handed.clone(), judge);
        let work = move |job: Job, worker: WorkerContext| {
            let (notes, judge) = (notes.clone(), judged.clone());
            async move {
                notes.note(job.clone());
                if notes.count() >= most {
                    worker.stop()?;
                }
                match judge(&job) {
                    Deed::Done => Ok::<(), BoxDynError>(()),
                    // There is no other way to put it back: `Reschedule` is not implemented for PostgreSQL in 1.0.
                    Deed::PutBack => Err("no slot at its server".into()),
                }
            }
        };
        let worker = WorkerBuilder::new("one").backend(storage).build(work);
        let quiet = async {
            let mut before = 0;
            loop {
                tokio::time::sleep(NOTHING).await;
                if std::mem::replace(&mut before, handed.count()) == handed.count() {
                    return;
                }
            }
        };
        tokio::select! {
            ended = worker.run() => ended.unwrap(),
            () = quiet => {}
        }
        handed.all()
    }
}
