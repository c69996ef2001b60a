//! Without UIDPLUS, EXPUNGE takes everything that anybody marked (RFC 9051 §6.4.3). So other people's marks are taken
//! off before it and put back behind it, also when something goes wrong in between.

use super::{Plan, store};
use crate::{
    account::Lease,
    copy_id::sets,
    destination::ImapDestination,
    error::{Doing, Named, Trouble},
    flags::open_to_write,
    inspect::flags_of,
    proto::{
        Event, Response, StatusKind, UidSet,
        command::{self, FlagChange},
    },
    session::Session,
};
use omm_core::{error::Result, model::SystemFlag};
use std::collections::HashSet;

impl ImapDestination {
    /// Removes what is doomed, and leaves what others marked as it is. The connection is given back, or another one if it
    /// broke.
    pub(super) async fn remove_carefully<'a>(
        &'a self,
        mut session: Lease<'a>,
        folder: &[u8],
        plan: &Plan,
    ) -> Result<Lease<'a>> {
        let doing = Doing::folder(self.account.side, "remove copies without UIDPLUS");
        let uids = plan.uids();
        let ours: HashSet<u32> = uids.iter().copied().collect();
        let mut others = marked(&mut session).await.doing(doing)?;
        others.retain(|uid| !ours.contains(uid));
        let others = sets(others);
        let removed = remove_ours(&mut session, &uids, &others).await;
        if matches!(removed, Err(Trouble::Refused(_))) {
            // No mark of ours stays for somebody else's EXPUNGE. That this is refused too says nothing more.
            let _ = store(&mut session, &sets(plan.marked_by_us()), FlagChange::Remove).await;
        }
        if store(&mut session, &others, FlagChange::Add).await.is_err() {
            // The connection goes back first: there may be no second one beside it.
            drop(session);
            session = self.restore(folder, &others).await?;
        }
        removed.doing(doing)?;
        Ok(session)
    }

    /// Once more, over a connection that works.
    async fn restore<'a>(&'a self, folder: &[u8], others: &[UidSet]) -> Result<Lease<'a>> {
        let doing = Doing::folder(self.account.side, "mark again what others had marked as \\Deleted");
        let mut session = self.account.lease(Some(folder)).await?;
        open_to_write(&mut session, &self.account, folder, u32::MAX).await?;
        store(&mut session, others, FlagChange::Add).await.doing(doing)?;
        Ok(session)
    }
}

/// Everything in the folder that is marked as \Deleted. SEARCH could say it in one line, but some servers find nothing
/// (Yandex, QQ), and then other people's mail would go. A response is looked at and dropped.
async fn marked(session: &mut Session) -> Result<Vec<u32>, Trouble> {
    let tag = session.submit(command::uid_fetch_text("1:*", "UID FLAGS", None, false));
    let mut marked = Vec::new();
    loop {
        match session.next().await? {
            Event::Response(Response::Fetch(fetched)) => {
                let is_marked = flags_of(&fetched).contains(SystemFlag::Deleted);
                marked.extend(fetched.uid.filter(|_| is_marked));
            }
            Event::Done(outcome) if outcome.tag == tag => {
                return match outcome.status.kind {
                    StatusKind::Ok => Ok(marked),
                    _ => Err(Trouble::Refused(outcome.status)),
                };
            }
            _ => {}
        }
    }
}

/// Nothing is expunged unless the others' marks are off.
async fn remove_ours(session: &mut Session, uids: &[u32], others: &[UidSet]) -> Result<(), Trouble> {
    store(session, others, FlagChange::Remove).await?;
    store(session, &sets(uids.to_vec()), FlagChange::Add).await?;
    session.run(command::expunge()).await.map(drop)
}
