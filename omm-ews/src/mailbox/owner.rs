//! The mail addresses of a mailbox's owner. A login may be none (`DOMAIN\name`), or one of several: by them is told whose
//! meetings those of a calendar are, and whose answer an item holds.

use crate::{
    account::Account,
    ops::{FolderRef, GetFolder, Resolution, ResolveNames},
};
use omm_core::error::{Error, Result, Retry, Scope};

/// Of so many whom a name may mean it is asked whose mailbox theirs is.
const MOST: usize = 5;

impl Account {
    /// The addresses beside the login, asked for once in a run. None where the directory does not say for certain: to take
    /// another for the owner would be to send cancellations in a wrong name.
    ///
    /// # Errors
    /// If the server cannot be asked now.
    pub(super) async fn owner(&self) -> Result<Vec<String>> {
        // Public folders are nobody's.
        if self.config.public.is_some() {
            return Ok(Vec::new());
        }
        let mut place = self.known.owner.lock().await;
        if let Some(known) = &*place {
            return Ok(known.clone());
        }
        let found = self.find_owner().await?;
        Ok(place.insert(found).clone())
    }

    async fn find_owner(&self) -> Result<Vec<String>> {
        let login = &self.config.login;
        // Without the kind of an address, only the first ones of people are looked at.
        let name = match self.config.mailbox() {
            Some(address) => format!("smtp:{address}"),
            None => login.rsplit('\\').next().unwrap_or(login).to_owned(),
        };
        let found = self.perhaps(&ResolveNames::in_directory(&name)).await?.unwrap_or_default().found;
        let all: Vec<Vec<String>> = found.iter().map(Resolution::addresses).collect();
        let is_login = |address: &String| address.eq_ignore_ascii_case(login);
        if let Some(own) = all.iter().find(|addresses| addresses.iter().any(is_login)) {
            return Ok(own.clone());
        }
        // A directory finds people by the beginning of any of their names: whose mailbox this one is, its root tells.
        let entered = self.enter().await?;
        let Some(root) = self.root_of(entered.mailbox()).await? else { return Ok(Vec::new()) };
        for addresses in all.into_iter().filter(|addresses| !addresses.is_empty()).take(MOST) {
            if self.root_of(addresses.first().map(String::as_str)).await?.as_ref() == Some(&root) {
                return Ok(addresses);
            }
        }
        Ok(Vec::new())
    }

    /// The id of the root of somebody's mailbox, if it may be looked at.
    async fn root_of(&self, mailbox: Option<&str>) -> Result<Option<String>> {
        let doing = self.doing::<GetFolder>("look at the mailbox", Scope::Item);
        let folders = vec![FolderRef::distinguished("msgfolderroot", mailbox)];
        let refused = |error: Error| if error.retry_advice() == Retry::Never { Ok(None) } else { Err(error) };
        match self.call(doing, &GetFolder { folders }).await.map(|answers| answers.into_iter().next()) {
            Ok(Some(Ok(folder))) => Ok(Some(folder.id.id)),
            Ok(Some(Err(refusal))) => refused(self.failed(doing, refusal.into())),
            Ok(None) => Ok(None),
            Err(error) => refused(error),
        }
    }
}
