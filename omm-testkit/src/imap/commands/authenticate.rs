//! AUTHENTICATE: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER, SCRAM-SHA-256. The password is the token as well.

use super::{
    delegated::may_act,
    login::{check, enter, failed},
};
use crate::{
    imap::{
        Extension,
        parse::Args,
        session::{Done, Outcome, Refusal, Session, Waiting, no},
        world::World,
    },
    mock::{Scram, base64_decoded, base64_encoded, bearer_token},
};

/// How far a login has come.
#[derive(Clone, Debug)]
pub(crate) enum Exchange {
    Plain,
    LoginName,
    LoginPassword(String),
    XOAuth2,
    OAuthBearer,
    /// The client has been told why, and says so much as yes.
    Failed,
    Scram(Box<Scram>),
}

pub(super) fn authenticate(
    session: &mut Session,
    world: &mut World,
    args: &mut Args<'_>,
    tag: &str,
) -> Outcome {
    args.space()?;
    let mechanism = args.word()?;
    let (extension, exchange) = match mechanism.as_str() {
        "PLAIN" => (Extension::AuthPlain, Exchange::Plain),
        "LOGIN" => (Extension::AuthLogin, Exchange::LoginName),
        "XOAUTH2" => (Extension::AuthXOAuth2, Exchange::XOAuth2),
        "OAUTHBEARER" => (Extension::AuthOAuthBearer, Exchange::OAuthBearer),
        "SCRAM-SHA-256" => (Extension::AuthScramSha256, Exchange::Scram(Box::default())),
        _ => return Err(no("[CANNOT] no such mechanism")),
    };
    if !world.has(extension) {
        return Err(no("[CANNOT] no such mechanism"));
    }
    if !args.take(b' ') {
        args.end()?;
        let challenge = if matches!(exchange, Exchange::LoginName) { &b"Username:"[..] } else { b"" };
        return wait(session, tag, challenge, exchange);
    }
    if !world.has(Extension::SaslIr) {
        return Err(Refusal::Bad("the first answer must be asked for".to_owned()));
    }
    let answer = args.atom()?.as_bytes().to_vec();
    args.end()?;
    // RFC 4959 §3: an empty one is a single `=`.
    if answer == b"=" {
        answered(session, world, tag, exchange, b"")
    } else {
        answered(session, world, tag, exchange, &answer)
    }
}

/// The client has answered the challenge.
pub(crate) fn answered(
    session: &mut Session,
    world: &mut World,
    tag: &str,
    exchange: Exchange,
    line: &[u8],
) -> Outcome {
    if line == b"*" {
        return Err(Refusal::Bad("cancelled".to_owned()));
    }
    let answer = base64_decoded(line).ok_or_else(|| Refusal::Bad("base64 expected".to_owned()))?;
    match exchange {
        Exchange::Plain => plain(session, world, &answer),
        Exchange::LoginName => {
            let name = String::from_utf8_lossy(&answer).into_owned();
            wait(session, tag, b"Password:", Exchange::LoginPassword(name))
        }
        Exchange::LoginPassword(name) => {
            let whose = check(world, &name, &answer)?;
            enter(session, world, &whose)
        }
        Exchange::XOAuth2 | Exchange::OAuthBearer => {
            let found = bearer_token(&answer, matches!(exchange, Exchange::OAuthBearer));
            match found.filter(|(user, token)| check(world, user, token.as_bytes()).is_ok()) {
                Some((user, _)) => enter(session, world, &user),
                // RFC 7628 §3.2.2: the reason as JSON, and the client answers once more.
                None => wait(session, tag, b"{\"status\":\"invalid_token\"}", Exchange::Failed),
            }
        }
        Exchange::Failed => Err(failed()),
        Exchange::Scram(mut scram) => {
            // The proof, which takes the password to make.
            world.counters.password_attempts += u64::from(answer.windows(3).any(|part| part == b",p="));
            match scram.step(|user| world.password(user), &answer).ok_or_else(failed)? {
                Some(challenge) => wait(session, tag, &challenge, Exchange::Scram(scram)),
                None => {
                    let whose = scram.wanted.clone().unwrap_or_else(|| scram.user.clone());
                    may_act(world, &scram.user, &whose)?;
                    enter(session, world, &whose)
                }
            }
        }
    }
}

/// RFC 4616 §2: whose mailbox, whose name, whose password.
fn plain(session: &mut Session, world: &mut World, answer: &[u8]) -> Outcome {
    let text = std::str::from_utf8(answer).map_err(|_| failed())?;
    let parts: Vec<&str> = text.split('\0').collect();
    let [wanted, user, password] = parts.as_slice() else { return Err(failed()) };
    let whose = check(world, user, password.as_bytes())?;
    if wanted.is_empty() || wanted == user {
        return enter(session, world, &whose);
    }
    may_act(world, user, wanted)?;
    enter(session, world, wanted)
}

fn wait(session: &mut Session, tag: &str, challenge: &[u8], exchange: Exchange) -> Outcome {
    session.ask(&base64_encoded(challenge));
    session.waiting = Waiting::Answer { tag: tag.to_owned(), exchange };
    Ok(Done::Later)
}
