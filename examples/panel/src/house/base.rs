//! The path under which the panel is shown.

use std::{fmt, str::FromStr};

/// Nothing, or a path like `/mail/omm`: every link begins with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// A place of the panel as a browser sees it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The path, or nothing.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn cookie_path(&self) -> String {
        if self.0.is_empty() { "/".to_owned() } else { self.0.clone() }
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.trim_end_matches('/');
        let is_plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        match path.strip_prefix('/') {
            None if path.is_empty() => Ok(Self::default()),
            Some(rest) if rest.split('/').all(is_plain) => Ok(Self(path.to_owned())),
            _ => Err("write a path like /mail/omm, of letters, digits, - and _".to_owned()),
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_what_is_none() {
        for (text, path) in
            [("", Some("")), ("/", Some("")), ("/omm/", Some("/omm")), ("/a/b-c", Some("/a/b-c"))]
        {
            assert_eq!(text.parse::<Base>().ok().map(|base| base.0).as_deref(), path);
        }
        for wrong in ["omm", "//x", "/a//b", "/a b", "/..", "/a;b", "/\"", "https://x"] {
            assert!(wrong.parse::<Base>().is_err(), "{wrong}");
        }
    }
}
