//! All folders of an account, in one flight where the server can do it.

use crate::{
    account::{Account, Facts, FolderFacts},
    error::{Doing, Named, Trouble},
    mailbox::{Naming, role_of},
    proto::{
        Command, Response, StatusKind, StatusOf,
        command::{self, Dialect, ListReturn},
    },
    session::{Answer, Session},
};
use omm_core::{
    error::{ErrorKind, Result},
    model::{FolderPath, Role},
};
use std::collections::{HashMap, HashSet};

/// A folder as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// Its name on the wire.
    pub(crate) wire: Vec<u8>,
    pub(crate) path: FolderPath,
    pub(crate) role: Option<Role>,
    /// Whether it can hold messages: not `\Noselect`, not `\NonExistent`.
    pub(crate) selectable: bool,
    pub(crate) subscribed: bool,
    /// As the server spells them.
    pub(crate) attributes: Vec<String>,
    pub(crate) status: Option<StatusOf>,
}

/// Lists the account's own folders, parents before their children, INBOX first.
///
/// # Errors
/// Of account scope.
pub(crate) async fn list(session: &mut Session, account: &Account) -> Result<Vec<Mailbox>> {
    let doing = Doing::account(account.side, "list folders");
    let extended = session.capabilities.has("LIST-EXTENDED");
    let with_status = extended && session.capabilities.has("LIST-STATUS");
    let items = status_items(session);
    let mut flight = Vec::new();
    let is_known = |facts: &Facts| facts.naming.as_ref().is_some_and(|naming| !naming.guessed);
    let ask_namespace = !account.ask(is_known);
    if ask_namespace {
        let has = session.capabilities.has("NAMESPACE");
        // RFC 9051 §6.3.9: an empty pattern asks for the delimiter.
        let command = if has { command::namespace() } else { command::list(b"", session.dialect()) };
        flight.push(session.submit(command));
    }
    if extended {
        let special = session.capabilities.has("SPECIAL-USE");
        let status = if with_status { items.as_slice() } else { &[] };
        flight.push(session.submit(list_extended(special, status, session.dialect())));
    } else {
        flight.push(session.submit(command::list(b"*", session.dialect())));
        flight.push(session.submit(command::lsub(b"*", session.dialect())));
    }
    let mut answers = session.finish_all(&flight).await.doing(doing)?.into_iter();
    if ask_namespace && let Some(answer) = answers.next() {
        learn_naming(session, account, answer).await?;
    }
    let mut responses = Vec::new();
    for answer in answers {
        responses.extend(answer.ok().doing(doing)?);
    }
    // A folder that is not listed is told as removed; so a listing of which a part is unknown is none.
    if responses.iter().any(|response| response.is_lost("LIST") || response.is_lost("XLIST")) {
        return Err(doing.failed(Trouble::Broken("a line of the list of folders".to_owned())));
    }
    let naming = account.ask(|facts| facts.naming.clone()).unwrap_or_default();
    let mut mailboxes = read(&responses, &naming, extended);
    if !with_status {
        statuses(session, &mut mailboxes, &items).await.doing(doing)?;
    }
    remember(account, &mailboxes);
    Ok(mailboxes)
}

/// What STATUS is asked for. Not SIZE, though it may be offered: some servers open every message to add it up.
pub(crate) const STATUS_ITEMS: [&str; 3] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY"];

fn status_items(session: &Session) -> Vec<&'static str> {
    let mut items = STATUS_ITEMS.to_vec();
    if session.capabilities.has("CONDSTORE") {
        items.push("HIGHESTMODSEQ");
    }
    items
}

/// RFC 5258, RFC 5819, RFC 6154: names, subscriptions, roles and states in one answer.
fn list_extended(special_use: bool, status: &[&str], dialect: Dialect) -> Command {
    let mut wanted = vec![ListReturn::Subscribed];
    if special_use {
        wanted.push(ListReturn::SpecialUse);
    }
    if !status.is_empty() {
        wanted.push(ListReturn::Status(status.iter().map(|item| (*item).to_owned()).collect()));
    }
    command::list_extended(&[b"*"], &wanted, dialect)
}

