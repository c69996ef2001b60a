//! Looking at copies without reading them, and reading them back.

use crate::{
    account::Account,
    copy_id::{Position, sets},
    destination::ImapDestination,
    error::{Doing, Named, Trouble},
    mailbox::id_of,
    open::Opening,
    proto::{Event, Fetched, Response, StatusKind, UidSet, command},
    selected::Selected,
    session::{Answer, Session},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    model::{Body, DestItemId, Flags, Intake},
    seam::Presence,
};
use std::collections::HashMap;

/// What is asked of a copy.
const SEEN_ITEMS: &str = "UID FLAGS INTERNALDATE RFC822.SIZE";

impl ImapDestination {
    /// Opens the folder and looks, in one flight.
    pub(crate) async fn look_at(&self, folder: &[u8], ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        let positions: Vec<Option<Position>> = ids.iter().map(Position::of_copy).collect();
        let uids: Vec<u32> = positions.iter().flatten().map(|position| position.uid).collect();
        if uids.is_empty() {
            return Ok(vec![None; ids.len()]);
        }
        let mut session = self.account.lease(Some(folder)).await?;
        let (open, seen) = open_and_fetch(&mut session, &self.account, folder, uids, SEEN_ITEMS).await?;
        let doing = Doing::folder(self.account.side, "look at copies");
        let presence = |position: &Option<Position>| {
            let Some(position) = position else { return Ok(None) };
            Ok(seen.get(&believed(*position, &open, doing)?).map(presence))
        };
        positions.iter().map(presence).collect()
    }

    /// Reads a body, piece by piece.
    pub(crate) async fn read_copy(&self, folder: &[u8], id: &DestItemId, intake: &Intake) -> Result<Body> {
        let doing = Doing::item(self.account.side, "read a copy back");
        let missing = || {
            let error =
                Error::new(ErrorKind::NotFound, self.account.side, "read a copy back", "it is not there");
            error.with("folder", id_of(folder)).with("copy", id)
        };
        let mut session = self.account.lease(Some(folder)).await?;
        let open = open_to_read(&mut session, &self.account, folder).await?;
        let position = Position::of_copy(id).ok_or_else(missing)?;
        let uid = believed(position, &open, doing)?;
        let mut bodies = read_bodies(&mut session, &[uid], intake).await.doing(doing)?;
        bodies.remove(&uid).ok_or_else(missing)
    }
}

/// The UID, if it was given under the UIDVALIDITY that the open folder has.
///
/// # Errors
/// Of folder scope when the server has numbered the folder anew (RFC 9051 §2.3.1.1). Nobody deleted the copies then, so
/// they are not missing: it is not known which messages they are.
pub(crate) fn believed(position: Position, open: &Selected, doing: Doing) -> Result<u32> {
    let (was, is) = (position.uid_validity, open.uid_validity.unwrap_or(0));
    if was == is {
        return Ok(position.uid);
    }
    let message = format!(
        "the server has numbered the folder anew (UIDVALIDITY was {was} and is {is}), so it is not known any more which \
         of its messages are copies of ours; they are left as they are"
    );
    let error = Error::new(ErrorKind::CursorExpired, doing.side, doing.operation, message);
    Err(error.scope(Scope::Folder).retry(Retry::Never).with("folder", id_of(&open.name)))
}

/// The folder, opened at least to read; one that is open already is told to show what is new.
pub(crate) async fn open_to_read(
    session: &mut Session,
    account: &Account,
    folder: &[u8],
) -> Result<Selected> {
    let opening = Opening::submit(session, account, folder, false);
    Ok(opening.finish(session, account).await?.0)
}

/// The folder, and what is said of these UIDs, in one flight. Believe the UIDs only if the UIDVALIDITY is theirs.
pub(crate) async fn open_and_fetch(
    session: &mut Session,
    account: &Account,
    folder: &[u8],
    uids: Vec<u32>,
    items: &str,
) -> Result<(Selected, HashMap<u32, Fetched>)> {
    let doing = Doing::folder(account.side, "look at copies");
    let newest = uids.iter().max().copied().unwrap_or(0);
    let opening = Opening::submit_up_to(session, account, folder, false, newest);
    let flight = submit_fetch(session, &uids, items);
    let opened = opening.finish(session, account).await;
    let answers = session.finish_all(&flight).await;
    let (open, early) = opened?;
    let mut responses = early;
    for answer in answers.doing(doing)? {
        responses.extend(answer.ok().doing(doing)?);
    }
    Ok((open, seen_in(responses)))
}

/// Puts FETCH for these UIDs into the line, as many commands as their number takes.
pub(crate) fn submit_fetch(session: &mut Session, uids: &[u32], items: &str) -> Vec<u32> {
    let sets = sets(uids.to_vec());
    sets.iter().map(|set| session.submit(command::uid_fetch(set, items, None, false))).collect()
}

