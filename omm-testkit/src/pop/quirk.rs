//! Bad habits of real servers, each a named switch.

/// A habit of some real server. None is on unless asked for with [`super::MockPop::quirk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// Every session sees other unique-ids than the one before (RFC 1939 §7 wants them to stay).
    NewUidsEachSession,
    /// The first two messages share the unique-id of the first (copies of one message, in servers that take its digest).
    TwinUids,
    /// Unique-ids hold a blank and letters outside ASCII (RFC 1939 §7: 0x21 to 0x7E).
    OddUids,
    /// Unique-ids are longer than the 70 characters of RFC 1939 §7.
    LongUids,
    /// The message with this number is listed, and RETR and TOP of it are -ERR.
    RetrRefused(usize),
    /// The connection ends after this many answers to RETR (50).
    ClosesAfterRetrs(u32),
    /// The sizes in STAT and LIST are wrong by this many octets; RETR tells the true one.
    SizeOff(i32),
    /// The sizes in STAT, LIST and RETR are those of the stored bytes: a lone line feed is one octet, a line end that is
    /// put at the end of the message none (RFC 1939 §11 wants them as they travel).
    SizesAsStored,
    /// Lone line feeds travel as they are; else they become CRLF.
    LoneLineFeeds,
    /// All line ends of all answers are lone line feeds.
    BareLineFeeds,
    /// `+OK` is all that is said: no text, no size. STAT, and LIST and UIDL of one message, still say what was asked.
    BareStatus,
    /// There is more in each line of LIST and UIDL than was asked for (RFC 1939 §5 discourages it).
    ListingSaysMore,
    /// TOP gives no more than this many lines of the body, whatever was asked for.
    TopLinesAtMost(usize),
    /// TOP sends the whole message.
    TopSendsAll,
    /// RETR ends as it should, after this many bytes of the message.
    BodiesCutAt(usize),
    /// Several sessions may have a maildrop at once (RFC 1939 §4 wants an exclusive lock).
    SharedMaildrop,
    /// A session that ended without QUIT keeps its lock for this many logins more.
    LockLingers(u32),
    /// Logins that show a password are refused, and not offered, unless TLS is below.
    LoginWantsTls,
    /// RFC 1734, before RFC 5034: AUTH with the first answer in its line is -ERR.
    NoInitialResponse,
    /// Gmail: of what there is, only so many messages are shown; the next ones come after a QUIT.
    ShowsOnly(usize),
    /// Whatever there is, nothing is shown.
    EmptyMaildrop,
    /// Messages with 8-bit headers are -ERR `[UTF8]` unless the UTF8 command was given (RFC 6856 §5).
    Utf8Wanted,
    /// Dovecot: what was sent by RETR is marked as read at QUIT; what was sent by TOP is not.
    RetrMarksRead,
    /// What was retrieved is removed at QUIT, DELE or not (RFC 2449 §6.7 allows it to who announces EXPIRE 0).
    RetrievedExpires,
}
