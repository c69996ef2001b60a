//! Making and removing folders.

use crate::{
    account::{Account, Facts, FolderFacts},
    destination::ImapDestination,
    error::{Doing, Named, Trouble},
    listing,
    mailbox::{Naming, id_of, use_of},
    proto::{Code, ListEntry, Response, Status, StatusKind, StatusOf, command},
    session::{Answer, Session},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, ItemKind, Role},
    seam::{DestFolder, Wanted},
};

/// The commands for one folder, in one flight with those for the others.
struct Making {
    wire: Vec<u8>,
    /// What the server is asked to declare it for.
    role: Option<Role>,
    /// None for what is there.
    create: Option<u32>,
    subscribe: Option<u32>,
    status: u32,
}

/// What the server said of one folder.
struct Made {
    wire: Vec<u8>,
    role: Option<Role>,
    create: Option<Status>,
    status: Status,
}

impl ImapDestination {
    /// Makes folders and says their state, all in one flight. What lies above them the server makes.
    pub(crate) async fn make_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        let account = &self.account;
        let doing = Doing::account(account.side, "make folders");
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = account.lease(None).await?;
        let naming = naming(&mut session, account).await?;
        let with_use = session.capabilities.has("CREATE-SPECIAL-USE");
        let mut flight = Vec::new();
        for one in wanted {
            // What was listed is not asked for by a name of our own spelling: that would make a twin beside it.
            let listed = self.listed_name(&one.path);
            let create = listed.is_none();
            flight.push(listed.map_or_else(|| naming.wire(&one.path), Ok).map(|wire| {
                let create = create && !self.need_not_create(&wire);
                submit(&mut session, wire, one, with_use, create)
            }));
        }
        let (mut made, mut states) = (Vec::new(), Vec::new());
        for one in flight {
            made.push(match one {
                Ok(making) => Ok(finish(&mut session, making, &mut states).await.doing(doing)?),
                Err(error) => Err(error),
            });
        }
        self.once_more(&mut session, &naming, wanted, &mut made, &mut states).await?;
        let judged = wanted.iter().zip(made);
        Ok(judged.map(|(wanted, made)| made.and_then(|made| judge(account, wanted, made, &states))).collect())
    }

    /// INBOX is always there (RFC 9051 §5.1). Elsewhere CREATE is asked to make what may be there, except of a server
    /// that counts refusals.
    fn need_not_create(&self, wire: &[u8]) -> bool {
        let is_known = |facts: &Facts| facts.quirks.bye_after_errors && facts.folders.contains_key(wire);
        wire == b"INBOX" || self.account.ask(is_known)
    }

    /// RFC 6154 §3: a server that cannot give this role says so, and the folder is made without it. And one that was
    /// listed may be gone since.
    async fn once_more(
        &self,
        session: &mut Session,
        naming: &Naming,
        wanted: &[Wanted],
        made: &mut [Result<Made>],
        states: &mut Vec<StatusOf>,
    ) -> Result<()> {
        let doing = Doing::account(self.account.side, "make folders");
        let with_use = session.capabilities.has("CREATE-SPECIAL-USE");
        let mut again = Vec::new();
        for (at, (one, wanted)) in made.iter_mut().zip(wanted).enumerate() {
            match one {
                Ok(Made { wire, role: Some(_), create: Some(status), .. }) if refuses_use(status) => {
                    again.push((at, submit(session, wire.clone(), wanted, false, true)));
                }
                Ok(Made { wire, create: None, status, .. }) if is_gone(status) => {
                    self.forget_name(wire);
                    match naming.wire(&wanted.path) {
                        Ok(wire) => again.push((at, submit(session, wire, wanted, with_use, true))),
                        Err(error) => *one = Err(error),
                    }
                }
                _ => {}
            }
        }
        for (at, making) in again {
            made[at] = Ok(finish(session, making, states).await.doing(doing)?);
        }
        Ok(())
    }

    /// Removes a folder that has neither messages nor children. One that is gone already is as good as removed.
    pub(crate) async fn remove_folder(&self, folder: &[u8]) -> Result<bool> {
        let account = &self.account;
        let doing = Doing::folder(account.side, "remove the folder");
        let named = |error: Error| error.with("folder", id_of(folder));
        let mut session = account.lease(None).await?;
        let naming = naming(&mut session, account).await?;
        // Before the look: of a folder that is open, STATUS may say what was true when it was opened (RFC 9051 §6.3.11
        // warns of it), and what arrived since would go with the folder.
        close_if_open(&mut session, folder).await.doing(doing).map_err(named)?;
        let dialect = session.dialect();
        let mut flight = vec![session.submit(command::list(folder, dialect))];
        if let Some(delimiter) = naming.delimiter {
            let mut below = folder.to_vec();
            below.extend_from_slice(delimiter.to_string().as_bytes());
            below.push(b'%');
            flight.push(session.submit(command::list(&below, dialect)));
        }
        flight.push(session.submit(command::status(folder, &listing::STATUS_ITEMS, dialect)));
        let answers = session.finish_all(&flight).await.doing(doing).map_err(named)?;
        match state(folder, &answers, doing).map_err(named)? {
            State::Gone => return Ok(true),
            State::InUse => return Ok(false),
            State::Empty => {}
        }
        let delete = session.submit(command::delete(folder, dialect));
        let unsubscribe = session.submit(command::unsubscribe(folder, dialect));
        let mut answers = session.finish_all(&[delete, unsubscribe]).await.doing(doing).map_err(named)?;
        let status = answers.swap_remove(0).status;
        self.forget_name(folder);
        account.learn(|facts| {
            facts.folders.remove(folder);
        });
        match (&status.kind, &status.code) {
            (StatusKind::Ok, _) => Ok(true),
            // RFC 9051 §7.1: something was put into it meanwhile.
            (_, Some(Code::Other { name, .. })) if name == "HASCHILDREN" => Ok(false),
            _ => Err(named(doing.refused(&status))),
        }
    }
}

