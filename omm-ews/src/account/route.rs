//! Which mailbox is asked: public folders lie in mailboxes of their own, the hierarchy in one and the items in others, and
//! whoever wants them says in two headers where they are (X-AnchorMailbox for the balancer in front, X-PublicFolderMailbox for
//! the server behind). The first is told by autodiscover, the others by the folders themselves. Before 2013 they were in a database that every server knew, and nobody looks at the headers.

use super::Account;
use futures::lock::Mutex as AsyncMutex;
use omm_core::error::Result;
use std::sync::{Arc, Mutex};

impl Account {
    /// The same account as it asks for the hierarchy of public folders.
    ///
    /// # Errors
    /// Those of coming in.
    pub(crate) async fn at_hierarchy(&self) -> Result<Self> {
        self.enter().await?;
        self.at(self.hierarchy()).await
    }

    /// The same account as it asks for the items of public folders that the mailbox with this GUID holds.
    ///
    /// # Errors
    /// Those of coming in.
    pub(crate) async fn at_holder(&self, guid: &str) -> Result<Self> {
        let hierarchy = self.hierarchy();
        let address = hierarchy.as_deref().or(self.config.mailbox());
        let domain = address.and_then(|address| address.rsplit_once('@'));
        self.at(domain.map(|(_, domain)| format!("{guid}@{domain}"))).await
    }

    /// The mailbox with the hierarchy: as the option says, as autodiscover told now, or as it told in an earlier run.
    fn hierarchy(&self) -> Option<String> {
        let public = self.config.public.as_ref()?;
        public.hierarchy.clone().or_else(|| self.facts().hierarchy).or_else(|| public.learned.clone())
    }

    /// Whoever has come in need not come in again, and shares what is known, noted and shown.
    async fn at(&self, route: Option<String>) -> Result<Self> {
        let entered = self.enter().await?;
        let (portions, halves, clock, asked) = Default::default();
        Ok(Self {
            config: self.config.clone(),
            side: self.side,
            env: self.env.clone(),
            names: self.names.clone(),
            portions,
            login: Arc::clone(&self.login),
            route,
            entered: AsyncMutex::new(Some(entered)),
            facts: Mutex::new(self.facts()),
            losses: Arc::clone(&self.losses),
            known: Arc::clone(&self.known),
            halves,
            clock,
            asked,
        })
    }
}
