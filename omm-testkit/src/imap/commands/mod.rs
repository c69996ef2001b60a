//! The commands, a file for each family.

mod append;
mod authenticate;
mod copy;
mod delegated;
mod expunge;
mod fetch;
mod folders;
mod general;
mod gmail;
mod items;
mod list;
mod login;
mod quota;
mod search;
mod search_keys;
mod select;
mod status;
mod store;

pub(crate) use authenticate::{Exchange, answered};
pub(crate) use folders::renamed;

use super::{
    Extension,
    parse::Args,
    session::{Outcome, Refusal, Session},
    world::World,
};

/// When a command is allowed (RFC 9051 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Any,
    NotAuthenticated,
    Authenticated,
    Selected,
}

type Run = fn(&mut Session, &mut World, &mut Args<'_>, &str) -> Outcome;

use Extension as E;

/// Name, when it is allowed, the extensions one of which it is part of, and what does it.
const COMMANDS: [(&str, State, &[Extension], Run); 43] = [
    ("CAPABILITY", State::Any, &[], |s, w, a, _| general::capability(s, w, a)),
    ("NOOP", State::Any, &[], |_, _, a, _| general::noop(a)),
    ("LOGOUT", State::Any, &[], general::logout),
    ("ID", State::Any, &[E::Id], |s, w, a, _| general::id(s, w, a)),
    ("STARTTLS", State::NotAuthenticated, &[E::StartTls], |s, w, a, _| login::start_tls(s, w, a)),
    ("LOGIN", State::NotAuthenticated, &[], |s, w, a, _| login::login(s, w, a)),
    ("AUTHENTICATE", State::NotAuthenticated, &[], authenticate::authenticate),
    ("ENABLE", State::Authenticated, &[E::Enable, E::Imap4Rev2], |s, w, a, _| general::enable(s, w, a)),
    ("COMPRESS", State::Authenticated, &[E::Compress], |s, w, a, _| general::compress(s, w, a)),
    ("IDLE", State::Authenticated, &[E::Idle, E::Imap4Rev2], general::idle),
    ("NAMESPACE", State::Authenticated, &[E::Namespace, E::Imap4Rev2], |s, w, a, _| list::namespace(s, w, a)),
    ("LIST", State::Authenticated, &[], |s, w, a, _| list::list(s, w, a)),
    ("LSUB", State::Authenticated, &[E::Imap4Rev1], |s, w, a, _| list::lsub(s, w, a)),
    ("STATUS", State::Authenticated, &[], |s, w, a, _| status::status(s, w, a)),
    ("CREATE", State::Authenticated, &[], |s, w, a, _| folders::create(s, w, a)),
    ("DELETE", State::Authenticated, &[], |s, w, a, _| folders::delete(s, w, a)),
    ("RENAME", State::Authenticated, &[], |s, w, a, _| folders::rename(s, w, a)),
    ("SUBSCRIBE", State::Authenticated, &[], |s, w, a, _| folders::subscribe(s, w, a)),
    ("UNSUBSCRIBE", State::Authenticated, &[], |s, w, a, _| folders::unsubscribe(s, w, a)),
    ("SELECT", State::Authenticated, &[], |s, w, a, _| select::select(s, w, a, false)),
    ("EXAMINE", State::Authenticated, &[], |s, w, a, _| select::select(s, w, a, true)),
    ("APPEND", State::Authenticated, &[], |s, w, a, _| append::append(s, w, a)),
    ("GETQUOTA", State::Authenticated, &[E::Quota], |s, w, a, _| quota::get_quota(s, w, a)),
    ("GETQUOTAROOT", State::Authenticated, &[E::Quota], |s, w, a, _| quota::get_quota_root(s, w, a)),
    ("CHECK", State::Selected, &[E::Imap4Rev1], |_, _, a, _| general::noop(a)),
    ("CLOSE", State::Selected, &[], |s, w, a, _| select::close(s, w, a)),
    ("UNSELECT", State::Selected, &[E::Unselect, E::Imap4Rev2], |s, w, a, _| select::unselect(s, w, a)),
    ("EXPUNGE", State::Selected, &[], |s, w, a, _| expunge::expunge(s, w, a)),
    ("UID EXPUNGE", State::Selected, &[E::UidPlus, E::Imap4Rev2], |s, w, a, _| expunge::uid_expunge(s, w, a)),
    ("FETCH", State::Selected, &[], |s, w, a, _| fetch::fetch(s, w, a, false)),
    ("UID FETCH", State::Selected, &[], |s, w, a, _| fetch::fetch(s, w, a, true)),
    ("STORE", State::Selected, &[], |s, w, a, _| store::store(s, w, a, false)),
    ("UID STORE", State::Selected, &[], |s, w, a, _| store::store(s, w, a, true)),
    ("SEARCH", State::Selected, &[], |s, w, a, tag| search::search(s, w, a, tag, false)),
    ("UID SEARCH", State::Selected, &[], |s, w, a, tag| search::search(s, w, a, tag, true)),
    ("COPY", State::Selected, &[], |s, w, a, _| copy::copy(s, w, a, false)),
    ("UID COPY", State::Selected, &[], |s, w, a, _| copy::copy(s, w, a, true)),
    ("MOVE", State::Selected, &[E::Move, E::Imap4Rev2], |s, w, a, _| copy::move_(s, w, a, false)),
    ("UID MOVE", State::Selected, &[E::Move, E::Imap4Rev2], |s, w, a, _| copy::move_(s, w, a, true)),
    ("SETQUOTA", State::Authenticated, &[E::Quota], |_, _, _, _| {
        Err(super::session::no("[NOPERM] not for users"))
    }),
    ("PROXYAUTH", State::Authenticated, &[E::ProxyAuth], |s, w, a, _| delegated::proxy_auth(s, w, a)),
    ("XLIST", State::Authenticated, &[E::Gmail], |s, w, a, _| list::list(s, w, a)),
    ("DONE", State::Any, &[], |_, _, _, _| Err(Refusal::Bad("nothing to be done with".to_owned()))),
];

/// Does one command; its tag and name are read.
pub(crate) fn run(
    session: &mut Session,
    world: &mut World,
    tag: &str,
    verb: &str,
    args: &mut Args<'_>,
) -> Outcome {
    let known = COMMANDS.iter().find(|(name, ..)| *name == verb);
    let is_on =
        |extensions: &[Extension]| extensions.is_empty() || extensions.iter().any(|one| world.has(*one));
    let Some((_, state, _, run)) = known.filter(|(_, _, extensions, _)| is_on(extensions)) else {
        return Err(Refusal::Bad("unknown command".to_owned()));
    };
    let is_allowed = match state {
        State::Any => true,
        State::NotAuthenticated => session.user.is_none(),
        State::Authenticated => session.user.is_some(),
        State::Selected => session.selected.is_some(),
    };
    if !is_allowed {
        return Err(Refusal::Bad("not allowed now".to_owned()));
    }
    run(session, world, args, tag)
}
