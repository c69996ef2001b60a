//! Mails: who they are from, and by which server they leave.

use super::{House, Mark, stores::Stores};
use crate::guard::{failure::Failure, pace::Costly};
use async_trait::async_trait;
use omm::{
    CredentialProvider, CredentialRef, Env, Error, ErrorKind, Omm, Result, Secret, Side, SqliteProjects,
    TokioRuntime,
    core::host::BoxFuture,
    project::{
        notify::{Delivered, Mailer, Notice, Notifier, Post, Untold, Ways, outbox::SqliteOutbox},
        project::{Mail, MailServer, Project},
        sealed::Keys,
    },
};
use std::{path::PathBuf, sync::Arc, time::Instant};
use zeroize::Zeroizing;

/// The provider's own mail server. It may stand in the provider's own network: no visitor names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostMail {
    /// The server.
    pub server: MailServer,
    /// The file whose first line is the login's password.
    pub password_file: Option<PathBuf>,
}

/// The post office of a state folder.
pub(super) fn office(
    omm: &Omm,
    projects: &SqliteProjects,
    outbox: &SqliteOutbox,
    keys: &Arc<dyn Keys>,
    mail: Option<&HostMail>,
) -> Result<Post> {
    let shared: Arc<SqliteProjects> = Arc::new(projects.clone());
    let mut ways = Ways::new(shared.clone(), Arc::clone(keys), omm.env().clone());
    if let Some(mail) = mail {
        // Not behind the fence that visitors' servers are behind.
        let mut env = Env::new(Arc::new(TokioRuntime::current()?));
        env.credentials = Arc::new(OwnFile);
        let password = mail.password_file.clone().map_or(CredentialRef::None, CredentialRef::File);
        ways = ways.with_mail_of_host(Arc::new(Mailer::of(&env, &mail.server, password)?));
    }
    let post = Post::new(Arc::clone(&omm.env().runtime), Arc::new(outbox.clone()), ways.carriers());
    Ok(post.with_projects(shared))
}

/// Tells by numbers and links. Nobody knows whether whoever is written to wants it, and a name would carry any text that a
/// visitor likes to any mailbox, from the provider's own server.
pub(super) struct Nameless(pub(super) Arc<Post>);

#[async_trait]
impl Notifier for Nameless {
    async fn notify(&self, notice: &Notice) -> std::result::Result<Delivered, Untold> {
        let mut notice = notice.clone();
        notice.about.name = notice.about.id().to_owned();
        self.0.notify(&notice).await
    }

    async fn forget(&self, project: &str) -> std::result::Result<(), Untold> {
        self.0.forget(project).await
    }

    async fn forget_migration(&self, migration: &str) -> std::result::Result<(), Untold> {
        self.0.forget_migration(migration).await
    }
}

impl House {
    /// Has a project's contact written to, if there is a server for it and he has not been written to often just now.
    ///
    /// # Errors
    /// [`Failure::TooOften`] when he has.
    pub(crate) fn address(&self, project: &mut Project) -> std::result::Result<(), Failure> {
        if self.stores.has_mail {
            let contact = project.contact.to_lowercase();
            self.pace.spend(Costly::Writing, &contact, Instant::now()).map_err(Failure::TooOften)?;
            project.options.notices.mail = Mail::Host;
        }
        project.options.notices.link = self.link(Mark::of(project).as_ref());
        Ok(())
    }
}

impl Stores {
    /// Tells that a project was made. What cannot be told now fails nothing.
    pub(crate) async fn tell_made(&self, project: &Project) {
        if let Some(notice) = Notice::created(project)
            && Nameless(Arc::clone(&self.post)).notify(&notice).await.is_err()
        {
            tracing::warn!("nobody was told of a new project");
        }
    }
}

/// Knows the provider's password file, and no other secret.
struct OwnFile;

impl CredentialProvider for OwnFile {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(async move {
            let failed =
                |why: &str| Error::new(ErrorKind::Credentials, Side::Host, "read the mail password", why);
            let CredentialRef::File(path) = reference else { return Err(failed("no file is named for it")) };
            let text = tokio::fs::read_to_string(path).await;
            let text =
                Zeroizing::new(text.map_err(|cause| failed("its file cannot be read").caused_by(cause))?);
            Ok(Secret::new(text.lines().next().unwrap_or_default().to_owned()))
        })
    }
}
