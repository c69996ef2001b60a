//! A request: it can be written more than once, since a server may want to know first who asks.

use super::upload::{Upload, length};
use crate::xml::Part;
use hyper::{
    HeaderMap, Request,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT},
};

/// Who asks.
const AGENT: &str = concat!("omm/", env!("CARGO_PKG_VERSION"));

/// A request to a server.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// Beside those that every request has.
    pub(crate) headers: HeaderMap,
    /// What is sent along.
    pub(crate) parts: Vec<Part>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Call {
    /// Asks for what is there.
    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self { method: Method::Get, target: target.into(), headers: HeaderMap::new(), parts: Vec::new() }
    }

    /// Sends XML.
    pub(crate) fn post(target: impl Into<String>, parts: Vec<Part>) -> Self {
        Self { method: Method::Post, parts, ..Self::get(target) }
    }

    /// The same with a header. A value that cannot be sent is left out: it would end up in another header.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// As hyper wants it.
    pub(super) fn request(&self, host: &str, more: HeaderMap) -> Result<Request<Upload>, String> {
        let method = match self.method {
            Method::Get => hyper::Method::GET,
            Method::Post => hyper::Method::POST,
        };
        let request = Request::builder().method(method).uri(&self.target).body(Upload::new(&self.parts));
        let request = request.map_err(|error| format!("{} cannot be asked for: {error}", self.target))?;
        Ok(self.dressed(request, host, more))
    }

    fn dressed(&self, mut request: Request<Upload>, host: &str, more: HeaderMap) -> Request<Upload> {
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("text/xml"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if let Ok(host) = HeaderValue::from_str(host) {
            headers.insert(hyper::header::HOST, host);
        }
        if self.method == Method::Post {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
            headers.insert(CONTENT_LENGTH, length(&self.parts).into());
        }
        headers.extend(self.headers.clone());
        headers.extend(more);
        request
    }
}
