//! What FETCH can be asked for.

use crate::imap::{
    Extension,
    parse::{Args, bad},
    session::Refusal,
    world::World,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Uid,
    Flags,
    InternalDate,
    Size,
    Envelope,
    Structure { extended: bool },
    ModSeq,
    EmailId,
    ThreadId,
    GmailLabels,
    GmailId,
    GmailThread,
    Text { section: Section, peek: bool, partial: Option<(u64, u64)>, shown: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) path: Vec<usize>,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Whole,
    Header,
    Text,
    Mime,
    Fields { names: Vec<Vec<u8>>, without: bool },
}

/// One item, a list of them, or a macro.
pub(super) fn read(world: &World, args: &mut Args<'_>) -> Result<Vec<Item>, Refusal> {
    if args.peek() == Some(b'(') {
        return args.list(|args| item(world, args));
    }
    let fast = [Item::Flags, Item::InternalDate, Item::Size];
    if args.take_word("FAST") {
        return Ok(fast.to_vec());
    }
    if args.take_word("ALL") {
        return Ok(fast.into_iter().chain([Item::Envelope]).collect());
    }
    if args.take_word("FULL") {
        return Ok(fast.into_iter().chain([Item::Envelope, Item::Structure { extended: false }]).collect());
    }
    Ok(vec![item(world, args)?])
}

fn item(world: &World, args: &mut Args<'_>) -> Result<Item, Refusal> {
    for (word, peek) in [("BODY.PEEK[", true), ("BODY[", false)] {
        if let Some(item) = text(args, word, peek)? {
            return Ok(item);
        }
    }
    let word = args.word()?;
    let plain = |what: What| Item::Text {
        peek: what == What::Header,
        section: Section { path: Vec::new(), what },
        partial: None,
        shown: word.clone(),
    };
    let rev1 = world.has(Extension::Imap4Rev1);
    Ok(match word.as_str() {
        "UID" => Item::Uid,
        "FLAGS" => Item::Flags,
        "INTERNALDATE" => Item::InternalDate,
        "RFC822.SIZE" => Item::Size,
        "ENVELOPE" => Item::Envelope,
        "BODY" => Item::Structure { extended: false },
        "BODYSTRUCTURE" => Item::Structure { extended: true },
        "RFC822" if rev1 => plain(What::Whole),
        "RFC822.HEADER" if rev1 => plain(What::Header),
        "RFC822.TEXT" if rev1 => plain(What::Text),
        "MODSEQ" if world.has(Extension::CondStore) => Item::ModSeq,
        "EMAILID" if world.has(Extension::ObjectId) => Item::EmailId,
        "THREADID" if world.has(Extension::ObjectId) => Item::ThreadId,
        "X-GM-LABELS" if world.has(Extension::Gmail) => Item::GmailLabels,
        "X-GM-MSGID" if world.has(Extension::Gmail) => Item::GmailId,
        "X-GM-THRID" if world.has(Extension::Gmail) => Item::GmailThread,
        _ => return Err(bad("unknown fetch item")),
    })
}

/// `BODY[1.2.HEADER.FIELDS (A B)]<0.10>`, its beginning given.
fn text(args: &mut Args<'_>, word: &str, peek: bool) -> Result<Option<Item>, Refusal> {
    let mut ahead = args.clone();
    if !ahead.take_word(&word[..word.len() - 1]) || !ahead.take(b'[') {
        return Ok(None);
    }
    *args = ahead;
    let (section, shown) = section(args)?;
    args.expect(b']')?;
    let mut shown = format!("BODY[{shown}]");
    let mut partial = None;
    if args.take(b'<') {
        let start = args.number()?;
        args.expect(b'.')?;
        let count = args.number()?;
        args.expect(b'>')?;
        if count == 0 {
            return Err(bad("nothing is not a part"));
        }
        // RFC 9051 §7.5.2: the answer names the start only.
        shown.push_str(&format!("<{start}>"));
        partial = Some((start, count));
    }
    Ok(Some(Item::Text { section, peek, partial, shown }))
}

fn section(args: &mut Args<'_>) -> Result<(Section, String), Refusal> {
    if args.peek() == Some(b']') {
        return Ok((Section { path: Vec::new(), what: What::Whole }, String::new()));
    }
    let word = args.word()?;
    let mut path = Vec::new();
    let mut words = word.split('.').peekable();
    while let Some(number) = words.peek().and_then(|word| word.parse().ok()) {
        path.push(number);
        words.next();
    }
    let rest: Vec<&str> = words.collect();
    let what = match rest.as_slice() {
        [] => What::Whole,
        ["HEADER"] => What::Header,
        ["TEXT"] => What::Text,
        // RFC 9051 §6.4.5: only of a part.
        ["MIME"] if !path.is_empty() => What::Mime,
        ["HEADER", "FIELDS"] => return fields(args, path, &word, false),
        ["HEADER", "FIELDS", "NOT"] => return fields(args, path, &word, true),
        _ => return Err(bad("unknown section")),
    };
    Ok((Section { path, what }, word))
}

fn fields(
    args: &mut Args<'_>,
    path: Vec<usize>,
    word: &str,
    without: bool,
) -> Result<(Section, String), Refusal> {
    args.space()?;
    let names = args.list(Args::astring)?;
    if names.is_empty() {
        return Err(bad("a field expected"));
    }
    let words: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let shown = format!("{word} ({})", words.join(" "));
    Ok((Section { path, what: What::Fields { names, without } }, shown))
}
