//! The pages: a file each, with its template beside it and its form as a struct.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod failed;
mod field;
pub(crate) mod files;
mod frame;
pub(crate) mod home;
pub(crate) mod import;
mod kinds;
pub(crate) mod line;
pub(crate) mod manage;
pub(crate) mod migration;
pub(crate) mod new_project;
pub(crate) mod options;
pub(crate) mod overview;
mod pair;
pub(crate) mod report;
pub(crate) mod row;
pub(crate) mod row_act;
pub(crate) mod undo;
pub(crate) mod watch;

pub(crate) use field::Wrong;
pub(crate) use frame::{Frame, Tab};
pub(crate) use pair::{Half, Pair};

use crate::{
    guard::{cookies, failure::Failure, visit::Visit},
    house::House,
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use omm::project::store::By;

/// What a handler gives.
pub(crate) type Answer = Result<Response, Failure>;

/// A page, and the browser's name if it has none yet.
pub(crate) fn page(visit: &Visit, template: &impl Template) -> Answer {
    let mut response = Html(template.render()?).into_response();
    if visit.is_new {
        let cookie = cookies::kept(&visit.house, cookies::BROWSER, &visit.browser);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The same, of a form in which something is wrong.
pub(crate) fn refused(visit: &Visit, template: &impl Template) -> Answer {
    let mut response = page(visit, template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Goes to another page of ours, so that a reload repeats nothing.
pub(crate) fn to(house: &House, path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(place) = HeaderValue::from_str(&house.base.at(path)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// The visitor, for the audit lines.
pub(crate) fn by(house: &House) -> By {
    By::visitor(house.stores.runtime().now())
}
