//! The three cookies: who is logged in, which browser it is, which language it speaks.

use crate::house::House;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// A session's token.
pub(crate) const SESSION: &str = "omm-session";
/// A random name of the browser, that a form's token is bound to.
pub(crate) const BROWSER: &str = "omm-browser";
/// The language that was chosen.
pub(crate) const LANGUAGE: &str = "omm-language";

/// A year: for what is no secret.
const LONG: i64 = 365 * 24 * 60 * 60;
/// No cookie of ours is longer.
const LONGEST: usize = 256;

/// The cookie of that name.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|part| part.trim().split_once('='));
    let found = cookies.find(|(known, _)| *known == name)?.1;
    (found.len() <= LONGEST).then(|| found.to_owned())
}

/// Until the browser is closed.
pub(crate) fn kept(house: &House, name: &'static str, value: &str) -> HeaderValue {
    header(made(house, name, value))
}

/// For a long time.
pub(crate) fn lasting(house: &House, name: &'static str, value: &str) -> HeaderValue {
    let mut cookie = made(house, name, value);
    cookie.set_max_age(cookie::time::Duration::seconds(LONG));
    header(cookie)
}

/// No longer.
pub(crate) fn forgotten(house: &House, name: &'static str) -> HeaderValue {
    let mut cookie = made(house, name, "");
    cookie.make_removal();
    header(cookie)
}

fn made<'a>(house: &House, name: &'static str, value: &'a str) -> Cookie<'a> {
    Cookie::build((name, value))
        .path(house.base.cookie_path())
        .http_only(true)
        // A link in a mail leads to the project's page, logged in; a form of another site does not.
        .same_site(SameSite::Lax)
        .secure(house.is_https)
        .build()
}

fn header(cookie: Cookie<'_>) -> HeaderValue {
    // Names are ours, values are base64url: nothing in them is no header.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_no_longer_one() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; omm-session=xyz;b"));
        headers.append(header::COOKIE, HeaderValue::from_static("omm-language=fr"));
        assert_eq!(read(&headers, SESSION).as_deref(), Some("xyz"));
        assert_eq!(read(&headers, LANGUAGE).as_deref(), Some("fr"));
        assert_eq!(read(&headers, "session"), None);
        let long = format!("omm-session={}", "x".repeat(257));
        headers.insert(header::COOKIE, HeaderValue::from_str(&long).unwrap());
        assert_eq!(read(&headers, SESSION), None);
    }
}
