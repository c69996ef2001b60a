//! What the account can take, found out in the same flight as its folders.

use crate::{
    account::Account,
    capability::Capabilities,
    copy_id::Position,
    destination::ImapDestination,
    error::{Doing, Named},
    listing,
    mailbox::id_of,
    proto::{Response, command},
    quirks::Quirks,
    session::{Answer, Session},
};
use omm_core::{
    error::Result,
    mapping::NameRules,
    model::{DestFolderId, ItemKind, Mark},
    seam::{Capacity, DestFolder, LineEnds, Locating},
};
use std::time::Duration;

/// A server goes on storing what it had received when the connection broke. Seen: Dovecot, for a good part of a second
/// on a busy machine; a run that is begun at once would send a batch again.
const SETTLING: Duration = Duration::from_secs(5);

impl ImapDestination {
    /// Logs in, and asks for everything that the planner wants to know in one flight.
    pub(crate) async fn find_capacity(&self) -> Result<Capacity> {
        let account = &self.account;
        let doing = Doing::account(account.side, "ask for the capacity");
        let mut session = account.lease(None).await?;
        let limits = ask_limits(&mut session);
        let mailboxes = listing::list(&mut session, account).await?;
        let answers = session.finish_all(&limits).await.doing(doing)?;
        let (bytes_free, append_limit) = read_limits(&answers);
        let largest_item = session.capabilities.append_limit().or(append_limit);
        account.learn(|facts| facts.append_limit = largest_item);
        self.keep_listing(mailboxes);
        let mut capacity = Capacity::new([ItemKind::Mail]);
        capacity.settling = SETTLING;
        capacity.largest_item = largest_item;
        capacity.bytes_free = bytes_free;
        capacity.locating = Locating::ByContent;
        capacity.line_ends = LineEnds::Crlf;
        describe(&mut capacity, &session, account);
        Ok(capacity)
    }

    /// The folders that can hold messages.
    pub(crate) async fn list_folders(&self) -> Result<Vec<DestFolder>> {
        let mailboxes = match self.take_listing() {
            Some(mailboxes) => mailboxes,
            None => {
                let mut session = self.account.lease(None).await?;
                listing::list(&mut session, &self.account).await?
            }
        };
        let selectable = mailboxes.into_iter().filter(|mailbox| mailbox.selectable);
        let folders: Vec<DestFolder> = selectable
            .map(|mailbox| {
                let id = DestFolderId::new(id_of(&mailbox.wire));
                let mut folder = DestFolder::new(id, mailbox.path, ItemKind::Mail);
                folder.role = mailbox.role;
                folder.subscribed = Some(mailbox.subscribed);
                folder.items = mailbox.status.and_then(|status| status.messages).map(u64::from);
                folder
            })
            .collect();
        self.learn_names(&folders);
        Ok(folders)
    }

    /// The folder's position, without a round trip where it is known: it may be too low.
    pub(crate) async fn find_mark(&self, folder: &[u8]) -> Result<Mark> {
        let known = self.account.ask(|facts| facts.folders.get(folder).copied()).unwrap_or_default();
        if let (Some(uid_validity), Some(uid_next)) = (known.uid_validity, known.uid_next) {
            return Ok(Position::new(uid_validity, uid_next).mark());
        }
        let doing = Doing::folder(self.account.side, "ask for the folder's position");
        let mut session = self.account.lease(Some(folder)).await?;
        let command = command::status(folder, &listing::STATUS_ITEMS, session.dialect());
        let responses =
            session.run(command).await.doing(doing).map_err(|e| e.with("folder", id_of(folder)))?;
        let status = responses.into_iter().find_map(|response| match response {
            Response::StatusOf(status) => Some(status),
            _ => None,
        });
        // Without a UIDNEXT everything counts as above the mark, which is only slow.
        let status = status.unwrap_or_default();
        Ok(Position::new(status.uid_validity.unwrap_or(0), status.uid_next.unwrap_or(1)).mark())
    }
}

/// Puts the questions for limits into the line.
fn ask_limits(session: &mut Session) -> Vec<u32> {
    let mut flight = Vec::new();
    if session.capabilities.has("QUOTA") {
        flight.push(session.submit(command::get_quota_root(b"INBOX", session.dialect())));
    }
    // RFC 7889 §2: without a number the limit is a folder's own.
    if session.capabilities.has("APPENDLIMIT") {
        flight.push(session.submit(command::status(b"INBOX", &["APPENDLIMIT"], session.dialect())));
    }
    flight
}

/// Bytes that are free and the largest message, as far as they were said. A refusal says nothing.
fn read_limits(answers: &[Answer]) -> (Option<u64>, Option<u64>) {
    let (mut free, mut largest) = (None::<u64>, None);
    for response in answers.iter().flat_map(|answer| &answer.responses) {
        match response {
            Response::Quota { resources, .. } => {
                // RFC 9208 §5.1: STORAGE counts units of 1024 octets.
                let storage = resources.iter().filter(|resource| resource.name == "STORAGE");
                for rest in storage.map(|resource| resource.limit.saturating_sub(resource.used)) {
                    let bytes = rest.saturating_mul(1024);
                    free = Some(free.map_or(bytes, |free| free.min(bytes)));
                }
            }
            Response::StatusOf(status) => largest = status.append_limit.flatten().or(largest),
            _ => {}
        }
    }
    (free, largest)
}