/// What the FETCHes of a flight said, by UID.
pub(crate) fn read_seen(answers: Vec<Answer>, doing: Doing) -> Result<HashMap<u32, Fetched>> {
    let mut responses = Vec::new();
    for answer in answers {
        responses.extend(answer.ok().doing(doing)?);
    }
    Ok(seen_in(responses))
}

/// What was said of messages, by UID. A server may say flags once more, and of messages that nobody asked about.
pub(crate) fn seen_in(responses: Vec<Response>) -> HashMap<u32, Fetched> {
    let mut seen: HashMap<u32, Fetched> = HashMap::new();
    for response in responses {
        let Response::Fetch(fetched) = response else { continue };
        let Some(uid) = fetched.uid else { continue };
        let known = seen.entry(uid).or_default();
        known.uid = Some(uid);
        known.flags = fetched.flags.or(known.flags.take());
        known.internal_date = fetched.internal_date.or(known.internal_date);
        known.size = fetched.size.or(known.size);
        known.mod_seq = fetched.mod_seq.or(known.mod_seq);
        known.gm_labels = fetched.gm_labels.or(known.gm_labels.take());
    }
    seen
}

/// Flags as the server says them, without what is the server's own.
pub(crate) fn flags_of(fetched: &Fetched) -> Flags {
    fetched.flags.as_ref().map(|flags| Flags::parse(&flags.join(" "))).unwrap_or_default()
}

/// The bodies of these UIDs, as far as they are there. The folder is open.
pub(crate) async fn read_bodies(
    session: &mut Session,
    uids: &[u32],
    intake: &Intake,
) -> Result<HashMap<u32, Body>, Trouble> {
    let mut bodies = HashMap::new();
    for set in sets(uids.to_vec()) {
        read_set(session, &set, intake, &mut bodies).await?;
    }
    Ok(bodies)
}

async fn read_set(
    session: &mut Session,
    set: &UidSet,
    intake: &Intake,
    bodies: &mut HashMap<u32, Body>,
) -> Result<(), Trouble> {
    let tag = session.submit(command::uid_fetch(set, "UID BODY.PEEK[]", None, false));
    let mut arriving = None;
    loop {
        match session.next().await? {
            Event::BodyBegins { len } => arriving = Some(intake.begin(Some(len))),
            Event::BodyData(bytes) => {
                if let Some(inbound) = &mut arriving {
                    inbound.write(&bytes).await?;
                }
            }
            Event::Response(Response::Fetch(fetched)) => {
                let streamed = arriving.take().filter(|_| fetched.streamed);
                let kept = fetched.sections.into_iter().find(|(section, _)| section.is_empty());
                let body = match (streamed, kept) {
                    (Some(inbound), _) => Some(inbound.finish().await?),
                    (None, Some((_, Some(bytes)))) => Some(intake.whole(&bytes).await?),
                    _ => None,
                };
                if let (Some(uid), Some(body)) = (fetched.uid.filter(|uid| set.contains(*uid)), body) {
                    bodies.insert(uid, body);
                }
            }
            Event::Done(outcome) if outcome.tag == tag => {
                return match outcome.status.kind {
                    StatusKind::Ok => Ok(()),
                    _ => Err(Trouble::Refused(outcome.status)),
                };
            }
            _ => {}
        }
    }
}

/// What was said of a message, as what can be seen of it.
pub(crate) fn presence(fetched: &Fetched) -> Presence {
    // A size that was not said is none that we wrote, so the body will be read.
    let mut presence = Presence::new(fetched.size.unwrap_or(u64::MAX), flags_of(fetched));
    presence.received = fetched.internal_date;
    presence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::Status;
    use omm_core::error::Side;

    #[test]
    fn what_is_said_in_pieces_is_put_together() {
        let said = |uid, flags: Option<&str>, size| {
            let flags = flags.map(|flags| flags.split(' ').map(str::to_owned).collect());
            Response::Fetch(Fetched { uid, flags, size, ..Fetched::default() })
        };
        let responses = vec![
            said(Some(5), Some("\\Seen"), Some(10)),
            Response::Exists(9),
            // Unasked, as servers do when another client changes flags.
            said(Some(5), Some("\\Seen \\Recent Work"), None),
            said(None, Some("\\Deleted"), None),
            said(Some(6), None, Some(11)),
        ];
        let status = Status { kind: StatusKind::Ok, code: None, text: String::new() };
        let seen = read_seen(vec![Answer { status, responses }], Doing::folder(Side::Destination, "test"));
        let seen = seen.expect("an OK");
        assert_eq!(seen.len(), 2);
        let five = presence(&seen[&5]);
        assert_eq!((five.size, five.flags), (10, Flags::parse("\\Seen Work")));
        assert_eq!(presence(&seen[&6]).size, 11);
    }
}
