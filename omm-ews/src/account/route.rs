//! Which mailbox is asked: public folders lie in mailboxes of their own, the hierarchy in one and the items in others, and
//! whoever wants them says in two headers where they are (X-AnchorMailbox for the balancer in front, X-PublicFolderMailbox for
//! the server behind). Before 2013 they were in a database that every server knew, and nobody looks at the headers.

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
        let hierarchy = self.config.public.as_ref().and_then(|public| public.hierarchy.clone());
        self.at(hierarchy).await
    }

    /// The same account as it asks for the items of public folders that the mailbox with this GUID holds.
    ///
    /// # Errors
    /// Those of coming in.
    pub(crate) async fn at_holder(&self, guid: &str) -> Result<Self> {
        let hierarchy = self.config.public.as_ref().and_then(|public| public.hierarchy.as_deref());
        let domain = hierarchy.or(self.config.mailbox()).and_then(|address| address.rsplit_once('@'));
        self.at(domain.map(|(_, domain)| format!("{guid}@{domain}"))).await
    }

    /// Whoever has come in need not come in again, and shares what is known, noted and shown.
    async fn at(&self, route: Option<String>) -> Result<Self> {
        let entered = self.enter().await?;
        let (portions, asked) = Default::default();
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
            asked,
        })
    }
}
