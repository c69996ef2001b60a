//! Accounts as people write them: a path, `dir:PATH`, or a URL.

use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    seam::{AccountSpec, Tls},
};

/// The account that an address names.
///
/// | address | means |
/// |---|---|
/// | `PATH` | mail files: mbox, Maildir, folders of .eml; recognised by content |
/// | `dir:PATH` | a folder that OMM writes and reads |
/// | `imap://host:port`, `imaps://…`, `pop3://…`, `pop3s://…` | a mail server |
/// | `ews:https://host/path`, `ews://host` | Exchange |
/// | `exchange:user@domain` | Exchange, whose server is found out when it is opened (autodiscover) |
/// | `auto:user@domain` | to be found out when it is opened: the best of `omm::discover` |
///
/// A login may stand before the host (`imaps://anna@mail.example`). Whether the build has the connector is not
/// asked here but when the account is opened.
///
/// ```
/// let account = omm::address::parse("dir:./copies")?;
/// assert_eq!((account.server_type.as_str(), account.server.as_str()), ("dir", "./copies"));
///
/// let account = omm::address::parse("imaps://anna@mail.example:993")?;
/// assert_eq!(account.login, "anna");
///
/// let refused = omm::address::parse("imaps://anna:geheim@mail.example").unwrap_err();
/// assert!(!refused.to_string().contains("geheim"));
/// # Ok::<(), omm::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Config`] when it is no address, and when a password is in it: other users of the machine can
/// see arguments, and shells remember them.
pub fn parse(address: &str) -> Result<AccountSpec> {
    if address.trim().is_empty() {
        return Err(refused("the address is empty; give a path, dir:PATH or a URL"));
    }
    if let Some((scheme, rest)) = address.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        return match scheme.to_ascii_lowercase().as_str() {
            "ews:https" | "ews:http" => url("ews", &address[4..], Tls::Required),
            _ => server(scheme, rest),
        };
    }
    match address.split_once(':') {
        Some(("dir", path)) => path_of("dir", path),
        Some(("files", path)) => path_of("files", path),
        Some((word @ ("auto" | "exchange"), user)) => by_domain(word, user),
        Some((word @ ("imap" | "imaps" | "pop3" | "pop3s"), _)) => {
            Err(refused(format!("a server is written {word}://HOST or {word}://LOGIN@HOST")))
        }
        Some(("ews", host)) => url("ews", host, Tls::Required),
        _ => path_of("files", address),
    }
}

/// The same for the side that is written: a bare path is a folder that OMM writes, as with `dir:`.
///
/// ```
/// assert_eq!(omm::address::parse_destination("copies")?, omm::address::parse("dir:copies")?);
/// # Ok::<(), omm::Error>(())
/// ```
///
/// # Errors
/// As for [`parse`].
pub fn parse_destination(address: &str) -> Result<AccountSpec> {
    let mut account = parse(address)?;
    if account.server_type == "files" && !address.starts_with("files:") {
        account.server_type = "dir".to_owned();
    }
    Ok(account)
}

/// RFC 3986 §3.1, and `ews:` before it. One letter is a Windows drive.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:".contains(c))
}

fn path_of(server_type: &str, path: &str) -> Result<AccountSpec> {
    if path.is_empty() {
        return Err(refused(format!("{server_type}: needs a path behind it")));
    }
    Ok(AccountSpec::new(server_type, path))
}

fn server(scheme: &str, rest: &str) -> Result<AccountSpec> {
    let (server_type, tls) = match scheme.to_ascii_lowercase().as_str() {
        "imaps" => ("imap", Tls::Required),
        "imap" => ("imap", Tls::StartTls),
        "pop3s" => ("pop3", Tls::Required),
        "pop3" => ("pop3", Tls::StartTls),
        "http" | "https" => {
            return Err(refused(format!("for Exchange write ews:{scheme}://… in full")));
        }
        "exchange" => return by_domain("exchange", rest),
        "file" => return Err(refused("for files write the path alone, without file://")),
        other => return url(other, rest, Tls::Required),
    };
    url(server_type, rest, tls)
}

/// Takes a login, and refuses a password, before the host.
fn url(server_type: &str, text: &str, tls: Tls) -> Result<AccountSpec> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    if holds_password(rest) {
        return Err(password_refused());
    }
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (login, host_at) = match rest[..authority_end].rfind('@') {
        Some(at) => (&rest[..at], at + 1),
        None => ("", 0),
    };
    if rest[host_at..authority_end].is_empty() {
        return Err(refused(format!("the {server_type} address names no host")));
    }
    let mut account = AccountSpec::new(server_type, format!("{scheme}{}", &rest[host_at..]));
    login.clone_into(&mut account.login);
    account.tls = tls;
    Ok(account)
}

