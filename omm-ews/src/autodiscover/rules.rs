//! Who may be asked, and who with a password.

use crate::error::is_online;
use url::Url;

/// Hosts of which everybody knows whose they are: a record that nothing protects may name them.
const KNOWN: [&str; 4] = ["mail.ovh.net", "mail.ovh.ca", "mail.ovh.us", "exchange.ionos.eu"];

/// Where a redirect of a server that proved who it is leads, if we follow it, with a password in the end: over TLS, on the
/// usual port, to a name out there. An address or a name of one label may be a machine around us.
pub(super) fn next(from: &Url, location: &str) -> Option<Url> {
    let to = from.join(location).ok()?;
    let is_plain = to.username().is_empty() && to.password().is_none();
    let is_allowed = to.scheme() == "https" && to.port_or_known_default() == Some(443);
    (is_allowed && is_plain && is_public(&to)).then_some(to)
}

/// Whether a host may be shown a password though only an unprotected answer names it.
pub(super) fn is_trusted(url: &Url, domain: &str) -> bool {
    let Some(host) = url.host_str() else { return false };
    is_within(host, domain) || is_online(host) || KNOWN.iter().any(|known| is_within(host, known))
}

/// The domain of a mail address, if it can be asked for.
pub(super) fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let url = Url::parse(&format!("https://{domain}/")).ok()?;
    let is_bare =
        url.path() == "/" && url.port().is_none() && url.query().is_none() && url.username().is_empty();
    let host = url.host_str().filter(|_| is_bare && is_public(&url))?;
    Some(host.trim_end_matches('.').to_owned())
}

fn is_public(url: &Url) -> bool {
    matches!(url.host(), Some(url::Host::Domain(name)) if name.trim_end_matches('.').contains('.'))
}

fn is_within(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_redirect_may_lead() {
        for (location, to) in [
            ("/y?z", Some("https://a.example/y?z")),
            ("https://b.example/", Some("https://b.example/")),
            ("http://a.example/y", None),
            ("https://anna:geheim@b.example/", None),
            ("https://b.example:8443/y", None),
            ("https://127.0.0.1/y", None),
            ("https://2130706433/y", None),
            ("https://[::1]/y", None),
            ("https://router/y", None),
            ("file:///etc/passwd", None),
        ] {
            let from = Url::parse("https://a.example/x").expect("a URL of the test");
            assert_eq!(next(&from, location).map(String::from).as_deref(), to, "{location}");
        }
    }

    #[test]
    fn who_may_be_shown_a_password_on_the_word_of_an_unprotected_answer() {
        for (url, trusted) in [
            ("https://mail.corp.example/x", true),
            ("https://corp.example/x", true),
            ("https://ex5.mail.ovh.net/x", true),
            ("https://autodiscover-s.outlook.com/x", true),
            ("https://evilcorp.example/x", false),
            ("https://corp.example.evil.example/x", false),
            ("https://mail.ovh.net.evil.example/x", false),
        ] {
            let url = Url::parse(url).expect("a URL of the test");
            assert_eq!(is_trusted(&url, "corp.example"), trusted, "{url}");
        }
    }

    #[test]
    fn domains_of_addresses() {
        for (address, expected) in [
            ("anna@Corp.Example", Some("corp.example")),
            ("anna@b\u{fc}cher.example", Some("xn--bcher-kva.example")),
            ("anna@corp.example/x", None),
            ("anna@corp.example:444", None),
            ("anna@localhost", None),
            ("anna@127.0.0.1", None),
            ("anna", None),
        ] {
            assert_eq!(domain(address).as_deref(), expected, "{address}");
        }
    }
}
