//! Copies whose size is not what we wrote: where servers say wrong sizes (Exchange), only the body tells.

use super::{Habits, difference};
use crate::{
    destination::ImapDestination,
    error::{Doing, Named},
    locate::fingerprints,
    proto::Fetched,
    session::Session,
};
use omm_core::{error::Result, seam::Expected};
use std::collections::HashMap;

impl ImapDestination {
    /// Reads those whose size differs, and corrects the size of those that are ours byte for byte. The folder is open.
    pub(crate) async fn settle_doubt(
        &self,
        session: &mut Session,
        copies: &[(u32, &Expected)],
        seen: &mut HashMap<u32, Fetched>,
        habits: Habits,
    ) -> Result<()> {
        let doing = Doing::folder(self.account.side, "read copies whose size is another one");
        let differs = |uid: &u32, expected: &Expected| {
            let size = seen.get(uid).map(|there| Fetched { size: there.size, ..Fetched::default() });
            let of_size = Expected::new(expected.digest, expected.stored_size, Default::default());
            size.is_some_and(|there| difference(&of_size, &there, habits).is_some())
        };
        let doubtful =
            copies.iter().filter(|(uid, expected)| expected.digest.is_some() && differs(uid, expected));
        let doubtful: Vec<(u32, &Expected)> = doubtful.copied().collect();
        if doubtful.is_empty() {
            return Ok(());
        }
        let uids: Vec<u32> = doubtful.iter().map(|(uid, _)| *uid).collect();
        let read = fingerprints(session, &self.account.env, &uids).await.doing(doing)?;
        for (uid, expected) in doubtful {
            let is_ours = read.get(&uid).is_some_and(|there| Some(there.body) == expected.digest);
            if let Some(there) = seen.get_mut(&uid).filter(|_| is_ours) {
                there.size = Some(expected.stored_size);
            }
        }
        Ok(())
    }
}
