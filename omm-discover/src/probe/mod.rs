//! What a server says before anybody logs in: connect, verify TLS, read its greeting and what it can do, say goodbye.
//!
//! The only words ever sent are in [`imap`] and [`pop3`], and a GET without a login.

mod dialogue;
mod imap;
mod lines;
mod pop3;

use crate::{
    candidate::{Candidate, Seen, ServerType},
    fetch::get,
    knowledge::asks_like_exchange,
    patience::within,
    reach,
};
use dialogue::{Dialogue, Next};
use lines::Lines;
use omm_core::{host::Env, seam::Tls};
use omm_net::Endpoint;
use std::time::Duration;
use url::Url;

/// Looks at a server and notes what was seen. Of a server that is said to speak in the clear and offers TLS after
/// all, the candidate is bettered.
pub(crate) async fn probe(env: &Env, trust: &Endpoint, patience: Duration, candidate: &mut Candidate) {
    let looked = within(env, patience, look(env, trust, candidate)).await;
    let seen = looked.unwrap_or_else(|| {
        let why = format!("{} did not answer within {} s", candidate.server(), patience.as_secs_f32());
        Seen::Unanswered { why }
    });
    if seen.is_good() && candidate.tls == Tls::Off {
        candidate.tls = Tls::StartTls;
        candidate.remarks.push("said to be without TLS, and has it after all".to_owned());
    }
    candidate.seen = seen;
}

async fn look(env: &Env, trust: &Endpoint, candidate: &Candidate) -> Seen {
    let endpoint = reach::at(trust, &candidate.host, candidate.port);
    let looked = match (candidate.server_type, candidate.tls) {
        (ServerType::Ews, _) => exchange(env, trust, candidate).await,
        (server_type, Tls::Required) => implicit(env, &endpoint, server_type).await,
        (server_type, _) => upgraded(env, &endpoint, server_type).await,
    };
    looked.unwrap_or_else(|seen| seen)
}

fn dialogue(server_type: ServerType) -> Box<dyn Dialogue> {
    match server_type {
        ServerType::Pop3 => Box::new(pop3::Pop3::default()),
        _ => Box::new(imap::Imap::default()),
    }
}

/// TLS from the first byte.
async fn implicit(env: &Env, endpoint: &Endpoint, server_type: ServerType) -> Result<Seen, Seen> {
    let wire = reach::encrypted(env, endpoint).await?;
    let mut dialogue = dialogue(server_type);
    match talk(Lines::over(wire), &mut *dialogue, false).await? {
        (lines, Next::Known) => Ok(goodbye(lines, &*dialogue).await),
        _ => Err(Seen::Unexpected { why: "it asks for TLS within TLS".to_owned() }),
    }
}

/// TLS once the server agreed to it. What it says before is forgotten, but for whether it agrees.
async fn upgraded(env: &Env, endpoint: &Endpoint, server_type: ServerType) -> Result<Seen, Seen> {
    let wire = reach::plain(env, endpoint).await?;
    let mut before = dialogue(server_type);
    let (lines, next) = talk(Lines::over(wire), &mut *before, true).await?;
    if !matches!(next, Next::TlsAgreed) {
        goodbye(lines, &*before).await;
        let why = "it offers no TLS on this port; a password would be read by anybody on the way".to_owned();
        return Err(Seen::Cleartext { why });
    }
    let Some(wire) = lines.into_wire() else {
        let why = "it sent bytes before TLS began; somebody may be between".to_owned();
        return Err(Seen::Untrusted { why });
    };
    let wire = reach::secure(env, endpoint, wire).await?;
    let mut after = dialogue(server_type);
    let hello = after.after_tls();
    let mut lines = Lines::over(wire);
    lines.say(hello);
    match talk(lines, &mut *after, false).await? {
        (lines, Next::Known) => {
            goodbye(lines, &*after).await;
            Ok(Seen::Answers { greeting: before.greeting().to_owned(), capabilities: after.capabilities() })
        }
        _ => Err(Seen::Unexpected { why: "it asks for TLS within TLS".to_owned() }),
    }
}

/// Goes on until everything is known, or until TLS is to begin.
async fn talk(mut lines: Lines, dialogue: &mut dyn Dialogue, wants_tls: bool) -> Result<(Lines, Next), Seen> {
    loop {
        let line = lines.next().await.map_err(|why| Seen::Unanswered { why })?;
        match dialogue.line(&line, wants_tls) {
            Next::Wait => {}
            Next::Say(words) => lines.say(words),
            Next::Strange(why) => return Err(Seen::Unexpected { why: reach::one_line(&why) }),
            end @ (Next::Known | Next::TlsAgreed) => return Ok((lines, end)),
        }
    }
}

async fn goodbye(lines: Lines, dialogue: &dyn Dialogue) -> Seen {
    lines.end(dialogue.goodbye()).await;
    let capabilities = dialogue.capabilities();
    Seen::Answers { greeting: dialogue.greeting().to_owned(), capabilities }
}

async fn exchange(env: &Env, trust: &Endpoint, candidate: &Candidate) -> Result<Seen, Seen> {
    let server = candidate.server();
    let url = Url::parse(&server).map_err(|_| Seen::Unexpected { why: format!("{server} is no URL") })?;
    let answer = get(env, trust, &url).await?;
    if !asks_like_exchange(answer.status, &answer.challenges) {
        let why = format!("no Exchange Web Services there (status {})", answer.status);
        return Err(Seen::Unexpected { why });
    }
    let ways = answer.challenges.iter().filter_map(|challenge| challenge.split([' ', ',']).next());
    let capabilities = ways.map(reach::one_line).collect();
    Ok(Seen::Answers { greeting: "Exchange Web Services ask for a login".to_owned(), capabilities })
}
