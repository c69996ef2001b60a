//! `graphile_worker`, whose jobs wait e, e², … e¹⁰ seconds after each refusal: these waits are skipped here.

use crate::{Deed, Handed, Job, Judge, Queue};
use graphile_worker::{IntoTaskHandlerResult, JobSpec, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

/// How often a job may be handed out. The crate's own measure is 25.
#[derive(Clone, Copy, Debug)]
pub struct Graphile {
    pub attempts: i16,
}

#[derive(Clone)]
struct Desk {
    handed: Handed,
    judge: Judge,
    most: usize,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.handed.fmt(f)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Continue(Job);

impl TaskHandler for Continue {
    const IDENTIFIER: &'static str = "continue";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let desk = context.get_ext::<Desk>().expect("the worker was given it").clone();
        desk.handed.note(self.0.clone());
        match (desk.judge)(&self.0) {
            _ if desk.handed.count() > desk.most => Ok(()),
            Deed::Done => Ok(()),
            Deed::PutBack => Err("no slot at its server".to_owned()),
        }
    }
}

impl Queue for Graphile {
    async fn order(&self, database: &str, jobs: Vec<Job>, judge: Judge, most: usize) -> Vec<Job> {
        let pool = sqlx::PgPool::connect(database).await.unwrap();
        let desk = Desk { handed: Handed::default(), judge, most };
        let worker = WorkerOptions::default()
            .pg_pool(pool.clone())
            .concurrency(1)
            .listen_os_shutdown_signals(false)
            .add_extension(desk.clone())
            .define_job::<Continue>()
            .init()
            .await
            .unwrap();
        for job in jobs {
            let spec = JobSpec { max_attempts: Some(self.attempts), ..JobSpec::default() };
            worker.create_utils().add_job(Continue(job), spec).await.unwrap();
        }
        loop {
            let before = desk.handed.count();
            worker.run_once().await.unwrap();
            if desk.handed.count() == before || desk.handed.count() >= most {
                break;
            }
            sqlx::query("UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()")
                .execute(&pool)
                .await
                .unwrap();
        }
        let mut all = desk.handed.all();
        all.truncate(most);
        all
    }
}
