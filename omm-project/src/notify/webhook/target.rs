//! A URL that may be told.

use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    seam::Tls,
};
use omm_net::Endpoint;
use url::Url;

/// Where a webhook goes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) endpoint: Endpoint,
    /// As the server is called in a request.
    pub(super) host: String,
    /// Path and query.
    pub(super) path: String,
}

/// A URL no longer than this.
const LONGEST: usize = 2000;

impl Target {
    /// Only `https:`, unless `http:` is allowed too.
    ///
    /// # Errors
    /// [`ErrorKind::Config`]; the URL is not in it, since URLs hold tokens.
    pub(super) fn parse(name: &str, url: &str, plain_allowed: bool) -> Result<Self> {
        let wrong = |why: &str| {
            let message = format!("the webhook {name} cannot be used: {why}");
            Error::new(ErrorKind::Config, Side::Host, "set up webhooks", message)
        };
        if url.len() > LONGEST {
            return Err(wrong("its URL is too long"));
        }
        let url = Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
        let (tls, usual) = match url.scheme() {
            "https" => (Tls::Required, 443),
            "http" if plain_allowed => (Tls::Off, 80),
            "http" => return Err(wrong("its URL must begin with https:")),
            _ => return Err(wrong("its URL must be one of the web")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a login does not belong into its URL; the signature says who we are"));
        }
        let name = url.host_str().ok_or_else(|| wrong("its URL names no host"))?;
        let port = url.port().unwrap_or(usual);
        let host = if port == usual { name.to_owned() } else { format!("{name}:{port}") };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self { endpoint: Endpoint::new(name, port, tls, Side::Host), host, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_urls_may_be_told() {
        for (url, plain_allowed, expected) in [
            ("https://panel.example.org/hook?token=a", false, Some("panel.example.org 443 /hook?token=a")),
            ("https://panel.example.org:8443", false, Some("panel.example.org:8443 8443 /")),
            ("https://[::1]:8443/a#b", false, Some("[::1]:8443 8443 /a")),
            ("http://panel.example.org/", false, None),
            ("http://panel.example.org/", true, Some("panel.example.org 80 /")),
            ("ftp://panel.example.org/", true, None),
            ("file:///etc/passwd", true, None),
            ("https://ann:secret@panel.example.org/", false, None),
            ("panel.example.org", false, None),
        ] {
            let target = Target::parse("panel", url, plain_allowed);
            let seen =
                target.map(|target| format!("{} {} {}", target.host, target.endpoint.port, target.path));
            assert_eq!(seen.as_deref().ok(), expected, "{url}");
            assert!(seen.err().is_none_or(|error| !error.to_string().contains("secret")), "{url}");
        }
        assert!(Target::parse("panel", &format!("https://a.example/{}", "x".repeat(3000)), false).is_err());
    }
}
