//! The first page, and the choice of a language.

use super::{Answer, Frame, Tab, page, to};
use crate::{
    guard::{cookies, visit::Visit},
    words,
};
use askama::Template;
use axum::{extract::Query, http::header};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
}

pub(crate) async fn show(visit: Visit) -> Answer {
    page(&visit, &Home { frame: Frame::new(&visit, Tab::Home) })
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// Remembers a language and goes back.
pub(crate) async fn language(visit: Visit, Query(choice): Query<Choice>) -> Answer {
    let mut response = to(&visit.house, back(&choice.back));
    if let Some(words) = words::of(&choice.to) {
        let cookie = cookies::lasting(&visit.house, cookies::LANGUAGE, words.code);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A page of ours, or the first one: nobody is sent elsewhere by a link of ours.
fn back(path: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    let is_ours = path.starts_with('/') && !path.starts_with("//") && path.bytes().all(is_plain);
    if is_ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: an open redirect.
    #[test]
    fn one_comes_back_to_pages_of_ours_alone() {
        assert_eq!(back("/project/rows/12"), "/project/rows/12");
        for elsewhere in
            ["https://evil.example", "//evil.example", "/\\evil.example", "", "x", "/a?b", "/a\r\nb: c"]
        {
            assert_eq!(back(elsewhere), "/", "{elsewhere}");
        }
    }
}
