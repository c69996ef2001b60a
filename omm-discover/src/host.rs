//! Names of hosts that come from outside: which of them are names at all, and which lie below a domain.

/// The domain in lower case and ASCII form (RFC 5891, as of the WHATWG's and Unicode's UTS 46), without the final dot.
pub(crate) fn domain(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let ascii = idna::domain_to_ascii_strict(text).ok()?;
    // A name whose last label is a number is an address in disguise.
    let last = ascii.rsplit('.').next()?;
    (!ascii.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit())).then_some(ascii)
}

/// A host that somebody else names: it must be a name out there. An address, or a name of one label, would let a
/// stranger's document point at the machines around us.
pub(crate) fn public(text: &str) -> Option<String> {
    domain(text).filter(|name| name.contains('.'))
}

/// Whether the host is the domain or lies below it.
pub(crate) fn is_within(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The domain above a mail exchanger, whose owner runs it: `mx1.hoster.example` → `hoster.example`. Nothing where that
/// would be a registry's own domain, such as `co.uk`.
pub(crate) fn operator(exchanger: &str) -> Option<&str> {
    let (_, above) = exchanger.split_once('.')?;
    let (second, last) = above.rsplit_once('.')?;
    let is_registry = !second.contains('.') && second.len() <= 3 && last.len() == 2;
    (!is_registry).then_some(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_strangers_may_name() {
        for (text, host) in [
            ("IMAP.Example.ORG.", Some("imap.example.org")),
            ("imap.bücher.example", Some("imap.xn--bcher-kva.example")),
            ("localhost", None),
            ("192.0.2.1", None),
            ("2130706433", None),
            ("a.127", None),
            ("[::1]", None),
            ("::1", None),
            ("", None),
            (".", None),
            ("imap example.org", None),
            ("imap.example.org:993", None),
            ("imap.example.org/x", None),
        ] {
            assert_eq!(public(text).as_deref(), host, "{text}");
        }
    }

    #[test]
    fn below_a_domain_is_a_matter_of_labels() {
        assert!(is_within("imap.example.org", "example.org") && is_within("example.org", "example.org"));
        assert!(
            !is_within("evilexample.org", "example.org") && !is_within("example.org.evil.com", "example.org")
        );
    }

    #[test]
    fn who_runs_an_exchanger() {
        for (exchanger, operator_) in [
            ("mx1.hoster.example", Some("hoster.example")),
            ("mx1.mail.hoster.example", Some("mail.hoster.example")),
            ("hoster.example", None),
            ("hoster.co.uk", None),
            ("mx.hoster.co.uk", Some("hoster.co.uk")),
        ] {
            assert_eq!(operator(exchanger), operator_, "{exchanger}");
        }
    }
}