/// Nothing is learnt from a refusal: then what LIST says of the root has to do, until NAMESPACE is asked again.
async fn learn_naming(session: &mut Session, account: &Account, answer: Answer) -> Result<()> {
    let doing = Doing::account(account.side, "ask for the namespace");
    let is_namespace = |response: &Response| matches!(response, Response::Namespace(_));
    let guessed = session.capabilities.has("NAMESPACE") && !answer.responses.iter().any(is_namespace);
    let mut responses = answer.responses;
    if answer.status.kind != StatusKind::Ok {
        let error = doing.refused(&answer.status);
        let is_final = matches!(error.kind(), ErrorKind::Denied | ErrorKind::Rejected | ErrorKind::Protocol);
        if !guessed || !is_final {
            return Err(error);
        }
    }
    if guessed {
        responses = session.run(command::list(b"", session.dialect())).await.doing(doing)?;
    }
    let mut namespaces = None;
    let mut root = None;
    for response in &responses {
        match response {
            Response::Namespace(spaces) => namespaces = Some(spaces),
            Response::List(entry) => root = entry.delimiter,
            _ => {}
        }
    }
    let utf8 = session.enabled.contains("UTF8=ACCEPT") || session.enabled.contains("IMAP4REV2");
    let mut naming = Naming::new(namespaces, root, utf8);
    naming.guessed = guessed;
    account.learn(|facts| facts.naming = Some(naming));
    Ok(())
}

fn read(responses: &[Response], naming: &Naming, extended: bool) -> Vec<Mailbox> {
    let mut subscribed: HashSet<&[u8]> = HashSet::new();
    let mut status: HashMap<&[u8], &StatusOf> = HashMap::new();
    for response in responses {
        match response {
            Response::Lsub(entry) => drop(subscribed.insert(&entry.name)),
            Response::StatusOf(of) => drop(status.insert(&of.name, of)),
            _ => {}
        }
    }
    let mut seen = HashSet::new();
    let mut mailboxes = Vec::new();
    for response in responses {
        let Response::List(entry) = response else { continue };
        let Some(path) = naming.path(&entry.name, entry.delimiter) else { continue };
        let has = |name: &str| entry.attributes.iter().any(|attribute| attribute.eq_ignore_ascii_case(name));
        if path.depth() == 0 || !seen.insert(&entry.name) {
            continue;
        }
        mailboxes.push(Mailbox {
            role: if path == FolderPath::new(["INBOX"]) {
                Some(Role::Inbox)
            } else {
                role_of(&entry.attributes)
            },
            path,
            selectable: !has("\\Noselect") && !has("\\NonExistent"),
            subscribed: if extended {
                has("\\Subscribed")
            } else {
                subscribed.contains(entry.name.as_slice())
            },
            status: status.get(entry.name.as_slice()).map(|of| (*of).clone()),
            wire: entry.name.clone(),
            attributes: entry.attributes.clone(),
        });
    }
    // Stable: the server's order stays among equals.
    mailboxes.sort_by_key(|mailbox| (mailbox.role != Some(Role::Inbox), mailbox.path.depth()));
    mailboxes
}

/// STATUS for every folder, in one flight, where LIST could not say it.
async fn statuses(session: &mut Session, mailboxes: &mut [Mailbox], items: &[&str]) -> Result<(), Trouble> {
    let mut flight = Vec::new();
    for (at, mailbox) in mailboxes.iter().enumerate().filter(|(_, mailbox)| mailbox.selectable) {
        flight.push((at, session.submit(command::status(&mailbox.wire, items, session.dialect()))));
    }
    for (at, tag) in flight {
        let answer = session.finish(tag).await?;
        // A folder that says NO is met again when it is opened, and fails alone.
        for response in answer.responses {
            if let Response::StatusOf(of) = response {
                let at = meant(mailboxes, &of.name, at);
                mailboxes[at].status = Some(of);
            }
        }
    }
    Ok(())
}

/// Whose state it is: an answer may come before its turn, and a server may spell a name otherwise than it was asked for.
fn meant(mailboxes: &[Mailbox], name: &[u8], at: usize) -> usize {
    if mailboxes[at].wire == name {
        return at;
    }
    mailboxes.iter().position(|mailbox| mailbox.wire == name).unwrap_or(at)
}

fn remember(account: &Account, mailboxes: &[Mailbox]) {
    account.learn(|facts| {
        for mailbox in mailboxes {
            let Some(status) = &mailbox.status else { continue };
            let known = FolderFacts {
                uid_validity: status.uid_validity,
                uid_next: status.uid_next,
                messages: status.messages,
            };
            facts.folders.insert(mailbox.wire.clone(), known);
        }
    });
}
