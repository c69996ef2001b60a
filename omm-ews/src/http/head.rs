//! What an answer says before its body.

use hyper::{
    HeaderMap, StatusCode,
    header::{
        CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE,
    },
};

/// Longer values of headers are cut.
const LONGEST: usize = 1_024;

/// Status and headers, as far as they matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// How the server wants somebody to log in (RFC 9110 §11.6.1), one scheme each.
    pub(crate) challenges: Vec<String>,
    /// When to come back, as it was said: seconds or a date (RFC 9110 §10.2.3).
    pub(crate) retry_after: Option<String>,
    /// When it was said, by the server's clock (RFC 9110 §6.6.1).
    pub(crate) date: Option<String>,
    /// Where else to go.
    pub(crate) location: Option<String>,
    /// The same in Microsoft's own way, with 451.
    pub(crate) ms_location: Option<String>,
    /// `text/xml; charset=utf-8`.
    pub(crate) content_type: String,
    /// How the body is packed.
    pub(crate) encoding: String,
    /// What an administrator finds it by in the server's log.
    pub(crate) request_id: Option<String>,
    /// What the server wants to be told again.
    pub(crate) cookies: Vec<String>,
}

impl Head {
    pub(super) fn read(status: StatusCode, headers: &HeaderMap) -> Self {
        let all = |name: HeaderName| {
            let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
            values.map(|value| value.chars().take(LONGEST).collect::<String>()).collect::<Vec<_>>()
        };
        let one = |name: HeaderName| all(name).into_iter().next();
        Self {
            status: status.as_u16(),
            challenges: all(WWW_AUTHENTICATE),
            retry_after: one(RETRY_AFTER),
            date: one(DATE),
            location: one(LOCATION),
            ms_location: one(HeaderName::from_static("x-ms-location")),
            content_type: one(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase(),
            encoding: one(CONTENT_ENCODING).unwrap_or_default().trim().to_ascii_lowercase(),
            request_id: one(HeaderName::from_static("request-id")),
            cookies: headers
                .get_all(SET_COOKIE)
                .into_iter()
                .filter_map(|value| value.to_str().ok().map(str::to_owned))
                .collect(),
        }
    }

    /// Whether the body says itself to be XML; some servers say nothing.
    pub(crate) fn is_xml(&self) -> bool {
        self.content_type.is_empty() || self.content_type.contains("xml")
    }

    /// The schemes that are offered, in lower case: `negotiate`, `ntlm`, `basic`, `bearer`.
    pub(crate) fn schemes(&self) -> Vec<String> {
        let scheme =
            |challenge: &String| challenge.split([' ', ',']).next().unwrap_or_default().to_ascii_lowercase();
        self.challenges.iter().map(scheme).filter(|scheme| !scheme.is_empty()).collect()
    }
}
