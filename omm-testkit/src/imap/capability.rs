//! What the server can do, and what CAPABILITY says about it.

use std::collections::BTreeSet;

/// An extension, or an alternative of the base protocol, that can be switched off and on.
///
/// CAPABILITY tells the truth: what is off is not offered, and its commands and arguments are BAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Extension {
    /// IMAP4rev1 (RFC 3501). Without it the server speaks IMAP4rev2 only.
    Imap4Rev1,
    /// IMAP4rev2 (RFC 9051). `BINARY` items of FETCH are missing, and nothing else that we know of.
    Imap4Rev2,
    /// LITERAL+ (RFC 7888): literals that nobody waits for, of any size.
    LiteralPlus,
    /// LITERAL- (RFC 7888): the same up to 4,096 bytes. Offered only when LITERAL+ is off.
    LiteralMinus,
    /// MULTIAPPEND (RFC 3502): several messages in one APPEND, all or none.
    MultiAppend,
    /// UIDPLUS (RFC 4315): APPENDUID, COPYUID, UID EXPUNGE.
    UidPlus,
    /// CONDSTORE (RFC 7162).
    CondStore,
    /// QRESYNC (RFC 7162).
    QResync,
    /// ENABLE (RFC 5161).
    Enable,
    /// LIST-EXTENDED (RFC 5258).
    ListExtended,
    /// LIST-STATUS (RFC 5819).
    ListStatus,
    /// SPECIAL-USE (RFC 6154): attributes such as `\Sent` in LIST.
    SpecialUse,
    /// CREATE-SPECIAL-USE (RFC 6154): `CREATE x (USE (\Sent))`.
    CreateSpecialUse,
    /// NAMESPACE (RFC 2342).
    Namespace,
    /// ID (RFC 2971).
    Id,
    /// STATUS=SIZE (RFC 8438).
    StatusSize,
    /// ESEARCH (RFC 4731).
    ESearch,
    /// COMPRESS=DEFLATE (RFC 4978).
    Compress,
    /// UTF8=ACCEPT (RFC 6855).
    Utf8Accept,
    /// APPENDLIMIT (RFC 7889). Off unless a limit is set.
    AppendLimit,
    /// QUOTA (RFC 9208).
    Quota,
    /// OBJECTID (RFC 8474).
    ObjectId,
    /// MOVE (RFC 6851).
    Move,
    /// UNSELECT (RFC 3691).
    Unselect,
    /// IDLE (RFC 2177).
    Idle,
    /// CHILDREN (RFC 3348).
    Children,
    /// SASL-IR (RFC 4959): the first answer in the AUTHENTICATE line.
    SaslIr,
    /// AUTH=PLAIN (RFC 4616), with authorisation identity.
    AuthPlain,
    /// AUTH=LOGIN, the undocumented one that every client knows.
    AuthLogin,
    /// AUTH=XOAUTH2, Google's.
    AuthXOAuth2,
    /// AUTH=OAUTHBEARER (RFC 7628).
    AuthOAuthBearer,
    /// AUTH=SCRAM-SHA-256 (RFC 7677).
    AuthScramSha256,
    /// The LOGIN command. Off is LOGINDISABLED.
    Login,
    /// STARTTLS. Works only when the server has a TLS configuration.
    StartTls,
    /// X-GM-EXT-1: labels, message and thread numbers of Gmail. Off by default.
    Gmail,
    /// X-NETSCAPE: an administrator who has logged in may say PROXYAUTH (Netscape, Sun, Oracle). Off by default.
    ProxyAuth,
}

use Extension as E;

