//! What a server wants to be told again: `exchangecookie`, `X-BackEndOverrideCookie` and such keep an account on the server
//! behind the balancer that knows it already. They go to the server they came from and nowhere else.

use std::fmt;

/// More of them, and longer ones, are not kept: a request's head has a limit.
const MOST: usize = 20;
const LONGEST: usize = 4 << 10;
const LONGEST_IN_ALL: usize = 12 << 10;

/// The cookies of one server (RFC 6265 §5.3, for one host and one path). They may open a session, so they never print.
#[derive(Clone, Default)]
pub(super) struct Jar(Vec<(String, String)>);

impl Jar {
    /// Takes what a `Set-Cookie` says.
    pub(super) fn set(&mut self, line: &str) {
        let mut pieces = line.split(';');
        let Some((name, value)) = pieces.next().and_then(|pair| pair.split_once('=')) else { return };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || name.len() + value.len() > LONGEST || !is_sendable(name) || !is_sendable(value)
        {
            return;
        }
        self.0.retain(|(known, _)| known != name);
        let is_ended = pieces.any(|attribute| {
            let (name, value) = attribute.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("max-age") && value.trim().starts_with(['0', '-'])
        });
        if value.is_empty() || is_ended {
            return;
        }
        self.0.push((name.to_owned(), value.to_owned()));
        while self.0.len() > MOST || self.length() > LONGEST_IN_ALL {
            self.0.remove(0);
        }
    }

    /// The header that says them, if there are any.
    pub(super) fn line(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn length(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len() + 3).sum()
    }
}

fn is_sendable(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b';')
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jar({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_and_sent_back() {
        let mut jar = Jar::default();
        assert_eq!(jar.line(), None);
        for line in [
            "exchangecookie=abc; expires=Sun, 28-Nov-2027 00:00:00 GMT; path=/; HttpOnly",
            "X-BackEndCookie=a=b; secure",
            "gone=x",
            "gone=; path=/",
            "aged=x; Max-Age=0",
            "nonsense",
            "=x",
        ] {
            jar.set(line);
        }
        assert_eq!(jar.line().as_deref(), Some("exchangecookie=abc; X-BackEndCookie=a=b"));
        jar.set("exchangecookie=def");
        assert_eq!(jar.line().as_deref(), Some("X-BackEndCookie=a=b; exchangecookie=def"));
        assert!(!format!("{jar:?}").contains("def"));
    }

    #[test]
    fn a_server_cannot_make_us_carry_without_end() {
        let mut jar = Jar::default();
        for number in 0..999 {
            jar.set(&format!("c{number}={}", "x".repeat(1_000)));
        }
        jar.set(&format!("large={}", "x".repeat(LONGEST)));
        let line = jar.line().expect("some are kept");
        assert!(line.len() <= LONGEST_IN_ALL && line.contains("c998=") && !line.contains("large"));
    }
}
