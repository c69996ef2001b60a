//! Who asks: which browser, in which language, logged in to what.

use super::{cookies, failure::Failure};
use crate::{
    house::House,
    words::{self, Words},
};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use omm::project::{
    project::{Project, Token},
    store::Projects,
};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

/// One request's visitor.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) house: House,
    pub(crate) words: &'static Words,
    /// A random name of the browser.
    pub(crate) browser: String,
    /// Whether the browser does not have that name yet.
    pub(crate) is_new: bool,
    /// Whatever the cookie says; it may be over.
    pub(crate) session: Option<Token>,
    /// Where it comes from: an IP address.
    pub(crate) address: String,
    /// The page that was asked for, without the base.
    pub(crate) path: String,
}

/// A visitor who is logged in to a project.
pub(crate) struct Inside {
    pub(crate) visit: Visit,
    pub(crate) project: Project,
}

impl Visit {
    /// The token for this visitor's forms.
    pub(crate) fn token(&self) -> String {
        self.house.csrf.token(&self.browser, self.session.as_ref())
    }

    /// The project that he is logged in to.
    ///
    /// # Errors
    /// [`Failure::LoggedOut`] when he is not, or not any more.
    pub(crate) async fn inside(self) -> Result<Inside, Failure> {
        let project = Inside::of(&self).await?;
        Ok(Inside { visit: self, project })
    }
}

impl Inside {
    /// The project that a visitor is logged in to.
    ///
    /// # Errors
    /// As for [`Visit::inside`].
    pub(crate) async fn of(visit: &Visit) -> Result<Project, Failure> {
        let Some(token) = &visit.session else { return Err(Failure::LoggedOut) };
        let id = visit.house.logins.visit(token).await?.ok_or(Failure::LoggedOut)?;
        visit.house.stores.projects.project(&id).await?.ok_or(Failure::LoggedOut)
    }
}

impl FromRequestParts<House> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Failure> {
        let headers = &parts.headers;
        let known = cookies::read(headers, cookies::BROWSER).filter(|name| Token::parse(name).is_some());
        let (browser, is_new) = match known {
            Some(name) => (name, false),
            None => (Token::random()?.expose().to_string(), true),
        };
        let session = cookies::read(headers, cookies::SESSION).and_then(|token| Token::parse(&token));
        if headers.contains_key(FORWARDED) && !house.is_behind_proxy {
            warn_of_proxy();
        }
        let path = parts.uri.path();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        Ok(Self {
            house: house.clone(),
            words: words::chosen(headers),
            browser,
            is_new,
            session,
            address: address(headers, peer, house.is_behind_proxy),
            // Inside the base the router has taken it away already.
            path: path.strip_prefix(house.base.as_str()).unwrap_or(path).to_owned(),
        })
    }
}

impl FromRequestParts<House> for Inside {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Failure> {
        Visit::from_request_parts(parts, house).await?.inside().await
    }
}

const FORWARDED: &str = "x-forwarded-for";

/// All visitors seem to come from one address then, and share its attempts.
fn warn_of_proxy() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            "visitors come by a proxy, and all of them count as one: start the panel with --behind-proxy"
        );
    });
}

/// Behind a proxy the last address that it wrote down; what a client wrote before that is not believed.
fn address(headers: &HeaderMap, peer: Option<SocketAddr>, is_behind_proxy: bool) -> String {
    let told = headers.get_all(FORWARDED).iter().next_back().and_then(|line| line.to_str().ok());
    let told = told.and_then(|line| line.rsplit(',').next()).map(str::trim);
    let told = told.and_then(|text| text.parse::<IpAddr>().ok()).filter(|_| is_behind_proxy);
    match told.or(peer.map(|peer| peer.ip())) {
        Some(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            // Whoever has one has many around it: a site is given a network of 48 bits.
            Ipv6Addr::from(u128::from(address) >> 80 << 80).to_string()
        }
        Some(address) => address.to_canonical().to_string(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    // Would catch: attempts that are counted for an address which the guesser made up.
    #[test]
    fn an_address_is_what_the_proxy_saw() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 9.9.9.9"));
        let peer = Some("127.0.0.1:5".parse().unwrap());
        assert_eq!(address(&headers, peer, true), "9.9.9.9");
        assert_eq!(address(&headers, peer, false), "127.0.0.1");
        headers.insert("x-forwarded-for", HeaderValue::from_static("nonsense"));
        assert_eq!(address(&headers, peer, true), "127.0.0.1");
        let six = |text: &str| address(&HeaderMap::new(), Some(text.parse().unwrap()), false);
        assert_eq!(six("[2a00:1:2:3:4:5:6:7]:5"), "2a00:1:2::");
        assert_eq!(six("[::ffff:9.9.9.9]:5"), "9.9.9.9");
    }
}
