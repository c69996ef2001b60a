//! AUTH: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER, SCRAM-SHA-256.

use super::login::{admit, enter, wants_no_tls, wrong};
use crate::{
    mock::{Scram, base64_decoded, base64_encoded, bearer_token},
    pop::{
        Extension, Quirk,
        delegation::{Claim, claim},
        session::{Done, Outcome, Refusal, Session},
        world::World,
    },
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

/// RFC 5034 §4: `AUTH mechanism`, perhaps with the first answer.
pub(super) fn auth(session: &mut Session, world: &mut World, argument: Option<&str>) -> Outcome {
    let argument = argument.unwrap_or_default();
    let (name, first) =
        argument.split_once(' ').map_or((argument, None), |(name, first)| (name, Some(first)));
    let mechanism = Extension::mechanism(name).filter(|mechanism| world.has(*mechanism));
    let Some(mechanism) = mechanism else { return Err(Refusal::new("no such mechanism")) };
    if mechanism.bares_secrets() {
        wants_no_tls(session, world)?;
    }
    let exchange = match mechanism {
        Extension::AuthLogin => Exchange::LoginName,
        Extension::AuthXOAuth2 => Exchange::XOAuth2,
        Extension::AuthOAuthBearer => Exchange::OAuthBearer,
        Extension::AuthScramSha256 => Exchange::Scram(Box::default()),
        _ => Exchange::Plain,
    };
    match first {
        None if matches!(exchange, Exchange::LoginName) => Ok(wait(session, b"Username:", exchange)),
        None => Ok(wait(session, b"", exchange)),
        Some(_) if world.is_so(Quirk::NoInitialResponse) => {
            Err(Refusal::new("the first answer must be asked for"))
        }
        // RFC 5034 §4: an empty one is a single `=`.
        Some("=") => answered(session, world, exchange, b""),
        Some(first) => answered(session, world, exchange, first.as_bytes()),
    }
}

/// The client has answered the challenge.
pub(crate) fn answered(session: &mut Session, world: &mut World, exchange: Exchange, line: &[u8]) -> Outcome {
    if line == b"*" {
        return Err(Refusal::new("cancelled"));
    }
    let answer = base64_decoded(line).ok_or_else(|| Refusal::new("base64 expected"))?;
    match exchange {
        Exchange::Plain => plain(session, world, &answer),
        Exchange::LoginName => {
            let name = String::from_utf8_lossy(&answer).into_owned();
            Ok(wait(session, b"Password:", Exchange::LoginPassword(name)))
        }
        Exchange::LoginPassword(name) => {
            admit(session, world, &name, "", |password| password.as_bytes() == answer)
        }
        Exchange::XOAuth2 => token(session, world, &answer, false),
        Exchange::OAuthBearer => token(session, world, &answer, true),
        Exchange::Failed => Err(wrong()),
        Exchange::Scram(exchange) => scram(session, world, exchange, &answer),
    }
}

/// RFC 4616 §2: whose maildrop, whose name, whose password.
fn plain(session: &mut Session, world: &mut World, answer: &[u8]) -> Outcome {
    let text = std::str::from_utf8(answer).map_err(|_| wrong())?;
    let parts: Vec<&str> = text.split('\0').collect();
    let [wanted, name, password] = parts.as_slice() else { return Err(wrong()) };
    admit(session, world, name, wanted, |right| right == *password)
}

fn token(session: &mut Session, world: &mut World, answer: &[u8], has_gs2_header: bool) -> Outcome {
    let found = bearer_token(answer, has_gs2_header);
    let known = found.and_then(|(name, token)| Some((name, world.tokens.get(&token)?.clone())));
    let Some((name, owner)) = known else {
        // RFC 7628 §3.2.2: the reason as JSON, and the client answers once more.
        return Ok(wait(session, b"{\"status\":\"invalid_token\"}", Exchange::Failed));
    };
    let wanted = if name.is_empty() { owner.clone() } else { name };
    enter(session, world, &Claim { who: owner, wanted })
}

fn scram(session: &mut Session, world: &mut World, mut scram: Box<Scram>, answer: &[u8]) -> Outcome {
    let password = |name: &str| world.password(&claim(&world.settings.delegations, name).who);
    match scram.step(password, answer).ok_or_else(wrong)? {
        Some(challenge) => Ok(wait(session, &challenge, Exchange::Scram(scram))),
        // The proof was right.
        None => admit(session, world, &scram.user, scram.wanted.as_deref().unwrap_or_default(), |_| true),
    }
}

fn wait(session: &mut Session, challenge: &[u8], exchange: Exchange) -> Done {
    session.ask(&base64_encoded(challenge), exchange);
    Done::Later
}
