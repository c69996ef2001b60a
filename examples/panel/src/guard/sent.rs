//! A form that was sent: read within limits, believed only with its token, wiped when dropped.

use super::{failure::Failure, visit::Visit};
use crate::house::House;
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request, multipart::Field},
    http::{HeaderMap, header},
};
use omm::Secret;
use std::time::Duration;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The field of the token.
pub(crate) const TOKEN: &str = "token";
/// No form of ours has more.
const LONGEST: usize = 64 << 10;
/// A field of a form that holds a file.
const SHORT: usize = 1024;
const MOST_FIELDS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(30);

/// The fields of a form, as they were typed.
pub(crate) struct Fields(Vec<(String, Zeroizing<String>)>);

/// A form with a good token, and whose it is.
pub(crate) struct Sent {
    pub(crate) visit: Visit,
    pub(crate) fields: Fields,
}

impl Fields {
    /// A text without blanks around it; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> String {
        self.raw(name).trim().to_owned()
    }

    /// A password, whose blanks are a part of it.
    pub(crate) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name).to_owned())
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// All values of that name.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

impl FromRequest<House> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, house: &House) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, house).await?;
        let kind =
            parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::Forged);
        }
        // Whoever sends a byte now and then is not waited for.
        let bytes = timeout(PATIENCE, to_bytes(body, LONGEST)).await;
        let bytes = bytes.map_err(|_| Failure::TooLarge)?.map_err(|_| Failure::TooLarge)?;
        let pairs = url::form_urlencoded::parse(&bytes).take(MOST_FIELDS + 1);
        let fields: Vec<_> =
            pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect();
        if fields.len() > MOST_FIELDS {
            return Err(Failure::TooLarge);
        }
        let fields = Fields(fields);
        believe(&visit, &parts.headers, fields.raw(TOKEN))?;
        Ok(Self { visit, fields })
    }
}

/// A short field of a form that holds a file.
///
/// # Errors
/// [`Failure::TooLarge`] and [`Failure::Forged`].
pub(crate) async fn short(mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| Failure::Forged)? {
        if bytes.len() + chunk.len() > SHORT {
            return Err(Failure::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failure::Forged)
}

/// A form is ours if it has the token; and if the browser says where it comes from, it comes from here.
pub(crate) fn believe(visit: &Visit, headers: &HeaderMap, token: &str) -> Result<(), Failure> {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    let is_from_here = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let is_good = visit.house.csrf.is_good(token, &visit.browser, visit.session.as_ref());
    if is_good && is_from_here { Ok(()) } else { Err(Failure::Forged) }
}
