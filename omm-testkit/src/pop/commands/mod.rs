//! The commands, a file for each family.

mod authenticate;
mod general;
mod listing;
mod login;
mod remove;
mod retrieve;

pub(crate) use authenticate::{Exchange, answered};

use super::{
    Extension,
    session::{Outcome, Refusal, Seen, Session},
    world::World,
};

/// When a command is allowed (RFC 1939 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Any,
    Authorization,
    Transaction,
}

type Run = fn(&mut Session, &mut World, Option<&str>) -> Outcome;

use Extension as E;

/// Name, when it is allowed, the extension that it is, and what does it.
const COMMANDS: [(&str, State, Option<Extension>, Run); 16] = [
    ("CAPA", State::Any, Some(E::Capa), general::capa),
    ("QUIT", State::Any, None, general::quit),
    ("STLS", State::Authorization, Some(E::Stls), login::stls),
    ("UTF8", State::Authorization, Some(E::Utf8), login::utf8),
    ("USER", State::Authorization, Some(E::User), login::user),
    ("PASS", State::Authorization, Some(E::User), login::pass),
    ("APOP", State::Authorization, Some(E::Apop), login::apop),
    ("AUTH", State::Authorization, None, authenticate::auth),
    ("STAT", State::Transaction, None, listing::stat),
    ("LIST", State::Transaction, None, listing::list),
    ("UIDL", State::Transaction, Some(E::Uidl), listing::uidl),
    ("RETR", State::Transaction, None, retrieve::retr),
    ("TOP", State::Transaction, Some(E::Top), retrieve::top),
    ("DELE", State::Transaction, None, remove::dele),
    ("RSET", State::Transaction, None, remove::rset),
    ("NOOP", State::Transaction, None, general::noop),
];

/// Does one command.
pub(crate) fn run(session: &mut Session, world: &mut World, verb: &str, argument: Option<&str>) -> Outcome {
    let known = COMMANDS.iter().find(|(name, ..)| *name == verb);
    let Some((_, state, _, run)) =
        known.filter(|(_, _, extension, _)| extension.is_none_or(|extension| world.has(extension)))
    else {
        return Err(Refusal::new("unknown command"));
    };
    let is_allowed = match state {
        State::Any => true,
        State::Authorization => session.user.is_none(),
        State::Transaction => session.user.is_some(),
    };
    if is_allowed { run(session, world, argument) } else { Err(Refusal::new("not allowed now")) }
}

fn without_argument(argument: Option<&str>) -> Result<(), Refusal> {
    match argument {
        None => Ok(()),
        Some(_) => Err(Refusal::new("no argument expected")),
    }
}

fn number(text: &str) -> Result<usize, Refusal> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or_else(|| Refusal::new("a number expected"))
}

/// Where in the view the message with this number is, unless it is marked as deleted (RFC 1939 §5).
fn place(session: &Session, number: usize) -> Result<usize, Refusal> {
    let seen = number.checked_sub(1).and_then(|at| session.view.get(at));
    match seen {
        Some(Seen { is_deleted: false, .. }) => Ok(number - 1),
        Some(_) => Err(Refusal::new(format!("message {number} is deleted"))),
        None => Err(Refusal::new(format!("no such message, only {} in the maildrop", session.view.len()))),
    }
}