/// How names are written; asked for if nobody has listed yet.
async fn naming(session: &mut Session, account: &Account) -> Result<Naming> {
    if let Some(naming) = account.ask(|facts| facts.naming.clone()) {
        return Ok(naming);
    }
    listing::list(session, account).await?;
    Ok(account.ask(|facts| facts.naming.clone()).unwrap_or_default())
}

fn submit(session: &mut Session, wire: Vec<u8>, wanted: &Wanted, with_use: bool, create: bool) -> Making {
    let dialect = session.dialect();
    let role = wanted.role.filter(|role| with_use && use_of(*role).is_some());
    let attribute = role.and_then(use_of);
    let create = create.then(|| session.submit(command::create(&wire, attribute, dialect)));
    let subscribe = wanted.subscribed.then(|| session.submit(command::subscribe(&wire, dialect)));
    let status = session.submit(command::status(&wire, &listing::STATUS_ITEMS, dialect));
    Making { wire, role, create, subscribe, status }
}

/// Waits for the answers about one folder. States go to those of the whole flight, since a server may say one early.
async fn finish(session: &mut Session, making: Making, states: &mut Vec<StatusOf>) -> Result<Made, Trouble> {
    let Making { wire, role, create, subscribe, status } = making;
    let (mut of_create, mut last) = (None, None);
    // A folder that cannot be subscribed to can be filled all the same.
    for tag in [create, subscribe, Some(status)].into_iter().flatten() {
        let Answer { status, responses } = session.finish(tag).await?;
        states.extend(responses.into_iter().filter_map(|response| match response {
            Response::StatusOf(of) => Some(of),
            _ => None,
        }));
        if Some(tag) == create {
            of_create = Some(status);
        } else {
            last = Some(status);
        }
    }
    let nothing = || Status { kind: StatusKind::No, code: None, text: String::new() };
    Ok(Made { wire, role, create: of_create, status: last.unwrap_or_else(nothing) })
}

fn is_gone(status: &Status) -> bool {
    let doing = Doing::folder(omm_core::error::Side::Destination, "make folders");
    status.kind != StatusKind::Ok && doing.refused(status).kind() == ErrorKind::NotFound
}

fn refuses_use(status: &Status) -> bool {
    matches!(&status.code, Some(Code::Other { name, .. }) if name == "USEATTR")
        || (status.kind == StatusKind::Bad)
}

/// A folder whose state can be told is there, whatever CREATE said.
fn judge(account: &Account, wanted: &Wanted, made: Made, states: &[StatusOf]) -> Result<DestFolder> {
    let Made { wire, role, create, status } = made;
    let created = create.as_ref().is_some_and(|status| status.kind == StatusKind::Ok);
    let exact = states.iter().rfind(|of| of.name == wire);
    let found = exact.or_else(|| states.iter().rfind(|of| of.name.eq_ignore_ascii_case(&wire)));
    let (StatusKind::Ok, Some(of)) = (status.kind, found) else {
        let why = create.filter(|status| status.kind != StatusKind::Ok).unwrap_or(status);
        return Err(refused(account, wanted, &why));
    };
    let wire = spelled(account, wire, of, created);
    account.learn(|facts| {
        let StatusOf { uid_validity, uid_next, messages, .. } = *of;
        facts.folders.insert(wire.clone(), FolderFacts { uid_validity, uid_next, messages });
    });
    let path = account.ask(|facts| {
        let naming = facts.naming.as_ref()?;
        naming.path(&wire, naming.delimiter)
    });
    let id = DestFolderId::new(id_of(&wire));
    let mut folder = DestFolder::new(id, path.unwrap_or_else(|| wanted.path.clone()), ItemKind::Mail);
    folder.role = role.filter(|_| created);
    folder.items = of.messages.map(u64::from);
    folder.created = created;
    Ok(folder)
}

