//! Removing on Gmail. A folder is a label there: what is expunged from it stays in All Mail. Only what is expunged from
//! the trash is gone, so copies are moved there first.

use super::{expunge, store};
use crate::{
    copy_id::sets,
    destination::ImapDestination,
    error::{Doing, Named},
    flags::open_to_write,
    listing,
    proto::{
        Code, Response,
        command::{self, FlagChange},
    },
    session::{Answer, Session},
};
use omm_core::{error::Result, model::Role};

impl ImapDestination {
    /// The trash, by its declared role (RFC 6154 §2): its name is in the user's language.
    pub(super) async fn trash(&self, session: &mut Session) -> Result<Option<Vec<u8>>> {
        let mailboxes = listing::list(session, &self.account).await?;
        let trash = mailboxes.into_iter().find(|mailbox| mailbox.role == Some(Role::Trash));
        Ok(trash.map(|mailbox| mailbox.wire))
    }

    /// Moves these to the trash and removes them there. The folder is open, and open again behind it.
    pub(super) async fn remove_by_trash(
        &self,
        session: &mut Session,
        folder: &[u8],
        trash: &[u8],
        uids: &[u32],
    ) -> Result<()> {
        let doing = Doing::folder(self.account.side, "remove copies by way of the trash");
        let moves: Vec<u32> = sets(uids.to_vec())
            .iter()
            .map(|set| session.submit(command::uid_move(set, trash, session.dialect())))
            .collect();
        let answers = session.finish_all(&moves).await.doing(doing)?;
        let moved = moved_to(&answers, uids);
        for answer in answers {
            answer.ok().doing(doing)?;
        }
        // Without COPYUID they stay in the trash, which Gmail empties itself.
        if let Some((uid_validity, uids)) = moved {
            let newest = uids.iter().copied().max().unwrap_or(0);
            let open = open_to_write(session, &self.account, trash, newest).await?;
            if open.uid_validity == Some(uid_validity) {
                store(session, &sets(uids.clone()), FlagChange::Add).await.doing(doing)?;
                expunge(session, &uids).await.doing(doing)?;
            }
        }
        open_to_write(session, &self.account, folder, u32::MAX).await.map(drop)
    }
}

/// RFC 4315 §3: where they are now. MOVE says it before its answer (RFC 6851 §4.3), and some say it with it. What does
/// not speak of ours, one by one, is not believed: other people's trash is at stake.
fn moved_to(answers: &[Answer], ours: &[u32]) -> Option<(u32, Vec<u32>)> {
    let untagged =
        answers.iter().flat_map(|answer| &answer.responses).filter_map(|response| match response {
            Response::Status(status) => status.code.as_ref(),
            _ => None,
        });
    let tagged = answers.iter().filter_map(|answer| answer.status.code.as_ref());
    let mut moved: Option<(u32, Vec<u32>)> = None;
    for code in untagged.chain(tagged) {
        let Code::CopyUid { uid_validity, from, to } = code else { continue };
        let lines_up = from.count() == to.count() && from.count() <= ours.len() as u64;
        if lines_up && from.iter().all(|uid| ours.contains(&uid)) {
            moved.get_or_insert((*uid_validity, Vec::new())).1.extend(to.iter());
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{Status, StatusKind, UidSet};

    #[test]
    fn only_what_speaks_of_ours_is_believed() {
        let told = |from: &str, to: &str| {
            let uids = |text: &str| UidSet::parse(text.as_bytes()).expect(text);
            let code = Some(Code::CopyUid { uid_validity: 9, from: uids(from), to: uids(to) });
            let status = Status { kind: StatusKind::Ok, code, text: String::new() };
            moved_to(&[Answer { status, responses: Vec::new() }], &[5, 6, 9])
        };
        assert_eq!(told("5:6,9", "21:23"), Some((9, vec![21, 22, 23])));
        for (from, to) in [("5:6", "1:4294967295"), ("5:7", "21:23"), ("1:4294967295", "1:4294967295")] {
            assert_eq!(told(from, to), None, "{from} {to}");
        }
    }
}
