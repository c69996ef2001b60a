//! Which mailbox an account is, however it is reached.

use omm_core::seam::AccountSpec;
use std::fmt;

/// A mailbox, as a number that equals another one's when the two are the same mailbox as far as their addresses tell.
///
/// The protocol, the encryption, the usual ports, the path of a URL, the administrator and the password are not in it: a
/// mailbox that is read by POP3 and written by IMAP is one mailbox. An unusual port is in it, because two servers of one
/// machine have two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxKey([u8; 16]);

impl MailboxKey {
    /// The mailbox of an account.
    pub fn of(account: &AccountSpec) -> Self {
        let (host, login) = (host(account), login(account));
        let mut hash = blake3::Hasher::new();
        for part in [&host, &login] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(short(&hash))
    }

    /// Two mailboxes, in this order.
    pub fn pair(source: Self, destination: Self) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(&source.0);
        hash.update(&destination.0);
        Self(short(&hash))
    }

    /// What stands for an account's server, as far as its address tells: two that are equal are one server.
    pub fn server(account: &AccountSpec) -> String {
        host(account)
    }

    /// As it is stored.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for MailboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailboxKey({:032x})", u128::from_be_bytes(self.0))
    }
}

/// Of protocols that mailboxes are reached by: IMAP, POP3, HTTP, with and without TLS.
const USUAL_PORTS: [&str; 6] = ["143", "993", "110", "995", "80", "443"];

fn short(hash: &blake3::Hasher) -> [u8; 16] {
    let mut key = [0; 16];
    hash.finalize_xof().fill(&mut key);
    key
}

fn host(account: &AccountSpec) -> String {
    if account.login.is_empty() {
        // A path, whose case counts.
        return format!("{}:{}", account.server_type, account.server);
    }
    // RFC 4343 §2: host names compare without case.
    let server = account.server.to_lowercase();
    let server = server.split_once("://").map_or(server.as_str(), |(_, rest)| rest);
    let server = server.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match server.rsplit_once(':') {
        Some((host, port)) if USUAL_PORTS.contains(&port) => host,
        _ => server,
    };
    let found_out = matches!(account.server_type.as_str(), "auto" | "exchange");
    // A domain whose server is to be found out is no host yet.
    format!("{}{}", if found_out { "domain:" } else { "" }, host.trim_end_matches('.'))
}

/// RFC 5321 §2.4 lets servers tell `Anna@` from `anna@`; none that people have mailboxes on does, and in spreadsheets both are
/// written. A login that is no address stays as it is.
fn login(account: &AccountSpec) -> String {
    match account.login.contains('@') {
        true => account.login.to_lowercase(),
        false => account.login.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(server_type: &str, server: &str, login: &str) -> MailboxKey {
        let mut account = AccountSpec::new(server_type, server);
        login.clone_into(&mut account.login);
        MailboxKey::of(&account)
    }

    // Too few of them the same: a migration onto itself. Too many: a good row refused.
    #[test]
    fn one_mailbox_and_two() {
        let anna = key("imap", "mail.example", "anna@mail.example");
        for (server_type, server, login, same) in [
            ("imap", "MAIL.example.:993", "Anna@Mail.Example", true),
            ("pop3", "mail.example:995", "anna@mail.example", true),
            ("ews", "https://mail.example/EWS/Exchange.asmx", "anna@mail.example", true),
            ("imap", "mail.example:1143", "anna@mail.example", false),
            ("imap", "mail2.example", "anna@mail.example", false),
            ("auto", "mail.example", "anna@mail.example", false),
            ("imap", "mail.example", "anna", false),
        ] {
            assert_eq!(key(server_type, server, login) == anna, same, "{server_type} {server} {login}");
        }
        assert_ne!(key("imap", "h", "Anna"), key("imap", "h", "anna"));
        assert_ne!(key("dir", "/A", ""), key("dir", "/a", ""));
        assert_eq!(key("auto", "x.example", "a@x.example"), key("exchange", "X.example", "A@x.example"));
        assert_ne!(
            MailboxKey::pair(anna, key("dir", "/A", "")),
            MailboxKey::pair(key("dir", "/A", ""), anna)
        );
    }
}