fn describe(capacity: &mut Capacity, session: &Session, account: &Account) {
    let facts = account.facts();
    let quirks = &facts.quirks;
    let delimiter = facts.naming.as_ref().and_then(|naming| naming.delimiter);
    capacity.names = NameRules::without(delimiter.map(String::from).unwrap_or_default());
    // RFC 9051 §5.1: control characters make trouble everywhere, and NUL, CR and LF fit into no quoted string.
    capacity.names.no_controls = true;
    if delimiter == Some('.') {
        // Seen: Dovecot, Courier and Cyrus. Their folders are directories.
        capacity.names.forbidden.to_mut().push('/');
    }
    capacity.names.trims_blanks = quirks.trims_blanks;
    capacity.rewrites_bodies = quirks.rewrites_headers;
    capacity.folds_case = quirks.folds_case;
    if quirks.cyrus {
        capacity.names.forbidden.to_mut().push_str(CYRUS_FORBIDS);
        // Where the dot is no separator, it is stored as a caret, which therefore is none.
        if delimiter == Some('/') {
            capacity.names.forbidden.to_mut().push('^');
        }
    }
    if quirks.gmail {
        // Seen: Gmail refuses it.
        capacity.names.forbidden.to_mut().push('^');
    }
    let keeps_keywords = keeps_keywords(facts.permanent_flags.as_deref());
    if !keeps_keywords {
        capacity.keywords_per_folder = Some(0);
    }
    capacity.remarks = remarks(quirks, &session.capabilities, keeps_keywords);
}

/// RFC 9051 §7.1, PERMANENTFLAGS: `\*` means that new keywords can be made. Nothing said: everything can be kept.
fn keeps_keywords(permanent: Option<&[String]>) -> bool {
    permanent.is_none_or(|flags| flags.iter().any(|flag| flag == "\\*"))
}

/// What Cyrus 3 has in no name, whatever its separator.
const CYRUS_FORBIDS: &str = "!\"%;<>\\`{|}";

fn remarks(quirks: &Quirks, offered: &Capabilities, keeps_keywords: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut say = |remark: String| remarks.push(remark);
    if quirks.cyrus {
        // RFC 3516: with BINARY it takes NUL in bodies, and stores what says that it is binary in another encoding.
        let nul = if offered.has("BINARY") { "NUL in their header" } else { "NUL" };
        say(format!("messages with {nul}, or with a header line that is none, are refused (Cyrus)"));
    }
    if let Some(longest) = quirks.longest_line {
        say(format!("messages with a line of more than {longest} bytes are refused (Exchange)"));
    }
    if quirks.rewrites_headers {
        say("headers are changed when a message is stored: copies are not the same byte for byte".to_owned());
    }
    if quirks.wants_final_crlf {
        say("messages that do not end with a line end get one (Yahoo)".to_owned());
    }
    if quirks.gmail {
        say("\\Deleted is not kept, and keywords may not be (Gmail)".to_owned());
        say("of equal messages in one folder one is kept, and the others are said to be refused (Gmail)"
            .to_owned());
    }
    if !keeps_keywords {
        say("keywords are not kept: the server allows no new ones".to_owned());
    }
    if !offered.has("UIDPLUS") {
        say("an undo removes copies the careful way, since the server has no UIDPLUS".to_owned());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{QuotaResource, Status, StatusKind, StatusOf};

    fn answer(responses: Vec<Response>) -> Answer {
        Answer { status: Status { kind: StatusKind::Ok, code: None, text: String::new() }, responses }
    }

    fn quota(name: &str, used: u64, limit: u64) -> Response {
        let resources = vec![QuotaResource { name: name.to_owned(), used, limit }];
        Response::Quota { root: String::new(), resources }
    }

    #[test]
    fn the_smallest_rest_counts_and_only_storage() {
        let limit = |limit| Response::StatusOf(StatusOf { append_limit: limit, ..StatusOf::default() });
        for (responses, expected) in [
            (vec![], (None, None)),
            (vec![quota("MESSAGE", 1, 2)], (None, None)),
            (vec![quota("STORAGE", 1, 10), quota("STORAGE", 5, 9)], (Some(4096), None)),
            (vec![quota("STORAGE", 11, 10)], (Some(0), None)),
            (vec![quota("STORAGE", 0, u64::MAX)], (Some(u64::MAX), None)),
            (vec![limit(Some(Some(5)))], (None, Some(5))),
            (vec![limit(Some(None))], (None, None)),
        ] {
            assert_eq!(read_limits(&[answer(responses.clone())]), expected, "{responses:?}");
        }
    }

    #[test]
    fn remarks_say_what_is_lost() {
        assert!(remarks(&Quirks::default(), &Capabilities::new(["UIDPLUS"]), true).is_empty());
        assert_eq!(remarks(&Quirks::default(), &Capabilities::default(), false).len(), 2);
        let flags = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(keeps_keywords(None) && keeps_keywords(Some(&flags("\\Seen \\*"))));
        assert!(!keeps_keywords(Some(&flags("\\Seen Work"))));
    }
}
