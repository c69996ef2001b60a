//! What a test may want of its Dovecot.

use crate::servers::Certificate;

/// Settings of an instance; `Settings::default()` is the usual one.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How mail is stored.
    pub storage: Storage,
    /// The separator in folder names.
    pub separator: char,
    /// When a write counts as done. A test that pulls no plug wants [`Fsync::Never`]; a measurement the server's own.
    pub fsync: Fsync,
    /// Whether TLS is there.
    pub tls: Tls,
    /// The certificate it shows.
    pub certificate: Certificate,
    /// How many bytes a user may store.
    pub quota_bytes: Option<u64>,
    /// The largest message it takes; announced as APPENDLIMIT (RFC 7889).
    pub largest_message: Option<u64>,
    /// How many connections a user may have from one address.
    pub connections_per_user: usize,
    /// Whether rights on folders can be set, by `doveadm acl` or SETACL (RFC 4314): for read-only folders.
    pub rights: bool,
    /// Whether COMPRESS=DEFLATE (RFC 4978) is offered.
    pub compress: bool,
    /// The whole capability list instead of the server's own: `IMAP4rev1 UIDPLUS`, say. What is not announced is
    /// still understood, which is the point: a client that uses it is caught by nobody else.
    pub capabilities: Option<String>,
}

/// How mail is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// One file per message, Dovecot's own.
    Sdbox,
    /// Many messages per file, Dovecot's own.
    Mdbox,
    /// Maildir with folders as directories.
    Maildir,
    /// Maildir++: all folders side by side, nesting by dots.
    MaildirPlusPlus,
}

/// When a write counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fsync {
    /// As soon as the system has it.
    Never,
    /// Dovecot's default: where loss would be noticed.
    Optimized,
    /// Always on the disk.
    Always,
}

/// Whether TLS is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// STARTTLS and ports of its own; a login in the clear is taken too.
    Offered,
    /// The same, and no login in the clear: the witness cannot enter. It listens on 127.0.0.2, see `Account::host`.
    Required,
    /// Not at all.
    Absent,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            storage: Storage::Sdbox,
            separator: '/',
            fsync: Fsync::Never,
            tls: Tls::Offered,
            certificate: Certificate::default(),
            quota_bytes: None,
            largest_message: None,
            connections_per_user: 200,
            rights: false,
            compress: true,
            capabilities: None,
        }
    }
}
