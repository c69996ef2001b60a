//! Mails: who they are from, and by which server they leave.

use super::stores::Stores;
use omm::{
    CredentialProvider, CredentialRef, Env, Error, ErrorKind, Omm, Result, Secret, Side, SqliteProjects,
    TokioRuntime,
    core::host::BoxFuture,
    project::{
        notify::{Mailer, Notice, Notifier, Post, Ways, outbox::SqliteOutbox},
        project::{Mail, MailServer, Project},
        sealed::Keys,
    },
};
use std::{path::PathBuf, sync::Arc};
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

impl Stores {
    /// Has a project's contact written to, if there is a server for it.
    pub(crate) fn address(&self, project: &mut Project, link: Option<&str>) {
        if self.has_mail {
            project.options.notices.mail = Mail::Host;
        }
        project.options.notices.link = link.map(str::to_owned);
    }

    /// Tells that a project was made. What cannot be told now fails nothing.
    pub(crate) async fn tell_made(&self, project: &Project) {
        if let Some(notice) = Notice::created(project)
            && self.post.notify(&notice).await.is_err()
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
