//! Changes to messages: STORE, EXPUNGE.

use super::{super::UidSet, Command, Dialect, builder::Builder};

/// What happens to flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagChange {
    Add,
    Remove,
}

impl FlagChange {
    fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Remove => "-",
        }
    }
}

/// RFC 9051 §6.4.6, always silent. `unchanged_since` needs CONDSTORE (RFC 7162 §3.1.3).
pub(crate) fn uid_store(
    uids: &UidSet,
    unchanged_since: Option<u64>,
    change: FlagChange,
    flags: &[&str],
) -> Command {
    let sign = change.sign();
    let condition = unchanged_since.map(|mod_seq| format!("(UNCHANGEDSINCE {mod_seq}) ")).unwrap_or_default();
    let command = Builder::new(&format!("UID STORE {uids} {condition}{sign}FLAGS.SILENT ("));
    command.words(flags.iter().copied().filter(|flag| is_sendable_flag(flag))).text(")").build()
}

/// Whether a flag can be named in a command: an atom, with a backslash before it or not (RFC 9051 §9, flag). \Recent is
/// the server's own. The constructors leave out what is not, so that no flag can break a command.
pub(crate) fn is_sendable_flag(flag: &str) -> bool {
    let atom = flag.strip_prefix('\\').unwrap_or(flag);
    let is_special = |byte: u8| matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']');
    let is_atom = !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_graphic() && !is_special(byte));
    is_atom && !flag.eq_ignore_ascii_case("\\Recent")
}

/// RFC 4315 §2.1.
pub(crate) fn uid_expunge(uids: &UidSet) -> Command {
    Builder::new(&format!("UID EXPUNGE {uids}")).build()
}

/// RFC 6851 §3.2.
pub(crate) fn uid_move(uids: &UidSet, mailbox: &[u8], dialect: Dialect) -> Command {
    Builder::new(&format!("UID MOVE {uids} ")).string(mailbox, dialect).build()
}

/// RFC 9051 §6.4.3. It takes everybody's \Deleted messages.
pub(crate) fn expunge() -> Command {
    Builder::new("EXPUNGE").build()
}
