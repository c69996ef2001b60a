//! Types of servers and servers, as people write them, made into accounts.

use super::{Fault, column::key};
use omm_core::seam::{AccountSpec, Tls};

/// What a type column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerType {
    Imap,
    Exchange,
    Pop,
    /// To be found out.
    Auto,
}

impl ServerType {
    /// Reads the word. Case, blanks and punctuation do not matter, nor what stands in brackets.
    pub(super) fn of(word: &str) -> Option<Self> {
        let key = key(word);
        Some(match key.as_str() {
            "imap" | "imaps" | "imap4" | "imap4rev1" | "imapssl" | "imaptls" | "gmail"
            | "googleworkspace" | "dovecot" => Self::Imap,
            "exchange" | "ews" | "exchangeews" | "hostedexchange" | "privateexchange" | "trustedexchange"
            | "exchangeserver" | "msexchange" | "microsoftexchange" | "exchangeonline" | "office365"
            | "o365" | "microsoft365" | "m365" => Self::Exchange,
            "pop" | "pop3" | "pop3s" | "pops" | "popssl" | "pop3ssl" => Self::Pop,
            "auto" | "autodetect" | "autodetection" | "autodiscover" | "hostedbyovh" | "hostedbyovhcloud"
            | "ovh" | "ovhcloud" | "mxplan" | "emailpro" | "zimbra" => Self::Auto,
            _ if key.strip_prefix("exchange").is_some_and(|year| year.parse::<u16>().is_ok()) => {
                Self::Exchange
            }
            _ => return None,
        })
    }

    fn schemes(self) -> &'static [(&'static str, Tls)] {
        match self {
            Self::Imap => &[("imaps", Tls::Required), ("imap", Tls::StartTls)],
            Self::Pop => &[
                ("pop3s", Tls::Required),
                ("pop3", Tls::StartTls),
                ("pops", Tls::Required),
                ("pop", Tls::StartTls),
            ],
            Self::Exchange => &[("https", Tls::Required), ("http", Tls::Required)],
            Self::Auto => &[],
        }
    }
}

/// The account of a row, without its password.
pub(super) fn account(kind: ServerType, server: &str, login: &str) -> Result<AccountSpec, Fault> {
    let server = server.trim();
    let mut account = match (kind, server.is_empty()) {
        (ServerType::Pop, true) => return Err(Fault::ServerNeeded),
        (ServerType::Exchange, true) => AccountSpec::new("exchange", domain(login)?),
        (ServerType::Imap | ServerType::Auto, true) => AccountSpec::new("auto", domain(login)?),
        (_, false) => named(kind, server)?,
    };
    login.clone_into(&mut account.login);
    Ok(account)
}

fn domain(login: &str) -> Result<&str, Fault> {
    let (name, domain) = login.rsplit_once('@').ok_or(Fault::DomainNeeded)?;
    if name.is_empty() || !is_host(domain) || !domain.contains('.') {
        Err(Fault::DomainNeeded)
    } else {
        Ok(domain)
    }
}

