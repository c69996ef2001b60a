//! The tolerant reader against another implementation: what imap-codec reads, it must read to the same.
//!
//! For tests and fuzzing only.

use super::{
    Fetched, ListEntry, Response, StatusOf,
    tolerant::{self, Scan},
};
use imap_codec::{ResponseCodec, decode::Decoder};
use imap_types::{
    fetch::MessageDataItem,
    flag::{FlagFetch, FlagNameAttribute},
    mailbox::Mailbox,
    response::{Data, Response as Read},
    sequence::{SeqOrUid, Sequence, SequenceSet},
    status::StatusDataItem,
};
use std::num::{NonZeroU32, NonZeroU64};

/// Whether the other one could read the line, which has its CRLF.
pub(super) fn check(line: &[u8]) -> bool {
    let Ok((b"", Read::Data(data))) = ResponseCodec::default().decode(line) else { return false };
    // What says nothing to us, and `*` in a set, which no server may say (RFC 7162 §3.2.10).
    let is_starred = |set: &SequenceSet| numbers(set).is_none();
    if matches!(data, Data::Sort(..) | Data::Thread(_))
        || matches!(&data, Data::Vanished { known_uids, .. } if is_starred(known_uids))
    {
        return false;
    }
    let content = line.strip_suffix(b"\r\n").or(line.strip_suffix(b"\n")).unwrap_or(line);
    let ours = tolerant::untagged(&mut Scan::new(content, &[], 1));
    let Some(ours) = ours else { panic!("unreadable: {}", line.escape_ascii()) };
    match (&data, &ours) {
        (Data::Fetch { seq, items }, Response::Fetch(one)) => fetch(*seq, items.as_ref(), one),
        (Data::List { items, delimiter, mailbox }, Response::List(entry))
        | (Data::Lsub { items, delimiter, mailbox }, Response::Lsub(entry)) => {
            assert_eq!(entry.delimiter, delimiter.map(|delimiter| delimiter.inner()));
            list(items, mailbox, entry);
        }
        (Data::Status { mailbox, items }, Response::StatusOf(one)) => status(mailbox, items, one),
        (Data::Search(found, mod_seq), Response::Search(search)) => {
            assert!(found.iter().map(|number| number.get()).eq(search.all.iter()));
            assert_eq!(mod_seq.map(NonZeroU64::get), search.mod_seq);
        }
        (Data::Vanished { earlier, known_uids }, Response::Vanished { earlier: ours, uids }) => {
            assert_eq!(earlier, ours);
            assert_eq!(numbers(known_uids).map(joined), Some(joined(uids.ranges().to_vec())));
        }
        (Data::Exists(number), Response::Exists(ours)) | (Data::Recent(number), Response::Recent(ours)) => {
            assert_eq!(number, ours);
        }
        (Data::Expunge(number), Response::Expunge(ours)) => assert_eq!(number.get(), *ours),
        (Data::Flags(flags), Response::Flags(ours)) => same(flags, ours),
        (Data::Capability(words), Response::Capability(ours)) => same(words.as_ref(), ours),
        (Data::Enabled { capabilities }, Response::Enabled(ours)) => same(capabilities, ours),
        // The strict reader's.
        (Data::Namespace { .. }, Response::Namespace(_))
        | (Data::Id { .. }, Response::Id(_))
        | (Data::Quota { .. }, Response::Quota { .. })
        | (Data::QuotaRoot { .. }, Response::QuotaRoot { .. }) => {}
        _ => panic!("{}: {data:?} and {ours:?}", line.escape_ascii()),
    }
    true
}

