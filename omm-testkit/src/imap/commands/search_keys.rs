//! What SEARCH looks for.

use crate::imap::{
    Extension,
    answer::Part,
    parse::{Args, Set, bad, date},
    session::{Refusal, Selected},
    store::Message,
    world::World,
};
use chrono::NaiveDate;

#[derive(Clone, Debug)]
pub(super) enum Key {
    All,
    Numbers(Set),
    Uids(Set),
    Flag(String),
    Recent,
    Old,
    New,
    Not(Box<Key>),
    Or(Box<Key>, Box<Key>),
    Together(Vec<Key>),
    Header(String, Vec<u8>),
    Body(Vec<u8>),
    Text(Vec<u8>),
    Larger(u64),
    Smaller(u64),
    Before(NaiveDate),
    On(NaiveDate),
    Since(NaiveDate),
    SentBefore(NaiveDate),
    SentOn(NaiveDate),
    SentSince(NaiveDate),
    ModSeq(u64),
    Identity(String),
    GmailId(u64),
}

pub(super) struct Scope<'a> {
    pub(super) selected: &'a Selected,
    pub(super) saved: &'a [u32],
}

/// At least one key, all of which must fit.
pub(super) fn all(world: &World, args: &mut Args<'_>) -> Result<Vec<Key>, Refusal> {
    let mut keys = vec![key(world, args)?];
    while args.take(b' ') {
        keys.push(key(world, args)?);
    }
    Ok(keys)
}

fn key(world: &World, args: &mut Args<'_>) -> Result<Key, Refusal> {
    match args.peek() {
        Some(b'(') => return args.list(|args| key(world, args)).map(Key::Together),
        Some(b'0'..=b'9' | b'*' | b'$') => return args.set().map(Key::Numbers),
        _ => {}
    }
    let word = args.word()?;
    if let Some(key) = simple(&word) {
        return Ok(key);
    }
    args.space()?;
    Ok(match word.as_str() {
        "UID" => Key::Uids(args.set()?),
        "NOT" => Key::Not(Box::new(key(world, args)?)),
        "OR" => {
            let one = key(world, args)?;
            args.space()?;
            Key::Or(Box::new(one), Box::new(key(world, args)?))
        }
        "KEYWORD" => Key::Flag(args.atom()?.to_owned()),
        "UNKEYWORD" => Key::Not(Box::new(Key::Flag(args.atom()?.to_owned()))),
        "HEADER" => {
            let name = String::from_utf8_lossy(&args.astring()?).into_owned();
            args.space()?;
            Key::Header(name, args.astring()?)
        }
        "FROM" | "TO" | "CC" | "BCC" | "SUBJECT" => Key::Header(word, args.astring()?),
        "BODY" => Key::Body(args.astring()?),
        "TEXT" => Key::Text(args.astring()?),
        "LARGER" => Key::Larger(args.number()?),
        "SMALLER" => Key::Smaller(args.number()?),
        "BEFORE" => Key::Before(date(args)?),
        "ON" => Key::On(date(args)?),
        "SINCE" => Key::Since(date(args)?),
        "SENTBEFORE" => Key::SentBefore(date(args)?),
        "SENTON" => Key::SentOn(date(args)?),
        "SENTSINCE" => Key::SentSince(date(args)?),
        "MODSEQ" if world.has(Extension::CondStore) => {
            if args.peek() == Some(b'"') {
                // The name of an entry and its kind, which change nothing here.
                args.string()?;
                args.space()?;
                args.word()?;
                args.space()?;
            }
            Key::ModSeq(args.number()?)
        }
        "EMAILID" | "THREADID" if world.has(Extension::ObjectId) => {
            Key::Identity(String::from_utf8_lossy(&args.astring()?).chars().skip(1).collect())
        }
        "X-GM-MSGID" | "X-GM-THRID" if world.has(Extension::Gmail) => Key::GmailId(args.number()?),
        _ => return Err(bad("unknown search key")),
    })
}

fn simple(word: &str) -> Option<Key> {
    let flag = |name: &str| Key::Flag(format!("\\{name}"));
    let not = |name: &str| Key::Not(Box::new(flag(name)));
    Some(match word {
        "ALL" => Key::All,
        "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "SEEN" => flag(word),
        "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => not(&word[2..]),
        "RECENT" => Key::Recent,
        "OLD" => Key::Old,
        "NEW" => Key::New,
        _ => return None,
    })
}

impl Key {
    pub(super) fn asks_modseq(&self) -> bool {
        match self {
            Self::ModSeq(_) => true,
            Self::Not(key) => key.asks_modseq(),
            Self::Or(a, b) => a.asks_modseq() || b.asks_modseq(),
            Self::Together(keys) => keys.iter().any(Self::asks_modseq),
            _ => false,
        }
    }

    pub(super) fn fits(&self, scope: &Scope<'_>, number: u32, message: &Message) -> bool {
        let is_recent = || scope.selected.recent.contains(&message.uid);
        // RFC 9051 §6.4.4: dates are compared without time and zone.
        let day = || message.received.date_naive();
        let sent = |test: &dyn Fn(NaiveDate) -> bool| sent_day(message).is_some_and(test);
        match self {
            Self::All => true,
            Self::Numbers(Set::Saved) => scope.saved.contains(&message.uid),
            Self::Numbers(set) => set.resolve(scope.selected.count(), scope.saved).contains(number),
            Self::Uids(set) => set.resolve(scope.selected.highest_uid(), scope.saved).contains(message.uid),
            Self::Flag(flag) => message.has(flag),
            Self::Recent => is_recent(),
            Self::Old => !is_recent(),
            Self::New => is_recent() && !message.has("\\Seen"),
            Self::Not(key) => !key.fits(scope, number, message),
            Self::Or(a, b) => a.fits(scope, number, message) || b.fits(scope, number, message),
            Self::Together(keys) => keys.iter().all(|key| key.fits(scope, number, message)),
            Self::Header(name, text) => {
                let value = Part::read(&message.bytes, 0).value(name);
                value.is_some_and(|value| contains(value.as_bytes(), text))
            }
            Self::Body(text) => contains(message.split().1, text),
            Self::Text(text) => contains(&message.bytes, text),
            Self::Larger(size) => message.size() > *size,
            Self::Smaller(size) => message.size() < *size,
            Self::Before(date) => day() < *date,
            Self::On(date) => day() == *date,
            Self::Since(date) => day() >= *date,
            Self::SentBefore(date) => sent(&|day| day < *date),
            Self::SentOn(date) => sent(&|day| day == *date),
            Self::SentSince(date) => sent(&|day| day >= *date),
            Self::ModSeq(modseq) => message.modseq >= *modseq,
            Self::Identity(id) => message.identity.to_string() == *id,
            Self::GmailId(number) => super::gmail::number(message) == *number,
        }
    }
}

fn sent_day(message: &Message) -> Option<NaiveDate> {
    let value = Part::read(&message.bytes, 0).value("date")?;
    chrono::DateTime::parse_from_rfc2822(&value).ok().map(|date| date.date_naive())
}

/// In any case, as far as ASCII goes.
fn contains(text: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}
