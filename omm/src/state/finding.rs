//! Accounts that are to be found out, and how one that was found stays the same from run to run.

use super::{Known, Omm};
use crate::discovery::{FoundOut, sought};
use omm_core::{
    error::{Result, Side},
    seam::AccountSpec,
};
use omm_store::MigrationRow;

impl Omm {
    /// What an `auto:` account stands for, and why; another account is what it is. [`Self::migrate`] and its like do the
    /// same by themselves: this is for who wants to say what was found, and to go on with exactly that. For a
    /// destination only servers count that can be written.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], [`ErrorKind::NotFound`] or [`ErrorKind::Unreachable`] when there is no server to be taken
    /// without asking a person, with the reason.
    ///
    /// # Cancel safety
    /// Dropping the future closes its connections.
    ///
    /// [`ErrorKind::Config`]: crate::ErrorKind::Config
    /// [`ErrorKind::NotFound`]: crate::ErrorKind::NotFound
    /// [`ErrorKind::Unreachable`]: crate::ErrorKind::Unreachable
    pub async fn find_out(&self, account: &AccountSpec, side: Side) -> Result<FoundOut> {
        self.finder.find_out(&self.env, account, side, &self.registry).await
    }

    /// The same for a pair, source first. With [`Known::Continue`] a pair that was found out before is what it was then:
    /// nobody is asked, so that a slow server or a lookup that fails today does not make it another account, to which
    /// everything would be copied again.
    ///
    /// # Errors
    /// As for [`Self::find_out`], and [`ErrorKind::Journal`](crate::ErrorKind::Journal).
    ///
    /// # Cancel safety
    /// As for [`Self::find_out`].
    pub async fn find_out_pair(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        known: Known,
    ) -> Result<(FoundOut, FoundOut)> {
        let before = match known {
            Known::Continue => self.found_before(source, destination).await?,
            Known::New => None,
        };
        if let Some(row) = before {
            let known = |account, known| FoundOut::before(account, known, &row.id);
            return Ok((known(source, &row.source), known(destination, &row.destination)));
        }
        let source = self.find_out(source, Side::Source).await?;
        Ok((source, self.find_out(destination, Side::Destination).await?))
    }

    pub(super) async fn normal_pair(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        known: Known,
    ) -> Result<(AccountSpec, AccountSpec)> {
        let (source, destination) = self.find_out_pair(source, destination, known).await?;
        Ok((self.known_form(&source.account).await?, self.known_form(&destination.account).await?))
    }

    /// The newest migration between these two, at least one of which was found out when it began.
    async fn found_before(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
    ) -> Result<Option<MigrationRow>> {
        if sought(source).is_none() && sought(destination).is_none() {
            return Ok(None);
        }
        let (source, destination) = (self.said(source).await?, self.said(destination).await?);
        let rows = self.catalogue.list().await?.into_iter();
        let same = rows.filter(|row| is_of(&row.source, &source) && is_of(&row.destination, &destination));
        Ok(same.max_by_key(|row| row.created))
    }

    /// The account in its normal form, if it says itself what it is.
    async fn said(&self, account: &AccountSpec) -> Result<AccountSpec> {
        match sought(account) {
            Some(_) => Ok(account.clone()),
            None => self.known_form(account).await,
        }
    }
}

/// Whether a known account is the one that is meant.
fn is_of(known: &AccountSpec, meant: &AccountSpec) -> bool {
    let is_same = match sought(meant) {
        Some(address) => known.found_for == Some(address),
        None => {
            let key = |account: &AccountSpec| {
                (account.server_type.clone(), account.server.clone(), account.login.clone())
            };
            key(known) == key(meant)
        }
    };
    is_same && known.delegate == meant.delegate
}
