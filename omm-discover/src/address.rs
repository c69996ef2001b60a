//! Mail addresses, as people type them.

use crate::host;
use omm_core::error::{Error, ErrorKind, Result, Side};
use std::fmt;

/// RFC 5321 §4.5.3.1.1; some servers take more, none needs it.
const LONGEST_LOCAL_PART: usize = 64;

/// A mail address: the part before the last `@` as it was typed, the domain in lower case and in its ASCII form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    local: String,
    domain: String,
}

impl Address {
    /// Reads an address.
    ///
    /// ```
    /// let address = omm_discover::Address::parse("Anna@Bücher.example")?;
    /// assert_eq!((address.local(), address.domain()), ("Anna", "xn--bcher-kva.example"));
    /// # Ok::<(), omm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Config`], saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(refused(text, "has no @; write it as anna@mail.example"));
        };
        // Whoever puts a password here must not find it again in a log.
        if local.contains(':') && !is_quoted(local) {
            return Err(refused("", "a password in an address is refused; write anna@mail.example"));
        }
        if local.is_empty() || domain.is_empty() {
            return Err(refused(text, "lacks the part before or after the @"));
        }
        if local.len() > LONGEST_LOCAL_PART {
            return Err(refused("", "the part before the @ is longer than 64 bytes"));
        }
        if local.chars().any(|letter| letter.is_control() || is_forbidden(letter, local)) {
            return Err(refused("", "a blank, a bracket or a control character stands before the @"));
        }
        if domain.starts_with('[') || domain.parse::<std::net::IpAddr>().is_ok() {
            return Err(refused(text, "names a machine and no domain; write imaps://LOGIN@HOST instead"));
        }
        match host::domain(domain) {
            Some(domain) => Ok(Self { local: local.to_owned(), domain }),
            None => Err(refused(text, "its domain is no domain name")),
        }
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain: lower case, other letters in their `xn--` form (RFC 5891).
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// RFC 5321 §4.1.2: within quotes nearly everything may stand.
fn is_quoted(local: &str) -> bool {
    local.len() > 2 && local.starts_with('"') && local.ends_with('"')
}

fn is_forbidden(letter: char, local: &str) -> bool {
    !is_quoted(local) && (letter.is_whitespace() || "<>()[],;\"\\".contains(letter))
}

fn refused(text: &str, why: &str) -> Error {
    let message = if text.is_empty() { why.to_owned() } else { format!("{text:?} {why}") };
    Error::new(ErrorKind::Config, Side::Host, "read the address", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, shown) in [
            ("anna@example.org", "anna@example.org"),
            (" Anna.B+x@Example.ORG. ", "Anna.B+x@example.org"),
            ("\"anna b\"@example.org", "\"anna b\"@example.org"),
            ("\"a@b:c\"@example.org", "\"a@b:c\"@example.org"),
            ("anna@bücher.example", "anna@xn--bcher-kva.example"),
            ("anna@BÜCHER.example", "anna@xn--bcher-kva.example"),
            ("anna@例え.テスト", "anna@xn--r8jz45g.xn--zckzah"),
            ("änna@mail.sub.example.org", "änna@mail.sub.example.org"),
            ("anna@localhost", "anna@localhost"),
        ] {
            assert_eq!(Address::parse(text).expect(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_address_and_why() {
        let long = format!("{}@example.org", "a".repeat(65));
        for (text, why) in [
            ("", "has no @"),
            ("anna", "has no @"),
            ("@example.org", "lacks the part"),
            ("anna@", "lacks the part"),
            ("anna b@example.org", "a blank"),
            ("Anna <anna@example.org>", "a blank"),
            ("an\u{7}na@example.org", "control"),
            ("anna@[192.0.2.1]", "names a machine"),
            ("anna@192.0.2.1", "names a machine"),
            ("anna@exa mple.org", "no domain name"),
            ("anna@-example.org", "no domain name"),
            ("anna@example..org", "no domain name"),
            ("anna@exa_mple.org", "no domain name"),
            ("anna:geheim@example.org", "password"),
            (&long, "64 bytes"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(why), "{text}: {error}");
            assert!(!error.to_string().contains("geheim"), "{error}");
        }
    }
}
