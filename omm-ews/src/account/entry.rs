//! How one comes in: where the services are, which schema they know, and how an administrator opens the mailbox.
//!
//! The first question of every account is for the root of its folders. One answer tells whether the password is right (else
//! 401), whether the schema is known, and whether the mailbox is there and may be opened.

use super::Account;
use crate::{
    autodiscover,
    config::{Address, Place},
    delegation::Delegation,
    error::{Doing, Trouble},
    http::Client,
    ops::{FolderRef, GetFolder},
    soap::{Header, Impersonated, Refusal, Version},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::Intake,
    seam::Tls,
};
use omm_net::Endpoint;
use std::sync::Arc;

/// The newest schema that we write. What came later is not needed.
const NEWEST: Version = Version::E2013Sp1;

/// The way in, once it is known.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(super) client: Client,
    pub(super) path: String,
    version: Version,
    impersonated: Option<Impersonated>,
    /// To be named with folders that every mailbox has.
    pub(super) mailbox: Option<String>,
}

impl Entered {
    /// The mailbox, to be named with folders that every mailbox has.
    pub(crate) fn mailbox(&self) -> Option<&str> {
        self.mailbox.as_deref()
    }

    /// The header of every request.
    pub(super) fn header(&self) -> Header {
        Header { version: self.version, impersonated: self.impersonated.clone(), zone: None }
    }
}

impl Account {
    /// The way in; found out at the first call.
    pub(crate) async fn enter(&self) -> Result<Arc<Entered>> {
        let mut place = self.entered.lock().await;
        if let Some(entered) = &*place {
            return Ok(Arc::clone(entered));
        }
        let entered = Arc::new(self.find_way().await?);
        *place = Some(Arc::clone(&entered));
        Ok(entered)
    }

    pub(crate) fn doing_login(&self) -> Doing {
        self.doing::<GetFolder>("log in", Scope::Account)
    }

    async fn find_way(&self) -> Result<Entered> {
        let domain = match &self.config.place {
            Place::At(address) => return self.enter_at(address).await,
            Place::OfDomain { found, .. } => found,
        };
        if let Some(found) = domain {
            match self.enter_at(found).await {
                Err(error) if is_elsewhere(&error) => {}
                entered => return entered,
            }
        }
        let found = autodiscover::find(self).await?;
        let entered = self.enter_at(&found).await?;
        Ok(entered)
    }

    async fn enter_at(&self, address: &Address) -> Result<Entered> {
        let mut entered = Entered {
            client: self.client(address),
            path: address.path.clone(),
            version: self.config.version.or(self.config.learned_version).unwrap_or(NEWEST),
            impersonated: None,
            mailbox: None,
        };
        let mut refused: Option<Refusal> = None;
        for way in self.ways() {
            entered.take(way, &self.config.login);
            match self.look(&mut entered).await {
                Ok(()) => {
                    let found_out = matches!(self.config.place, Place::OfDomain { .. });
                    self.learn(|facts| {
                        (facts.version, facts.delegation) = (Some(entered.version), way);
                        facts.url = found_out.then(|| address.written());
                    });
                    return Ok(entered);
                }
                // The password was taken: another way costs no try of it.
                Err(Trouble::Refused(refusal)) if way.is_some_and(|way| way.is_refused_by(&refusal)) => {
                    refused = Some(refusal);
                }
                Err(trouble) => return Err(self.failed(self.doing_login(), trouble)),
            }
        }
        Err(self.not_allowed(refused))
    }

    /// How the mailbox may be opened, the likeliest first.
    fn ways(&self) -> Vec<Option<Delegation>> {
        let config = &self.config;
        match (&config.delegate, config.delegation, config.learned_delegation) {
            (None, ..) => vec![None],
            (Some(_), Some(fixed), _) => vec![Some(fixed)],
            (Some(_), None, Some(Delegation::DelegateAccess)) => {
                vec![Some(Delegation::DelegateAccess), Some(Delegation::Impersonation)]
            }
            (Some(_), None, _) => vec![Some(Delegation::Impersonation), Some(Delegation::DelegateAccess)],
        }
    }

