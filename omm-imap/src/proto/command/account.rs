//! About the server and the account.

use super::{Command, Dialect, builder::Builder};

/// RFC 9051 §6.1.1.
pub(crate) fn capability() -> Command {
    Builder::new("CAPABILITY").build()
}

/// RFC 9051 §6.1.3.
pub(crate) fn logout() -> Command {
    Builder::new("LOGOUT").build()
}

/// RFC 2971 §3.1. Seen: 163.com parses it by hand and wants one blank between strings, which is how it is written here.
pub(crate) fn id(fields: &[(&str, &str)], dialect: Dialect) -> Command {
    if fields.is_empty() {
        return Builder::new("ID NIL").build();
    }
    let mut command = Builder::new("ID (");
    for (at, (name, value)) in fields.iter().enumerate() {
        command = command.text(if at == 0 { "" } else { " " }).string(name.as_bytes(), dialect);
        command = command.text(" ").string(value.as_bytes(), dialect);
    }
    command.text(")").build()
}

/// RFC 5161 §3.1.
pub(crate) fn enable(capabilities: &[&str]) -> Command {
    Builder::new("ENABLE ").words(capabilities.iter().copied()).build()
}

/// RFC 4978 §3. Nothing may be sent behind it before its OK.
pub(crate) fn compress_deflate() -> Command {
    Builder::new("COMPRESS DEFLATE").build()
}

/// RFC 2342 §5.
pub(crate) fn namespace() -> Command {
    Builder::new("NAMESPACE").build()
}

/// RFC 9208 §4.1.3.
pub(crate) fn get_quota_root(mailbox: &[u8], dialect: Dialect) -> Command {
    Builder::new("GETQUOTAROOT ").string(mailbox, dialect).build()
}
