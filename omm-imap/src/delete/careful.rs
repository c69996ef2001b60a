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
        Event, Fetched, Response, StatusKind, UidSet,
        command::{self, FlagChange},
    },
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::SystemFlag,
};
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
        let mut others = marked(&mut session, doing).await?;
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
async fn marked(session: &mut Session, doing: Doing) -> Result<Vec<u32>> {
    let mut marks = Marks::default();
    let exists = |session: &Session| session.selected.as_ref().map_or(0, |open| open.exists);
    let mut least = exists(session);
    let tag = session.submit(command::uid_fetch_text("1:*", "UID FLAGS", None, false));
    loop {
        let event = session.next().await.doing(doing)?;
        // What arrives meanwhile is not among the answers, and what goes away need not be.
        least = least.min(exists(session));
        match event {
            Event::Response(Response::Fetch(fetched)) => marks.hear(&fetched),
            Event::Done(outcome) if outcome.tag == tag => {
                return match outcome.status.kind {
                    StatusKind::Ok => marks.of_all(least, doing),
                    _ => Err(doing.refused(&outcome.status)),
                };
            }
            _ => {}
        }
    }
}

/// What was heard of flags.
#[derive(Default)]
struct Marks {
    heard: HashSet<u32>,
    marked: Vec<u32>,
}

impl Marks {
    fn hear(&mut self, fetched: &Fetched) {
        let (Some(uid), Some(_)) = (fetched.uid, &fetched.flags) else { return };
        self.heard.insert(uid);
        if flags_of(fetched).contains(SystemFlag::Deleted) {
            self.marked.push(uid);
        }
    }

    /// The marks, if all of so many messages were heard of: an answer that is missing, or that could not be read, may
    /// have been about a message that another has marked.
    fn of_all(self, exists: u32, doing: Doing) -> Result<Vec<u32>> {
        let heard = self.heard.len();
        if heard >= exists as usize {
            return Ok(self.marked);
        }
        let message =
            format!("the server told the flags of {heard} of {exists} messages, and others may be marked");
        let error = Error::new(ErrorKind::Protocol, doing.side, doing.operation, message);
        Err(error.scope(Scope::Folder).retry(Retry::Backoff))
    }
}

/// Nothing is expunged unless the others' marks are off.
async fn remove_ours(session: &mut Session, uids: &[u32], others: &[UidSet]) -> Result<(), Trouble> {
    store(session, others, FlagChange::Remove).await?;
    store(session, &sets(uids.to_vec()), FlagChange::Add).await?;
    session.run(command::expunge()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::error::Side;

    /// Kills: an EXPUNGE over a mark that was not heard of.
    #[test]
    fn marks_count_only_if_all_were_heard() {
        let said = |uid, flags: Option<&str>| {
            let flags = flags.map(|flags| flags.split(' ').map(str::to_owned).collect());
            Fetched { uid, flags, ..Fetched::default() }
        };
        let marks = |exists| {
            let mut marks = Marks::default();
            let all = [
                said(Some(3), Some("\\Seen \\deleted")),
                said(Some(4), Some("")),
                said(Some(4), Some("\\Seen")),
                said(Some(5), None),
                said(None, Some("\\Deleted")),
            ];
            all.iter().for_each(|one| marks.hear(one));
            marks.of_all(exists, Doing::folder(Side::Destination, "test"))
        };
        assert_eq!(marks(2).expect("all"), [3]);
        let error = marks(3).expect_err("one was not heard of");
        assert_eq!((error.reach(), error.retry_advice()), (Scope::Folder, Retry::Backoff));
    }
}