    /// Asks for the root, by older and older schemas until one is known.
    async fn look(&self, entered: &mut Entered) -> Result<(), Trouble> {
        let nowhere = Intake::measuring(&self.env);
        loop {
            let folders = vec![FolderRef::distinguished("msgfolderroot", entered.mailbox.as_deref())];
            let (client, header) = (&entered.client, entered.header());
            let question = GetFolder { folders };
            let asked = self.ask(client, &entered.path, &header, &question, |_| nowhere.begin(None));
            let refusal = match asked.await {
                Ok((answer, _)) => match answer.into_iter().next() {
                    Some(Ok(_)) => {
                        entered.version = self.best(entered.version);
                        return Ok(());
                    }
                    Some(Err(refusal)) => refusal,
                    None => return Err(Trouble::Unreadable("no folder was told".to_owned())),
                },
                Err(Trouble::Refused(refusal)) => refusal,
                Err(trouble) => return Err(trouble),
            };
            match self.older(entered.version).filter(|_| is_about_version(&refusal)) {
                Some(older) => entered.version = older,
                None => return Err(refusal.into()),
            }
        }
    }

    /// The schema to be used: the one that was asked for, else the newest that both know.
    fn best(&self, taken: Version) -> Version {
        let server = self.facts().server.map(|server| server.schema().min(NEWEST));
        self.config.version.or(server.map(|known| known.max(taken))).unwrap_or(taken)
    }

    /// The next one to try, after this one was not known.
    fn older(&self, than: Version) -> Option<Version> {
        if self.config.version.is_some() {
            return None;
        }
        let told = self.facts().server.map(|server| server.schema()).filter(|told| *told < than);
        told.or_else(|| Version::NEWEST_FIRST.into_iter().find(|version| *version < than))
    }

    /// The line to a server.
    pub(crate) fn endpoint(&self, address: &Address) -> Endpoint {
        let tls = if address.is_tls { Tls::Required } else { Tls::Off };
        let mut endpoint = Endpoint::new(address.host.clone(), address.port, tls, self.side);
        endpoint.ca_file.clone_from(&self.config.ca_file);
        endpoint
    }

    fn client(&self, address: &Address) -> Client {
        Client::new(&self.env, self.endpoint(address), address.usual_port())
    }

    fn not_allowed(&self, refused: Option<Refusal>) -> Error {
        let (administrator, whose) = (self.config.owner(), &self.config.login);
        let remedy = match self.config.delegation {
            Some(Delegation::Impersonation) => format!("give it {ROLE}"),
            Some(Delegation::DelegateAccess) => format!("give it {ACCESS}"),
            None => format!("give it {ROLE}, or {ACCESS}"),
        };
        let said = refused.map(|refusal| {
            let said = crate::error::one_line(&refusal.text);
            format!("; the server says {said:?} ({})", refusal.code)
        });
        let message = format!(
            "{administrator} is known, but may not open the mailbox {whose}: {remedy}{}",
            said.unwrap_or_default()
        );
        self.told(Error::new(ErrorKind::Auth, self.side, "log in", message))
    }
}

const ROLE: &str =
    "the role ApplicationImpersonation (New-ManagementRoleAssignment -Role ApplicationImpersonation)";
const ACCESS: &str = "full access to the mailbox (Add-MailboxPermission -AccessRights FullAccess)";

impl Entered {
    fn take(&mut self, way: Option<Delegation>, whose: &str) {
        let is = |wanted| way == Some(wanted);
        self.impersonated = is(Delegation::Impersonation).then(|| Impersonated(whose.to_owned()));
        self.mailbox = is(Delegation::DelegateAccess).then(|| whose.to_owned());
    }
}

/// The question is always well formed, so a server that does not understand it does not know its schema: Exchange 2007 and
/// 2010 say so of words that came after them.
fn is_about_version(refusal: &Refusal) -> bool {
    refusal.code.is(&["ErrorInvalidServerVersion", "ErrorIncorrectSchemaVersion", "ErrorSchemaValidation"])
}

/// Whether the services are no longer where an earlier run found them.
fn is_elsewhere(error: &Error) -> bool {
    let is_gone = error.kind() == ErrorKind::Unreachable && error.retry_advice() == Retry::Never;
    is_gone || (error.kind() == ErrorKind::Config && error.context().any(|(key, _)| key == "status"))
}