/// How the server itself spells the name: where two names that differ only in case are one folder, the name of the
/// one that is there.
fn spelled(account: &Account, wire: Vec<u8>, of: &StatusOf, created: bool) -> Vec<u8> {
    if created {
        return wire;
    }
    let other = |known: &[u8]| known != wire && known.eq_ignore_ascii_case(&wire);
    // Two folders that differ in case and have the same UIDVALIDITY are hardly two.
    let is_same = |known: &FolderFacts| known.uid_validity == of.uid_validity;
    let there = account.ask(|facts| {
        let unknown = !facts.folders.contains_key(&wire);
        let mut known = facts.folders.iter().filter(|_| unknown);
        known.find(|(name, known)| other(name) && is_same(known)).map(|(name, _)| name.clone())
    });
    let spelling = Some(of.name.clone()).filter(|name| other(name)).or(there);
    if spelling.is_some() {
        account.learn(|facts| facts.quirks.folds_case = true);
    }
    spelling.unwrap_or(wire)
}

fn refused(account: &Account, wanted: &Wanted, status: &Status) -> Error {
    let doing = Doing::folder(account.side, "make a folder");
    let error = doing.refused(status);
    if error.reach() > Scope::Folder {
        return error.with("folder", &wanted.path);
    }
    let message = format!("{}; map it to another name with --rename", error.message());
    let kind = if error.kind() == ErrorKind::NotFound { ErrorKind::Rejected } else { error.kind() };
    Error::new(kind, account.side, "make a folder", message)
        .scope(Scope::Folder)
        .retry(error.retry_advice())
        .with("folder", &wanted.path)
}

enum State {
    Gone,
    InUse,
    Empty,
}

/// The answers to LIST of the folder, LIST of what is below it where there can be anything, and STATUS. What was not
/// answered is not known: neither a folder nor its children are gone because a server wants a pause.
fn state(folder: &[u8], answers: &[Answer], doing: Doing) -> Result<State> {
    let Some((of_status, of_lists)) = answers.split_last() else { return Ok(State::InUse) };
    for answer in of_lists {
        heard(&answer.status, doing)?;
    }
    let responses = || answers.iter().flat_map(|answer| &answer.responses);
    let entries = || {
        responses().filter_map(|response| match response {
            Response::List(entry) => Some(entry),
            _ => None,
        })
    };
    let has =
        |entry: &ListEntry, name: &str| entry.attributes.iter().any(|one| one.eq_ignore_ascii_case(name));
    // The pattern of a name with a wildcard in it finds others too.
    let has_children = entries().any(|entry| {
        let rest = entry.name.strip_prefix(folder).filter(|rest| !rest.is_empty());
        let delimiter = entry.delimiter.map(|delimiter| delimiter.to_string()).unwrap_or_default();
        rest.is_some_and(|rest| !delimiter.is_empty() && rest.starts_with(delimiter.as_bytes()))
    });
    let listed = entries().find(|entry| entry.name == folder && !has(entry, "\\NonExistent"));
    let messages = responses().find_map(|response| match response {
        Response::StatusOf(of) => of.messages,
        _ => None,
    });
    if has_children || listed.is_some_and(|entry| has(entry, "\\Noselect")) {
        return Ok(State::InUse);
    }
    match heard(&of_status.status, doing) {
        Ok(()) if messages == Some(0) => Ok(State::Empty),
        Ok(()) => Ok(State::InUse),
        Err(error) if error.kind() == ErrorKind::NotFound && listed.is_none() => Ok(State::Gone),
        Err(error) => Err(error),
    }
}

fn heard(status: &Status, doing: Doing) -> Result<()> {
    if status.kind == StatusKind::Ok { Ok(()) } else { Err(doing.refused(status)) }
}

/// A folder that is open cannot be removed on some servers.
async fn close_if_open(session: &mut Session, folder: &[u8]) -> Result<(), Trouble> {
    if session.selected.as_ref().is_none_or(|open| open.name != folder) {
        return Ok(());
    }
    if session.capabilities.has("UNSELECT") {
        session.run(command::unselect()).await?;
    } else {
        // RFC 9051 §6.4.1: CLOSE removes nothing from a folder that was opened with EXAMINE.
        let examine = command::select(folder, command::Open::ReadOnly, false, session.dialect());
        let examine = session.submit_select(examine, folder, true);
        // RFC 9051 §6.3.2: when it is refused, nothing is open either.
        if session.finish(examine).await?.status.kind == StatusKind::Ok {
            session.run(command::close()).await?;
        }
    }
    session.selected = None;
    Ok(())
}
