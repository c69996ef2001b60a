//! What can be seen of copies without reading them.

use crate::{account::Account, look::look};
use omm_core::{
    error::Result,
    model::{DestFolderId, DestItemId, Flags},
    seam::Presence,
};

/// What can be seen of copies in this folder; one that was moved elsewhere is not there.
pub(crate) async fn inspect(
    account: &Account,
    folder: &DestFolderId,
    ids: &[DestItemId],
) -> Result<Vec<Option<Presence>>> {
    let presence = |shown: Result<Option<crate::look::Shown>>| match shown {
        Ok(shown) => shown.map(|shown| shown.presence()),
        // It is there, and the server cannot show it: of no known size, so that who wants to know more reads it.
        Err(_) => Some(Presence::new(0, Flags::none())),
    };
    Ok(look(account, folder, ids).await?.into_iter().map(presence).collect())
}
