//! How the letters of each project leave: by its own settings, as they are when the letter goes.

use super::{
    Address, Brink, Carrier, Channel, Fate, Letter,
    webhook::{Hook, Hooks},
};
use crate::{
    project::{Kept, Mail, Project, ProjectId, Webhook},
    sealed::{Field, Keys},
    store::Projects,
    work::Passwords,
};
use async_trait::async_trait;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::{CredentialRef, Env},
};
use std::{fmt, sync::Arc};

/// The name under which a project's webhook is addressed.
pub(crate) const HOOK: &str = "project";

/// Carries letters of projects by what each project says of its mail server and its webhook
/// ([`crate::project::Notices`]). Sealed secrets are opened when a connection asks for them.
///
/// Whoever lets strangers change a project's options lets them name servers: see to it that the host's
/// [`dial`](omm_core::host::Runtime::dial) reaches no inner network.
#[derive(Clone)]
pub struct Ways {
    projects: Arc<dyn Projects>,
    keys: Arc<dyn Keys>,
    env: Env,
    host: Option<Arc<dyn Carrier>>,
}

impl Ways {
    /// For the projects of a store, with what the host lends.
    pub fn new(projects: Arc<dyn Projects>, keys: Arc<dyn Keys>, env: Env) -> Self {
        Self { projects, keys, env, host: None }
    }

    /// The same, with the host's own mail server: for projects that say [`Mail::Host`], and for what belongs to no project.
    #[must_use]
    pub fn with_mail_of_host(mut self, carrier: Arc<dyn Carrier>) -> Self {
        self.host = Some(carrier);
        self
    }

    /// For [`super::Post::new`]: mails, with the feature `smtp` or by the host's server, and webhooks.
    pub fn carriers(&self) -> Vec<Arc<dyn Carrier>> {
        vec![Arc::new(Mails(self.clone())), Arc::new(Webhooks(self.clone()))]
    }

    async fn project(&self, letter: &Letter) -> std::result::Result<Option<Project>, Fate> {
        let Some(id) = letter.project.as_deref().and_then(ProjectId::parse) else { return Ok(None) };
        match self.projects.project(&id).await {
            Ok(Some(project)) => Ok(Some(project)),
            Ok(None) => Err(Fate::Refused("the project was erased".to_owned())),
            Err(error) => Err(Fate::later(error.to_string())),
        }
    }

    /// What is lent to open one secret of the project's, and where that is to be found.
    fn opening(&self, project: &Project, field: Field, kept: &Kept) -> (Env, CredentialRef) {
        let mut env = self.env.clone();
        let reference = match kept {
            Kept::Nowhere => CredentialRef::None,
            Kept::Elsewhere(reference) => reference.clone(),
            Kept::Sealed(sealed) => {
                let reference = CredentialRef::Named(format!("sealed:project:{field:?}"));
                let known = vec![(reference.clone(), field, sealed.clone())];
                let host = Arc::clone(&self.env.credentials);
                env.credentials =
                    Arc::new(Passwords::of_project(&project.id, known, Arc::clone(&self.keys), host));
                reference
            }
        };
        (env, reference)
    }

    /// Where it leads. Its URL is no other than that of the site which people were shown.
    async fn url(&self, project: &Project, webhook: &Webhook) -> Result<String> {
        let (env, reference) = self.opening(project, Field::WebhookUrl, &webhook.url);
        if reference == CredentialRef::None {
            return Ok(webhook.site.clone());
        }
        let url = env.credentials.secret(&reference, "webhook", "webhook").await?;
        let site = |url: &str| Webhook::site_of(url).map(|(site, _)| site);
        let is_it = site(url.expose()).is_ok_and(|found| site(&webhook.site).is_ok_and(|told| told == found));
        let wrong = || {
            let message = format!("the URL of the webhook does not lead to {}", webhook.site);
            Error::new(ErrorKind::Config, Side::Host, "open a webhook", message)
        };
        is_it.then(|| url.expose().to_owned()).ok_or_else(wrong)
    }

    async fn hooks(&self, project: &Project, webhook: &Webhook) -> Result<Hooks> {
        let (env, secret) = self.opening(project, Field::WebhookSecret, &webhook.secret);
        let mut hook = Hook::new(self.url(project, webhook).await?, secret);
        hook.plain_allowed = webhook.is_here();
        hook.ca_file.clone_from(&webhook.ca_file);
        let mut hooks = Hooks::new(&env);
        hooks.add(HOOK, hook)?;
        Ok(hooks)
    }

    #[cfg(feature = "smtp")]
    fn mailer(&self, project: &Project, server: &crate::project::MailServer) -> Result<super::Mailer> {
        let (env, password) = self.opening(project, Field::MailPassword, &server.password);
        super::Mailer::of(&env, server, password)
    }

    #[cfg(feature = "smtp")]
    async fn by_server(
        &self,
        project: &Project,
        server: &crate::project::MailServer,
        letter: &Letter,
        brink: &dyn Brink,
    ) -> Fate {
        match self.mailer(project, server) {
            Ok(mailer) => mailer.carry(letter, brink).await,
            // A person may mend it.
            Err(error) => Fate::later(error.to_string()),
        }
    }

    #[cfg(not(feature = "smtp"))]
    async fn by_server(
        &self,
        _: &Project,
        _: &crate::project::MailServer,
        _: &Letter,
        _: &dyn Brink,
    ) -> Fate {
        Fate::later("this program was built without e-mail")
    }
}

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ways").field("mail_of_host", &self.host.is_some()).finish_non_exhaustive()
    }
}

struct Mails(Ways);

#[async_trait]
impl Carrier for Mails {
    fn channel(&self) -> Channel {
        Channel::Mail
    }

    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate {
        let project = match self.0.project(letter).await {
            Ok(project) => project,
            Err(fate) => return fate,
        };
        match project.as_ref().map(|project| (project, &project.options.notices.mail)) {
            Some((project, Mail::Server(server))) => self.0.by_server(project, server, letter, brink).await,
            Some((_, Mail::None)) => Fate::Refused("nobody is to be told by mail any more".to_owned()),
            Some((_, Mail::Host)) | None => match &self.0.host {
                Some(carrier) => carrier.carry(letter, brink).await,
                None => Fate::later("the host has no mail server"),
            },
        }
    }
}

struct Webhooks(Ways);

#[async_trait]
impl Carrier for Webhooks {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate {
        let project = match self.0.project(letter).await {
            Ok(project) => project,
            Err(fate) => return fate,
        };
        let is_ours = matches!(&letter.address, Address::Webhook(name) if name == HOOK);
        let known = project.as_ref().filter(|_| is_ours);
        let Some((project, webhook)) =
            known.and_then(|project| Some((project, project.options.notices.webhook.as_ref()?)))
        else {
            return Fate::Refused("nobody is to be told by a webhook any more".to_owned());
        };
        match self.0.hooks(project, webhook).await {
            Ok(hooks) => hooks.carry(letter, brink).await,
            Err(error) => Fate::later(error.to_string()),
        }
    }
}