fn named(kind: ServerType, server: &str) -> Result<AccountSpec, Fault> {
    let (kind, tls, rest) = match server.split_once("://") {
        Some((scheme, rest)) => {
            let scheme = scheme.to_ascii_lowercase();
            let fits = |kind: ServerType| {
                let found = kind.schemes().iter().find(|(known, _)| *known == scheme);
                found.map(|(_, tls)| (kind, *tls, rest))
            };
            let all = [ServerType::Imap, ServerType::Exchange, ServerType::Pop];
            match kind {
                ServerType::Auto => all.into_iter().find_map(fits),
                _ => fits(kind),
            }
            .ok_or(Fault::OtherScheme)?
        }
        // Where nothing is said, the port says it: RFC 8314 §3.
        None => (kind, if usually_in_clear(server) { Tls::StartTls } else { Tls::Required }, server),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    check(authority)?;
    if kind != ServerType::Exchange && !matches!(path, "" | "/") {
        return Err(Fault::BadServer("write the host alone, without a path"));
    }
    if path.contains(char::is_whitespace) {
        return Err(Fault::BadServer("take the blanks out of the URL"));
    }
    let (word, place) = match kind {
        ServerType::Imap => ("imap", authority.to_owned()),
        ServerType::Pop => ("pop3", authority.to_owned()),
        ServerType::Exchange => ("ews", server.to_owned()),
        // Servers are found out by the domain of a login; what was typed here must not be ignored.
        ServerType::Auto => {
            return Err(Fault::BadServer(
                "write its type too, or imaps:// or https:// before it, or leave both empty",
            ));
        }
    };
    let mut account = AccountSpec::new(word, place);
    account.tls = tls;
    Ok(account)
}

fn usually_in_clear(server: &str) -> bool {
    matches!(server.trim_end_matches('/').rsplit_once(':'), Some((_, "143" | "110")))
}

fn check(authority: &str) -> Result<(), Fault> {
    if authority.contains('@') {
        return Err(Fault::LoginInServer);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err(Fault::BadServer("write a port from 1 to 65535 behind the colon"));
    }
    if is_host(host) { Ok(()) } else { Err(Fault::BadServer("write a host, for example mail.example.org")) }
}

/// A name (letters of any script: they are made ASCII later), or an address.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_types() {
        for (word, expected) in [
            ("IMAP", Some(ServerType::Imap)),
            (" imap ", Some(ServerType::Imap)),
            ("Exchange 2016", Some(ServerType::Exchange)),
            ("Office 365", Some(ServerType::Exchange)),
            ("EWS", Some(ServerType::Exchange)),
            ("POP3", Some(ServerType::Pop)),
            ("Hosted by OVH (Autodetect)", Some(ServerType::Auto)),
            ("Autodetect", Some(ServerType::Auto)),
            ("MX Plan", Some(ServerType::Auto)),
            ("exchangex", None),
            ("smtp", None),
            ("", None),
        ] {
            assert_eq!(ServerType::of(word), expected, "{word}");
        }
    }

    #[test]
    fn servers() {
        use ServerType::*;
        for (kind, server, login, expected) in [
            (Imap, "mail.example", "a", ("imap", "mail.example", Tls::Required)),
            (Imap, "mail.example:143", "a", ("imap", "mail.example:143", Tls::StartTls)),
            (Imap, "imap://mail.example:1143/", "a", ("imap", "mail.example:1143", Tls::StartTls)),
            (Imap, "IMAPS://mail.example", "a", ("imap", "mail.example", Tls::Required)),
            (Imap, "[::1]:993", "a", ("imap", "[::1]:993", Tls::Required)),
            (Imap, "", "a@b.example", ("auto", "b.example", Tls::Required)),
            (Pop, "pop3s://bücher.example", "a", ("pop3", "bücher.example", Tls::Required)),
            (
                Exchange,
                "https://ex.example/ews/exchange.asmx",
                "a",
                ("ews", "https://ex.example/ews/exchange.asmx", Tls::Required),
            ),
            (Exchange, "ex.example", "a", ("ews", "ex.example", Tls::Required)),
            (Exchange, "", "a@b.example", ("exchange", "b.example", Tls::Required)),
            (Auto, "", "a@b.example", ("auto", "b.example", Tls::Required)),
            (Auto, "imaps://m.example", "a", ("imap", "m.example", Tls::Required)),
        ] {
            let account = account(kind, server, login).expect(server);
            assert_eq!(
                (account.server_type.as_str(), account.server.as_str(), account.tls),
                expected,
                "{server}"
            );
            assert_eq!(account.login, login);
        }
    }

    #[test]
    fn no_servers() {
        use ServerType::*;
        for (kind, server, login, fault) in [
            (Pop, "", "a@b.example", "missing, and not"),
            (Imap, "", "anna", "no domain"),
            (Imap, "", "anna@localhost", "no domain"),
            (Imap, "https://mail.example", "a", "another type"),
            (Exchange, "imaps://mail.example", "a", "another type"),
            (Imap, "anna:geheim@mail.example", "a", "login before"),
            (Imap, "mail example", "a", "no server"),
            (Imap, "mail.example:port", "a", "no server"),
            (Imap, "mail.example:0", "a", "no server"),
            (Imap, "mail.example/inbox", "a", "no server"),
            (Imap, "imap://", "a", "no server"),
            (Imap, "mail..example", "a", "no server"),
            (Exchange, "https://ex.example/a b", "a", "no server"),
            (Auto, "mail.example", "a@b.example", "no server"),
            (Auto, "smtp://mail.example", "a@b.example", "another type"),
        ] {
            let found = account(kind, server, login).expect_err(server).to_string();
            assert!(found.contains(fault), "{server}: {found}");
        }
    }
}
