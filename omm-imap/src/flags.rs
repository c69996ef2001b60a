//! Flags: which of them a folder can keep, and changing them.

use crate::{
    account::Account,
    copy_id::{Position, sets},
    destination::ImapDestination,
    error::{Doing, Named},
    inspect::{believed, seen_in, submit_fetch},
    open::Opening,
    proto::{
        StatusKind,
        command::{self, FlagChange as Change, is_sendable_flag},
    },
    selected::Selected,
    session::Session,
};
use omm_core::{
    error::Result,
    model::{DestItemId, FlagDelta, Flags, SystemFlag},
    seam::{FlagChange, Flagged},
};

/// The names of those flags that can be set here. `permanent` is PERMANENTFLAGS (RFC 9051 §7.1); not said means all.
/// \Recent is never among [`Flags`]; what no command can name is left out.
pub(crate) fn keepable(flags: &Flags, permanent: Option<&[String]>) -> Vec<String> {
    let is_listed =
        |name: &str| permanent.is_none_or(|all| all.iter().any(|one| one.eq_ignore_ascii_case(name)));
    let makes_new = permanent.is_none_or(|all| all.iter().any(|one| one == "\\*"));
    let system = flags.system().map(SystemFlag::name).filter(|name| is_listed(name)).map(str::to_owned);
    let keywords = flags.keywords().filter(|name| is_sendable_flag(name) && (makes_new || is_listed(name)));
    system.chain(keywords.map(str::to_owned)).collect()
}

/// Opens the folder to write, so that messages up to this UID are seen. UIDs that follow depend on its UIDVALIDITY, so
/// this is waited for, unless it is open: then that cannot change (RFC 9051 §6.3.2).
pub(crate) async fn open_to_write(
    session: &mut Session,
    account: &Account,
    folder: &[u8],
    newest: u32,
) -> Result<Selected> {
    let opening = Opening::submit_up_to(session, account, folder, true, newest);
    Ok(opening.finish(session, account).await?.0)
}

/// The highest UID among these ids.
pub(crate) fn newest<'a>(ids: impl IntoIterator<Item = &'a DestItemId>) -> u32 {
    ids.into_iter().filter_map(Position::of_copy).map(|position| position.uid).max().unwrap_or(0)
}

/// Changes of one kind to several messages.
struct Group<'a> {
    delta: &'a FlagDelta,
    /// Where they stand in the list of changes, and their UIDs.
    places: Vec<(usize, u32)>,
}

impl ImapDestination {
    /// Equal changes are one command; a look behind them says which messages are there.
    pub(crate) async fn change_flags(
        &self,
        folder: &[u8],
        changes: &[FlagChange],
    ) -> Result<Vec<Result<Flagged>>> {
        let account = &self.account;
        let doing = Doing::folder(account.side, "change flags");
        let mut fates: Vec<Result<Flagged>> = changes.iter().map(|_| Ok(Flagged::Missing)).collect();
        if changes.is_empty() {
            return Ok(fates);
        }
        let mut session = account.lease(Some(folder)).await?;
        let open =
            open_to_write(&mut session, account, folder, newest(changes.iter().map(|change| &change.id)))
                .await?;
        for (fate, position) in
            fates.iter_mut().zip(changes.iter().map(|change| Position::of_copy(&change.id)))
        {
            if let Some(Err(error)) = position.map(|position| believed(position, &open, doing)) {
                *fate = Err(error);
            }
        }
        let groups = grouped(changes, open.uid_validity.unwrap_or(0));
        let mut stores = Vec::new();
        let mut uids = Vec::new();
        for group in &groups {
            uids.extend(group.places.iter().map(|(_, uid)| *uid));
            stores.extend(submit_stores(&mut session, group, &open).into_iter().map(|tag| (tag, group)));
        }
        let look = submit_fetch(&mut session, &uids, "UID");
        let (mut refused, mut responses) = (Vec::new(), Vec::new());
        for (tag, group) in stores {
            let answer = session.finish(tag).await.doing(doing)?;
            responses.extend(answer.responses);
            if answer.status.kind != StatusKind::Ok {
                refused.push((group, answer.status));
            }
        }
        for answer in session.finish_all(&look).await.doing(doing)? {
            responses.extend(answer.ok().doing(doing)?);
        }
        let seen = seen_in(responses);
        for (at, uid) in groups.iter().flat_map(|group| &group.places) {
            if seen.contains_key(uid) {
                fates[*at] = Ok(Flagged::Done);
            }
        }
        for (group, status) in refused {
            for (at, uid) in &group.places {
                // Some say NO because one of several messages is gone.
                if seen.contains_key(uid) {
                    fates[*at] = Err(Doing::item(account.side, "change flags").refused(&status));
                }
            }
        }
        Ok(fates)
    }
}

fn grouped(changes: &[FlagChange], uid_validity: u32) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (at, change) in changes.iter().enumerate() {
        let position = Position::of_copy(&change.id).filter(|one| one.uid_validity == uid_validity);
        let Some(Position { uid, .. }) = position else { continue };
        match groups.iter_mut().find(|group| *group.delta == change.delta) {
            Some(group) => group.places.push((at, uid)),
            None => groups.push(Group { delta: &change.delta, places: vec![(at, uid)] }),
        }
    }
    groups
}

fn submit_stores(session: &mut Session, group: &Group<'_>, open: &Selected) -> Vec<u32> {
    let permanent = open.permanent_flags.as_deref();
    let mut flight = Vec::new();
    for set in sets(group.places.iter().map(|(_, uid)| *uid).collect()) {
        for (change, flags) in [(Change::Add, &group.delta.add), (Change::Remove, &group.delta.remove)] {
            let names = keepable(flags, permanent);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if !names.is_empty() {
                flight.push(session.submit(command::uid_store(&set, None, change, &names)));
            }
        }
    }
    flight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_folder_can_keep() {
        let all = "\\Seen \\Deleted Work $Forwarded bad(atom né";
        for (permanent, kept) in [
            (None, "\\Seen \\Deleted $Forwarded Work"),
            (Some("\\Seen \\*"), "\\Seen $Forwarded Work"),
            (Some("\\seen work"), "\\Seen Work"),
            (Some("\\Answered"), ""),
        ] {
            let permanent: Option<Vec<String>> =
                permanent.map(|text: &str| text.split(' ').map(str::to_owned).collect());
            let names = keepable(&Flags::parse(all), permanent.as_deref());
            assert_eq!(names.join(" "), kept, "{permanent:?}");
        }
    }

    #[test]
    fn equal_changes_go_together_and_strangers_nowhere() {
        let change = |id: &str, add: &str| {
            let delta = FlagDelta { add: Flags::parse(add), remove: Flags::none() };
            FlagChange::new(DestItemId::new(id), delta)
        };
        let changes = [
            change("1:5", "\\Seen"),
            change("1:7", "Work"),
            change("1:6", "\\seen"),
            change("2:8", "\\Seen"),
        ];
        let groups = grouped(&changes, 1);
        let places: Vec<_> = groups.iter().map(|group| group.places.clone()).collect();
        assert_eq!(places, [vec![(0, 5), (2, 6)], vec![(1, 7)]]);
    }
}