/// In the order in which CAPABILITY names them.
const ALL: [(Extension, &str); 36] = [
    (E::Imap4Rev1, "IMAP4rev1"),
    (E::Imap4Rev2, "IMAP4rev2"),
    (E::LiteralPlus, "LITERAL+"),
    (E::LiteralMinus, "LITERAL-"),
    (E::SaslIr, "SASL-IR"),
    (E::Id, "ID"),
    (E::Enable, "ENABLE"),
    (E::Idle, "IDLE"),
    (E::StartTls, "STARTTLS"),
    (E::AuthPlain, "AUTH=PLAIN"),
    (E::AuthLogin, "AUTH=LOGIN"),
    (E::AuthXOAuth2, "AUTH=XOAUTH2"),
    (E::AuthOAuthBearer, "AUTH=OAUTHBEARER"),
    (E::AuthScramSha256, "AUTH=SCRAM-SHA-256"),
    (E::Login, ""),
    (E::MultiAppend, "MULTIAPPEND"),
    (E::UidPlus, "UIDPLUS"),
    (E::CondStore, "CONDSTORE"),
    (E::QResync, "QRESYNC"),
    (E::ListExtended, "LIST-EXTENDED"),
    (E::ListStatus, "LIST-STATUS"),
    (E::SpecialUse, "SPECIAL-USE"),
    (E::CreateSpecialUse, "CREATE-SPECIAL-USE"),
    (E::Namespace, "NAMESPACE"),
    (E::Children, "CHILDREN"),
    (E::StatusSize, "STATUS=SIZE"),
    (E::ESearch, "ESEARCH"),
    (E::Compress, "COMPRESS=DEFLATE"),
    (E::Utf8Accept, "UTF8=ACCEPT"),
    (E::AppendLimit, "APPENDLIMIT"),
    (E::Quota, "QUOTA QUOTA=RES-STORAGE"),
    (E::ObjectId, "OBJECTID"),
    (E::Move, "MOVE"),
    (E::Unselect, "UNSELECT"),
    (E::Gmail, "X-GM-EXT-1"),
    (E::ProxyAuth, "X-NETSCAPE"),
];

impl Extension {
    /// Every one there is.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(|(extension, _)| extension)
    }

    /// How CAPABILITY calls it; nothing for [`Extension::Login`], whose absence has a name.
    pub fn name(self) -> &'static str {
        ALL.into_iter().find(|(extension, _)| *extension == self).map_or("", |(_, name)| name)
    }
}

impl Extension {
    /// RFC 9051 Appendix E: extensions that have become part of IMAP4rev2.
    pub(super) fn is_in_rev2(self) -> bool {
        matches!(
            self,
            E::UidPlus
                | E::Enable
                | E::ListExtended
                | E::ListStatus
                | E::SpecialUse
                | E::Namespace
                | E::Children
                | E::StatusSize
                | E::ESearch
                | E::Move
                | E::Unselect
                | E::Idle
                | E::SaslIr
        )
    }
}

/// What is on when nothing is said.
pub(super) fn usual() -> BTreeSet<Extension> {
    Extension::all()
        .filter(|extension| !matches!(extension, E::Gmail | E::AppendLimit | E::ProxyAuth))
        .collect()
}

/// What CAPABILITY says besides the extensions that are on.
pub(super) struct Situation {
    pub(super) logged_in: bool,
    /// A TLS configuration is there and not in use yet.
    pub(super) can_start_tls: bool,
    pub(super) compressed: bool,
    pub(super) append_limit: Option<u64>,
}

/// The words after `CAPABILITY`.
pub(super) fn words(on: &BTreeSet<Extension>, situation: &Situation) -> String {
    let mut words: Vec<String> = Vec::new();
    for (extension, name) in
        ALL.into_iter().filter(|(extension, name)| on.contains(extension) && !name.is_empty())
    {
        let is_offered = match extension {
            E::LiteralMinus => !on.contains(&E::LiteralPlus),
            E::StartTls => situation.can_start_tls,
            // RFC 9051 §6.2: how to log in is of no use to who has.
            _ if name.starts_with("AUTH=") => !situation.logged_in,
            E::Imap4Rev1 | E::Imap4Rev2 | E::LiteralPlus | E::SaslIr | E::Id | E::ProxyAuth => true,
            // RFC 4978 §3: not offered again once it is active.
            E::Compress => situation.logged_in && !situation.compressed,
            _ => situation.logged_in,
        };
        match (is_offered, extension, situation.append_limit) {
            (true, E::AppendLimit, Some(limit)) => words.push(format!("APPENDLIMIT={limit}")),
            (true, _, _) => words.push(name.to_owned()),
            (false, _, _) => {}
        }
    }
    if !on.contains(&E::Login) && !situation.logged_in {
        words.push("LOGINDISABLED".to_owned());
    }
    words.join(" ")
}
