//! Logging in and out. Nothing of it touches a migration.

use super::{PasswordHash, ProjectId, Rule, Session, Token};
use crate::store::{By, Projects, Subject};
use chrono::{DateTime, TimeDelta, Utc};
use futures::lock::Mutex;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Side},
    host::{Runtime, Secret, blocking},
};
use std::sync::Arc;

/// Lets people in who know a project's name and password.
///
/// Whether there is such a project is not to be learned here: the answer is the same, and takes as long.
pub struct Logins {
    projects: Arc<dyn Projects>,
    runtime: Arc<dyn Runtime>,
    lasts: TimeDelta,
    /// A comparison takes 64 MiB. One at a time, or whoever knocks a hundred times at once takes all memory.
    comparing: Arc<Mutex<()>>,
}

/// Who knocks.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// Where he comes from, as the host sees it: an IP address. It is kept as a hash, for a day.
    pub address: &'a str,
}

/// How long a session lasts unless the host says otherwise.
const LASTS: TimeDelta = TimeDelta::hours(12);

impl Logins {
    /// For the projects of a store.
    pub fn new(projects: Arc<dyn Projects>, runtime: Arc<dyn Runtime>) -> Self {
        Self { projects, runtime, lasts: LASTS, comparing: Arc::default() }
    }

    /// The same, with sessions that last so long.
    #[must_use]
    pub fn lasting(self, lasts: TimeDelta) -> Self {
        Self { lasts, ..self }
    }

    /// Logs somebody in and gives him his token.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] when name or password are wrong, the same for both; [`ErrorKind::Throttled`] with the time to wait when there were too many
    /// attempts; else whatever the store says.
    ///
    /// # Cancel safety
    /// Dropped, the attempt counts as failed.
    pub async fn log_in(&self, id: &str, password: Secret, visitor: Visitor<'_>) -> Result<Token> {
        let id = ProjectId::parse(id);
        let now = self.runtime.now();
        let by_address = Subject::address(visitor.address);
        // A name that cannot be one has attempts of its own all the same: the answer must not tell.
        let by_project = Subject::project(id.as_ref());
        self.attempt(&by_address, &Rule::ADDRESS, now).await?;
        if let Err(error) = self.attempt(&by_project, &Rule::PROJECT, now).await {
            // No password was looked at, so his address has failed in nothing. Nobody knocks at a name drawn just now.
            let nowhere = Subject::project(Some(&ProjectId::random()?));
            self.projects.succeeded(&by_address, &nowhere).await?;
            return Err(error);
        }
        let project = match &id {
            Some(id) => self.projects.project(id).await?,
            None => None,
        };
        let hash = project.as_ref().map_or_else(PasswordHash::nobody, |project| project.password.clone());
        let is_it = {
            let alone = Arc::clone(&self.comparing).lock_owned().await;
            // With the work, and not with us: it runs to its end even if nobody waits for it any more.
            let compare = move || {
                let _alone = alone;
                hash.is(&password)
            };
            blocking(&self.runtime, compare).await?
        };
        let Some(project) = project.filter(|_| is_it) else { return Err(wrong()) };
        self.projects.succeeded(&by_address, &by_project).await?;
        self.open(&project.id).await
    }

    /// Logs in whoever has just made a project: he has set its password, and no attempt is counted.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn open(&self, project: &ProjectId) -> Result<Token> {
        let (token, now) = (Token::random()?, self.runtime.now());
        let session = Session::new(token.hash(), project.clone(), now, now + self.lasts);
        self.projects.open_session(&session, &By::visitor(now)).await?;
        Ok(token)
    }

    /// The project that a token opens, if it still does.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn visit(&self, token: &Token) -> Result<Option<ProjectId>> {
        let session = self.projects.session(&token.hash()).await?;
        let now = self.runtime.now();
        Ok(session.filter(|session| !session.is_over(now)).map(|session| session.project))
    }

    /// Ends a session. The migrations go on.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn log_out(&self, token: &Token) -> Result<()> {
        self.projects.end_session(&token.hash(), &By::visitor(self.runtime.now())).await
    }

    async fn attempt(&self, subject: &Subject, rule: &Rule, now: DateTime<Utc>) -> Result<()> {
        match self.projects.attempt(subject, rule, now).await? {
            Ok(()) => Ok(()),
            Err(wait) => {
                let seconds = wait.num_seconds().max(0) + 1;
                let message = format!("too many attempts; try again in {seconds} seconds");
                let wait = wait.to_std().unwrap_or_default();
                Err(Error::new(ErrorKind::Throttled, Side::Host, "log in", message).retry(Retry::After(wait)))
            }
        }
    }
}

fn wrong() -> Error {
    let message =
        "the project's id or its password is wrong; look at the mail that was sent when it was made";
    Error::new(ErrorKind::Auth, Side::Host, "log in", message)
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logins").field("lasts", &self.lasts).finish_non_exhaustive()
    }
}
