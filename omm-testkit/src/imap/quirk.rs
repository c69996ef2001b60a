//! Bad habits of real servers, each a named switch.

/// A habit of some real server. None is on unless asked for with [`super::MockImap::quirk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// Exchange: a message with a line longer than this many bytes (9,900) is refused with
    /// `BAD Command Argument Error. 11`.
    LongLinesRefused(usize),
    /// Exchange: `\Flagged` given in APPEND is forgotten; only STORE sets it.
    FlaggedOnlyByStore,
    /// Exchange: BYE after this many NO and BAD answers (10).
    ByeAfterErrors(u32),
    /// 163, 126, yeah.net: `NO SELECT Unsafe Login` unless ID was sent first.
    SelectWantsId,
    /// Yahoo: APPEND of a message that does not end with CRLF is
    /// `BAD [CLIENTBUG] Additional arguments`.
    FinalLineEndWanted,
    /// Gmail: APPEND of a message that is in the folder already gives an APPENDUID and stores nothing.
    EqualMessagesDropped,
    /// Gmail: a message appended with `\Deleted` is gone at once.
    DeletedOnAppendLost,
    /// Courier: EXAMINE answers another UIDVALIDITY than SELECT.
    ExamineDiffers,
    /// Domino, GroupWise: SEARCH is NO.
    SearchRefused,
    /// Emailchemy: SEARCH is BAD.
    SearchUnknown,
    /// Yandex, QQ: SEARCH finds nothing.
    SearchFindsNothing,
    /// FTGate, DBMail: APPENDUID is one too high.
    AppendUidOffByOne,
    /// DavMail until 2025: UIDs in APPENDUID and COPYUID come in reverse order.
    AppendUidSwapped,
    /// ProtonMail Bridge: UIDPLUS is offered, and APPEND answers without APPENDUID.
    NoAppendUid,
    /// Domino: a Message-ID without a domain gets one on APPEND; the copy is longer than what was sent.
    MessageIdCompleted,
    /// Exchange: `RFC822.SIZE` is wrong by this many bytes.
    SizeOff(i32),
    /// Several old servers: the day in INTERNALDATE has neither blank nor nought before it.
    OddInternalDate,
    /// Several old servers: flags come in capitals, and one comes twice.
    FlagsInCapitals,
    /// Cyrus: a message with a NUL byte is refused: `NO Message contains NUL characters`.
    NulRefused,
    /// Cyrus: 8-bit bytes in the headers are refused: `NO Message contains invalid header`.
    EightBitHeadersRefused,
    /// Domino, GMX: nothing can be below INBOX; LIST never answers such names and CREATE is NO.
    NoInboxChildren,
    /// Home-grown servers: untagged lines end with LF only.
    BareLineFeeds,
    /// Zimbra and others: `UID` comes after the body in a FETCH answer.
    UidAfterBody,
    /// Any server may (RFC 9051 §7): untagged data that nobody asked for comes between answers.
    ChattyBetween,
    /// Exchange, iCloud: names are folded: `Sent` and `SENT` are one folder.
    FoldsCase,
    /// Dovecot with maildir: a folder cannot have children (`LAYOUT` forbids them).
    NoChildren,
    /// Windows hosts: a name with a trailing blank drops the connection (Exchange 2007).
    TrailingBlankDrops,
    /// Dovecot: an administrator logs in as `user*administrator`, with this separator. What is wrong is not said.
    MasterUser(char),
    /// Exchange: an administrator logs in as `administrator\mailbox`, or with a domain before it.
    ExchangeMailbox,
    /// Most servers without administrators: an authorisation identity other than one's own is NO with this text, right
    /// password or not.
    AuthorizationIdentityRefused(&'static str),
    /// Zimbra: `OK [CLOSED]` is missing when QRESYNC is enabled.
    NoClosedCode,
}