fn fetch(seq: NonZeroU32, items: &[MessageDataItem<'_>], ours: &Fetched) {
    assert_eq!(seq.get(), ours.sequence);
    // An item said twice counts as the last.
    let (mut uid, mut flags, mut size, mut mod_seq, mut date) = (None, None, None, None, None);
    for item in items {
        match item {
            MessageDataItem::Uid(number) => uid = Some(number.get()),
            MessageDataItem::Flags(names) => flags = Some(names),
            MessageDataItem::Rfc822Size(octets) => size = Some(u64::from(*octets)),
            MessageDataItem::ModSeq(number) => mod_seq = Some(number.get()),
            MessageDataItem::InternalDate(at) => date = Some(*at.as_ref()),
            _ => {}
        }
    }
    assert_eq!((uid, mod_seq), (ours.uid, ours.mod_seq));
    if ours.internal_date.is_some() || date.is_none() {
        assert_eq!(date, ours.internal_date);
    }
    // It turns what is negative into 0; we say that nothing was said.
    assert_eq!(size.unwrap_or(0), ours.size.unwrap_or(0));
    assert_eq!(flags.is_some(), ours.flags.is_some());
    if let (Some(flags), Some(ours)) = (flags, &ours.flags) {
        let shown = |flag: &FlagFetch<'_>| match flag {
            FlagFetch::Flag(flag) => flag.to_string(),
            FlagFetch::Recent => "\\Recent".to_owned(),
        };
        same(&flags.iter().map(shown).collect::<Vec<_>>(), ours);
    }
    let sections = items.iter().filter(|item| {
        matches!(
            item,
            MessageDataItem::BodyExt { .. }
                | MessageDataItem::Binary { .. }
                | MessageDataItem::Rfc822(_)
                | MessageDataItem::Rfc822Header(_)
                | MessageDataItem::Rfc822Text(_)
        )
    });
    assert_eq!(sections.count(), ours.sections.len());
}

fn list(items: &[FlagNameAttribute<'_>], mailbox: &Mailbox<'_>, ours: &ListEntry) {
    same(items, &ours.attributes);
    name(mailbox, &ours.name);
}

fn status(mailbox: &Mailbox<'_>, items: &[StatusDataItem], ours: &StatusOf) {
    name(mailbox, &ours.name);
    let (mut messages, mut uid_next, mut uid_validity, mut mod_seq) = (None, None, None, None);
    for item in items {
        match item {
            StatusDataItem::Messages(number) => messages = Some(*number),
            StatusDataItem::UidNext(number) => uid_next = Some(number.get()),
            StatusDataItem::UidValidity(number) => uid_validity = Some(number.get()),
            StatusDataItem::HighestModSeq(number) => mod_seq = Some(*number),
            _ => {}
        }
    }
    assert_eq!(
        (messages, uid_next, uid_validity, mod_seq),
        (ours.messages, ours.uid_next, ours.uid_validity, ours.highest_mod_seq)
    );
}

fn name(mailbox: &Mailbox<'_>, ours: &[u8]) {
    match mailbox {
        Mailbox::Inbox => assert!(ours.eq_ignore_ascii_case(b"INBOX")),
        Mailbox::Other(other) => assert_eq!(other.as_ref(), ours),
    }
}

/// It spells known words its own way, so case does not count.
fn same(words: &[impl ToString], ours: &[String]) {
    assert_eq!(words.len(), ours.len());
    for (word, ours) in words.iter().zip(ours) {
        assert!(word.to_string().eq_ignore_ascii_case(ours), "{} and {ours}", word.to_string());
    }
}

/// First and last of each range; nothing if there is a `*`.
fn numbers(set: &SequenceSet) -> Option<Vec<(u32, u32)>> {
    let number = |one: &SeqOrUid| match one {
        SeqOrUid::Value(number) => Some(number.get()),
        SeqOrUid::Asterisk => None,
    };
    let range = |one: &Sequence| match one {
        Sequence::Single(one) => Some((number(one)?, number(one)?)),
        Sequence::Range(one, other) => Some((number(one)?, number(other)?)),
    };
    set.0.as_ref().iter().map(range).collect()
}

/// It sorts and joins sets; their order says nothing here.
fn joined(ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> =
        ranges.into_iter().map(|(one, other)| (one.min(other), one.max(other))).collect();
    ranges.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}
