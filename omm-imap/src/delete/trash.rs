//! Removing on Gmail. A folder is a label there: what is expunged from it stays in All Mail. Only what is expunged from
//! the trash is gone, so copies are moved there first. But what is moved to the trash is lost under all its labels: a
//! message that has others beside ours only loses ours.

use super::{
    expunge,
    plan::{Doomed, Plan},
    remove_marked, store,
};
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

/// Where copies are, and where they go.
pub(super) struct Places {
    folder: Vec<u8>,
    role: Option<Role>,
    trash: Vec<u8>,
}

impl Places {
    /// Whether a message that is seen in this folder has a label besides; so it is if nothing was said.
    fn is_elsewhere(&self, labels: Option<&[Vec<u8>]>) -> bool {
        // Only views on messages that are elsewhere; Gmail gives \Important by itself, and \Starred is a flag.
        const VIEWS: [&str; 3] = ["\\important", "\\starred", "\\muted"];
        let own = match self.role {
            Some(Role::Inbox) => "\\inbox",
            Some(Role::Sent) => "\\sent",
            Some(Role::Drafts) => "\\draft",
            Some(Role::Junk) => "\\junk",
            _ => "",
        };
        let counts = |label: &Vec<u8>| {
            let word = String::from_utf8_lossy(label).to_ascii_lowercase();
            *label != self.folder && word != own && !VIEWS.contains(&word.as_str())
        };
        labels.is_none_or(|labels| labels.iter().any(counts))
    }
}

impl ImapDestination {
    /// Where copies are and go; nothing without a trash, or in it. Roles are declared (RFC 6154 §2): names are in the
    /// user's language.
    pub(super) async fn places(&self, session: &mut Session, folder: &[u8]) -> Result<Option<Places>> {
        let mailboxes = listing::list(session, &self.account).await?;
        let trash = mailboxes.iter().find(|mailbox| mailbox.role == Some(Role::Trash));
        let own = mailboxes.iter().find(|mailbox| mailbox.wire == folder);
        Ok(trash.filter(|trash| trash.wire != folder).map(|trash| Places {
            folder: folder.to_vec(),
            role: own.and_then(|own| own.role),
            trash: trash.wire.clone(),
        }))
    }

    /// Takes our label off what has others, and removes the rest by way of the trash.
    pub(super) async fn remove_labelled(
        &self,
        session: &mut Session,
        places: &Places,
        plan: &mut Plan,
        conditional: bool,
    ) -> Result<()> {
        let doing = Doing::folder(self.account.side, "take a label off copies");
        let is_elsewhere = |doomed: &&Doomed| places.is_elsewhere(doomed.labels.as_deref());
        if places.role == Some(Role::All) {
            // It is no label, so it cannot be taken off.
            let labelled = plan.doomed.iter().filter(is_elsewhere).map(|doomed| doomed.uid).collect();
            plan.leave(&labelled, "it was given a label");
        }
        let (elsewhere, here): (Vec<_>, Vec<_>) =
            std::mem::take(&mut plan.doomed).into_iter().partition(|doomed| is_elsewhere(&doomed));
        plan.doomed = elsewhere;
        if !plan.doomed.is_empty() {
            remove_marked(session, plan, conditional).await.doing(doing)?;
        }
        if !here.is_empty() {
            let uids: Vec<u32> = here.iter().map(|doomed| doomed.uid).collect();
            self.remove_by_trash(session, &places.folder, &places.trash, &uids).await?;
        }
        plan.doomed.extend(here);
        Ok(())
    }

    /// Moves these to the trash and removes them there. The folder is open, and open again behind it.
    async fn remove_by_trash(
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
    fn labels_that_are_no_place_do_not_count() {
        let places = |role| Places { folder: b"a".to_vec(), role, trash: b"t".to_vec() };
        for (role, labels, elsewhere) in [
            (None, &[][..], false),
            (None, &["a", "\\Important", "\\Starred"], false),
            (None, &["\\Inbox"], true),
            (Some(Role::Inbox), &["\\Inbox"], false),
            (None, &["\\Sent"], true),
            (Some(Role::Sent), &["\\Sent", "Tax"], true),
        ] {
            let said: Vec<Vec<u8>> = labels.iter().map(|label| label.as_bytes().to_vec()).collect();
            assert_eq!(places(role).is_elsewhere(Some(&said)), elsewhere, "{role:?} {labels:?}");
        }
        assert!(places(None).is_elsewhere(None));
    }

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
