//! What a server says, as types of our own: what a connector needs, and nothing that a parser crate may change.

use super::UidSet;
use omm_core::model::Received;

/// The first thing a server says (RFC 9051 §7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// `Ok`, `PreAuth` or `Bye`.
    pub(crate) status: Status,
}

/// How an answer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusKind {
    Ok,
    No,
    Bad,
    PreAuth,
    Bye,
}

/// `OK [CODE] text` and its kin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) kind: StatusKind,
    pub(crate) code: Option<Code>,
    /// For people; bytes that are no UTF-8 are shown as they can be.
    pub(crate) text: String,
}

/// A response code (RFC 9051 §7.1, RFC 5530 and the extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Capability(Vec<String>),
    PermanentFlags(Vec<String>),
    UidValidity(u32),
    UidNext(u32),
    HighestModSeq(u64),
    NoModSeq,
    ReadOnly,
    ReadWrite,
    TryCreate,
    Closed,
    UidNotSticky,
    /// RFC 4315, with the sets of RFC 3502 for several messages.
    AppendUid {
        uid_validity: u32,
        uids: UidSet,
    },
    CopyUid {
        uid_validity: u32,
        from: UidSet,
        to: UidSet,
    },
    /// RFC 7162: which messages a conditional STORE left alone.
    Modified(UidSet),
    TooBig,
    OverQuota,
    /// RFC 8474.
    MailboxId(String),
    /// Everything else by its upper-case name, with what stands behind it: ALERT, AUTHENTICATIONFAILED, INUSE,
    /// LIMIT, UNAVAILABLE, THROTTLED, SERVERBUG …
    Other {
        name: String,
        arguments: String,
    },
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) tag: u32,
    pub(crate) status: Status,
}

/// Untagged data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Response {
    Status(Status),
    Capability(Vec<String>),
    Enabled(Vec<String>),
    /// RFC 2971, in the server's order; field names as the server spells them.
    Id(Vec<(String, Option<String>)>),
    List(ListEntry),
    Lsub(ListEntry),
    StatusOf(StatusOf),
    Namespace(Namespaces),
    Flags(Vec<String>),
    Exists(u32),
    Recent(u32),
    Expunge(u32),
    /// RFC 7162.
    Vanished {
        earlier: bool,
        uids: UidSet,
    },
    Search(Search),
    Fetch(Fetched),
    Quota {
        root: String,
        resources: Vec<QuotaResource>,
    },
    QuotaRoot {
        mailbox: String,
        roots: Vec<String>,
    },
    /// What could not be read. It costs only itself; the beginning of it is kept for the trace.
    Unreadable(Vec<u8>),
}

impl Response {
    /// Whether this is data of that name which could not be read: somebody is in it, and nobody knows who.
    pub(crate) fn is_lost(&self, name: &str) -> bool {
        let Self::Unreadable(line) = self else { return false };
        // Behind the star: the name, or a number and the name.
        let mut words = line.split(|byte| *byte == b' ').skip(1).take(2);
        words.any(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    }
}

/// RFC 9051 §7.3.1, RFC 5258.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListEntry {
    /// With the backslash, as the server spells them: `\Noselect`, `\Sent`, `\Subscribed` …
    pub(crate) attributes: Vec<String>,
    pub(crate) delimiter: Option<char>,
    /// The name as it was on the wire, without quotes: modified UTF-7 or UTF-8, not decoded.
    pub(crate) name: Vec<u8>,
}

/// RFC 9051 §7.3.4 and the extensions; what was not said is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StatusOf {
    /// As in [`ListEntry::name`].
    pub(crate) name: Vec<u8>,
    pub(crate) messages: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) uid_validity: Option<u32>,
    pub(crate) highest_mod_seq: Option<u64>,
    /// RFC 8438.
    pub(crate) size: Option<u64>,
    /// RFC 8474.
    pub(crate) mailbox_id: Option<String>,
    /// RFC 7889; `None` inside is NIL, no limit.
    pub(crate) append_limit: Option<Option<u64>>,
}

/// RFC 2342.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Namespaces {
    pub(crate) personal: Vec<Namespace>,
    pub(crate) other_users: Vec<Namespace>,
    pub(crate) shared: Vec<Namespace>,
}

/// One prefix and its delimiter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    /// As on the wire.
    pub(crate) prefix: Vec<u8>,
    pub(crate) delimiter: Option<char>,
}

/// SEARCH (RFC 9051 §7.3.5) or ESEARCH (RFC 4731).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// The messages, by UID if the command was.
    pub(crate) all: UidSet,
    pub(crate) count: Option<u32>,
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    pub(crate) mod_seq: Option<u64>,
}

/// RFC 9051 §7.5.2; what was not said is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fetched {
    /// The message sequence number.
    pub(crate) sequence: u32,
    pub(crate) uid: Option<u32>,
    /// As the server spells them; a flag that no grammar allows is kept as text.
    pub(crate) flags: Option<Vec<String>>,
    /// INTERNALDATE; `None` also when it cannot be read.
    pub(crate) internal_date: Option<Received>,
    /// RFC822.SIZE; servers are known to lie, also above 4 GiB.
    pub(crate) size: Option<u64>,
    pub(crate) mod_seq: Option<u64>,
    /// RFC 8474.
    pub(crate) email_id: Option<String>,
    pub(crate) thread_id: Option<String>,
    /// X-GM-EXT-1.
    pub(crate) gm_msgid: Option<u64>,
    pub(crate) gm_thrid: Option<u64>,
    pub(crate) gm_labels: Option<Vec<Vec<u8>>>,
    /// Body sections that were small enough, or quoted, to be kept: section text (`HEADER`, `HEADER.FIELDS (MESSAGE-ID)`,
    /// empty for the whole) and bytes; `None` for NIL.
    pub(crate) sections: Vec<(String, Option<Vec<u8>>)>,
    /// Whether a literal of this response went by as [`super::Event::BodyData`].
    pub(crate) streamed: bool,
    /// Offset of a partial body (`BODY[]<0>`), if the server named one.
    pub(crate) origin: Option<u32>,
}

/// RFC 9208.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuotaResource {
    /// Upper case: STORAGE (in units of 1024 octets), MESSAGE …
    pub(crate) name: String,
    pub(crate) used: u64,
    pub(crate) limit: u64,
}
