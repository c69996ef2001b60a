//! CAPABILITY, NOOP, LOGOUT, ID, ENABLE, COMPRESS, IDLE.

use crate::{
    imap::{
        Extension,
        answer::string,
        parse::Args,
        session::{Done, Outcome, Refusal, Session, Waiting, no, ok},
        world::World,
    },
    mock::Layer,
};

pub(super) fn capability(session: &mut Session, world: &World, args: &Args<'_>) -> Outcome {
    args.end()?;
    let words = session.capabilities(world);
    session.line(world, &format!("* CAPABILITY {words}"));
    ok("that is all")
}

pub(super) fn noop(args: &Args<'_>) -> Outcome {
    args.end()?;
    ok("nothing done")
}

pub(super) fn logout(session: &mut Session, _: &mut World, args: &mut Args<'_>, tag: &str) -> Outcome {
    args.end()?;
    session.bye("see you");
    session.tagged(tag, "OK logged out");
    Ok(Done::Later)
}

/// RFC 2971 §3.1.
pub(super) fn id(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    if !args.take_word("NIL") {
        let words = args.list(Args::nstring)?;
        if words.len() % 2 != 0 || words.len() > 60 {
            return Err(Refusal::Bad("pairs of field and value expected".to_owned()));
        }
    }
    args.end()?;
    session.has_said_id = true;
    let pair =
        |(name, value): &(String, String)| [string(name.as_bytes()), string(value.as_bytes())].join(&b' ');
    let pairs: Vec<Vec<u8>> = world.settings.identity.iter().map(pair).collect();
    session.out.extend(b"* ID ");
    match pairs.is_empty() {
        true => session.out.extend(b"NIL"),
        false => session.out.extend([b"(", pairs.join(&b' ').as_slice(), b")"].concat()),
    }
    session.end_line(world);
    ok("pleased to meet you")
}

/// RFC 5161 §3.1: what is not known is passed over.
pub(super) fn enable(session: &mut Session, world: &World, args: &mut Args<'_>) -> Outcome {
    let mut enabled = Vec::new();
    let mut count = 0;
    while !args.is_done() {
        args.space()?;
        let word = args.word()?;
        count += 1;
        let known = match word.as_str() {
            "CONDSTORE" if world.has(Extension::CondStore) => {
                session.enabled.condstore = true;
                true
            }
            "QRESYNC" if world.has(Extension::QResync) => {
                // RFC 7162 §3.2.3: it brings CONDSTORE with it.
                session.enabled.qresync = true;
                session.enabled.condstore = true;
                true
            }
            "UTF8=ACCEPT" if world.has(Extension::Utf8Accept) => {
                session.enabled.utf8 = true;
                true
            }
            "IMAP4REV2" if world.has(Extension::Imap4Rev2) => {
                session.enabled.rev2 = true;
                true
            }
            _ => false,
        };
        if known {
            enabled.push(if word == "IMAP4REV2" { "IMAP4rev2".to_owned() } else { word });
        }
    }
    if count == 0 {
        return Err(Refusal::Bad("capability expected".to_owned()));
    }
    let words: String = enabled.iter().map(|word| format!(" {word}")).collect();
    session.line(world, &format!("* ENABLED{words}"));
    ok("enabled")
}

pub(super) fn compress(session: &mut Session, _: &World, args: &mut Args<'_>) -> Outcome {
    args.space()?;
    let algorithm = args.word()?;
    args.end()?;
    if algorithm != "DEFLATE" {
        return Err(no("no such algorithm"));
    }
    if session.is_compressed {
        // RFC 4978 §3.
        return Err(no("[COMPRESSIONACTIVE] compressed already"));
    }
    session.is_compressed = true;
    session.layer = Some(Layer::Deflate);
    ok("compressed from here")
}

pub(super) fn idle(session: &mut Session, world: &mut World, args: &mut Args<'_>, tag: &str) -> Outcome {
    args.end()?;
    session.ask("idling");
    session.updates(world, true);
    session.waiting = Waiting::Idle { tag: tag.to_owned() };
    Ok(Done::Later)
}
