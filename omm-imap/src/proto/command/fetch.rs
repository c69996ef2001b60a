//! FETCH.

use super::{super::UidSet, Command, builder::Builder};

/// RFC 9051 §6.4.9. `items` as they stand between the parentheses: `UID FLAGS BODY.PEEK[]`. `changed_since` needs
/// CONDSTORE; `vanished` as well needs QRESYNC enabled (RFC 7162 §3.2.6).
pub(crate) fn uid_fetch(uids: &UidSet, items: &str, changed_since: Option<u64>, vanished: bool) -> Command {
    uid_fetch_text(&uids.to_string(), items, changed_since, vanished)
}

/// As [`uid_fetch`], with a set in its own spelling, such as `17:*`.
pub(crate) fn uid_fetch_text(set: &str, items: &str, changed_since: Option<u64>, vanished: bool) -> Command {
    let command = Builder::new(&format!("UID FETCH {set} ({items})"));
    match changed_since {
        Some(mod_seq) if vanished => command.text(&format!(" (CHANGEDSINCE {mod_seq} VANISHED)")),
        Some(mod_seq) => command.text(&format!(" (CHANGEDSINCE {mod_seq})")),
        None => command,
    }
    .build()
}