/// Whether something with a colon stands before an `@`. A password may hold `/`, `?` and `@` itself, so the whole
/// text counts; only the port of a host with a path behind it is a colon of its own right.
fn holds_password(rest: &str) -> bool {
    let Some(at) = rest.rfind('@') else { return false };
    let before = &rest[..at];
    let path_at = before.find('/').unwrap_or(0);
    let after_port = match before[..path_at].rsplit_once(':') {
        Some((_, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => path_at,
        _ => 0,
    };
    before[after_port..].contains(':') || before.to_ascii_lowercase().contains("%3a")
}

/// The server is found out by the domain of an address.
fn by_domain(server_type: &str, user: &str) -> Result<AccountSpec> {
    match user.rsplit_once('@') {
        Some((name, _)) if name.contains(':') => Err(password_refused()),
        Some((name, domain)) if !name.is_empty() && !domain.is_empty() => {
            let mut account = AccountSpec::new(server_type, domain);
            user.clone_into(&mut account.login);
            Ok(account)
        }
        _ => Err(refused(format!(
            "{server_type}: needs an address behind it, for example {server_type}:anna@mail.example"
        ))),
    }
}

fn password_refused() -> Error {
    refused(
        "a password in an address is refused: other users can see it and the shell remembers it; \
         name a variable or a file that holds it",
    )
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, Side::Host, "read the address", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, server_type, server, login) in [
            ("mail.mbox", "files", "mail.mbox", ""),
            ("/a/b:c", "files", "/a/b:c", ""),
            (r"C:\mail", "files", r"C:\mail", ""),
            ("./user@host", "files", "./user@host", ""),
            ("dir:/a b", "dir", "/a b", ""),
            ("files:dir:x", "files", "dir:x", ""),
            ("imaps://mail.example:993", "imap", "mail.example:993", ""),
            ("IMAPS://anna@mail.example", "imap", "mail.example", "anna"),
            ("imap://anna@a.example@mail.example", "imap", "mail.example", "anna@a.example"),
            ("pop3://mail.example/", "pop3", "mail.example/", ""),
            ("ews:https://x.example/EWS/Exchange.asmx", "ews", "https://x.example/EWS/Exchange.asmx", ""),
            ("ews:https://anna@x.example/a@b", "ews", "https://x.example/a@b", "anna"),
            ("ews:https://x.example:444/a@b", "ews", "https://x.example:444/a@b", ""),
            ("ews://anna@x.example", "ews", "x.example", "anna"),
            ("auto:anna@mail.example", "auto", "mail.example", "anna@mail.example"),
            ("exchange:anna@mail.example", "exchange", "mail.example", "anna@mail.example"),
            ("exchange://anna@mail.example", "exchange", "mail.example", "anna@mail.example"),
            ("jmap://mail.example", "jmap", "mail.example", ""),
        ] {
            let account = parse(text).expect(text);
            let found = (account.server_type.as_str(), account.server.as_str(), account.login.as_str());
            assert_eq!(found, (server_type, server, login), "{text}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        for (text, reason) in [
            ("", "empty"),
            ("dir:", "needs a path"),
            ("imaps://anna:geheim@mail.example", "password"),
            ("imaps://:geheim@mail.example", "password"),
            ("imaps://anna:gehe@im@mail.example/x", "password"),
            ("imaps://an/na:geheim@mail.example", "password"),
            ("ews:https://anna:geheim@x.example/", "password"),
            ("imaps://anna:ge/heim@mail.example", "password"),
            ("imaps://anna:1/geheim:2@mail.example", "password"),
            ("imaps://anna%3Ageheim@mail.example", "password"),
            ("imaps:anna:geheim@mail.example", "imaps://LOGIN@HOST"),
            ("ews:anna:geheim@x.example", "password"),
            ("auto:anna:geheim@mail.example", "password"),
            ("exchange:anna:geheim@mail.example", "password"),
            ("auto:anna", "needs an address"),
            ("exchange:mail.example", "exchange:anna@"),
            ("imaps://", "no host"),
            ("https://x.example/EWS", "ews:https"),
            ("file:///a", "path alone"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("geheim"), "{error}");
        }
    }
}
