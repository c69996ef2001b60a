//! The mechanisms we know, and in which order they are tried.

use std::fmt;

/// A way to prove who we are, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// The server never sees the password, and proves that it knows it (RFC 7677).
    ScramSha256,
    /// The same with an older hash (RFC 5802).
    ScramSha1,
    /// The password as it is (RFC 4616).
    Plain,
    /// The password as it is, in two steps; never standardised.
    Login,
    /// A token (RFC 7628).
    OAuthBearer,
    /// A token, in Google's and Microsoft's older form.
    XOAuth2,
}

const ALL: [Mechanism; 6] = [
    Mechanism::ScramSha256,
    Mechanism::ScramSha1,
    Mechanism::Plain,
    Mechanism::Login,
    Mechanism::OAuthBearer,
    Mechanism::XOAuth2,
];

impl Mechanism {
    /// As servers write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// The mechanism of this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }

    /// Whether it sends a token instead of a password.
    pub fn is_token(self) -> bool {
        matches!(self, Self::OAuthBearer | Self::XOAuth2)
    }

    /// Whether whoever reads the line can log in afterwards. Only over TLS, unless the host allowed otherwise.
    pub fn shows_secret(self) -> bool {
        !self.is_scram()
    }

    /// Whether it can say in whose place one logs in.
    pub fn is_delegating(self) -> bool {
        self != Self::Login
    }

    pub(super) fn is_scram(self) -> bool {
        matches!(self, Self::ScramSha256 | Self::ScramSha1)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What of the server's offer can be used, strongest first: token mechanisms for a token and the others for a
/// password; when an administrator logs in for somebody (`delegated`), only those that can say so.
///
/// The caller drops those that [show the secret](Mechanism::shows_secret) when the line is not encrypted.
pub fn choose(offered: &[String], token: bool, delegated: bool) -> Vec<Mechanism> {
    let is_offered = |mechanism: &Mechanism| {
        offered.iter().any(|name| Mechanism::from_name(name.trim()) == Some(*mechanism))
    };
    let fits =
        |mechanism: &Mechanism| mechanism.is_token() == token && (mechanism.is_delegating() || !delegated);
    ALL.into_iter().filter(fits).filter(is_offered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Mechanism::*;

    #[test]
    fn the_strongest_that_fits_comes_first() {
        let all = "LOGIN plain XOAUTH2 GSSAPI SCRAM-SHA-1 SCRAM-SHA-256-PLUS scram-sha-256 OAUTHBEARER";
        for (offered, token, delegated, expected) in [
            (all, false, false, vec![ScramSha256, ScramSha1, Plain, Login]),
            (all, false, true, vec![ScramSha256, ScramSha1, Plain]),
            (all, true, false, vec![OAuthBearer, XOAuth2]),
            (all, true, true, vec![OAuthBearer, XOAuth2]),
            ("XOAUTH2 LOGIN", false, false, vec![Login]),
            // Nothing but a name of the same length is the same: PLUS needs channel binding.
            ("SCRAM-SHA-256-PLUS GSSAPI", false, false, vec![]),
            ("", true, false, vec![]),
        ] {
            let offered: Vec<String> = offered.split_whitespace().map(str::to_owned).collect();
            assert_eq!(choose(&offered, token, delegated), expected, "{offered:?} {token} {delegated}");
        }
    }

    #[test]
    fn only_scram_keeps_the_secret_from_who_listens() {
        let shown = ALL.into_iter().filter(|mechanism| mechanism.shows_secret());
        assert_eq!(shown.collect::<Vec<_>>(), [Plain, Login, OAuthBearer, XOAuth2]);
    }
}
