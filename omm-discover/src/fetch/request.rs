//! One request, one answer, limited in size; and where a redirect may lead.

use crate::{candidate::Seen, host, reach};
use bytes::Bytes;
use futures::{
    future::{Either, select},
    pin_mut,
};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{
    HeaderMap, Request, Response,
    body::Incoming,
    client::conn::http1,
    header::{ACCEPT, HOST, HeaderName, LOCATION, USER_AGENT, WWW_AUTHENTICATE},
};
use omm_core::host::Env;
use omm_net::{Endpoint, http::Line};
use url::Url;

/// Of an answer's head, and of a body.
const LARGEST_HEAD: usize = 64 << 10;
const LARGEST_BODY: usize = 256 << 10;
const MOST_HEADERS: usize = 64;
const MOST_REDIRECTS: usize = 3;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How the server wants somebody to log in.
    pub(crate) challenges: Vec<String>,
    location: Option<String>,
    /// Only of a success.
    body: Vec<u8>,
}

/// The body behind a URL, through a few redirects.
pub(super) async fn document(env: &Env, trust: &Endpoint, mut url: Url) -> Option<Vec<u8>> {
    for _ in 0..=MOST_REDIRECTS {
        let answer = get(env, trust, &url).await.ok()?;
        match answer.status {
            200 => return Some(answer.body),
            301 | 302 | 303 | 307 | 308 => url = next(&url, answer.location.as_deref()?)?,
            _ => return None,
        }
    }
    None
}

/// Where a redirect leads, if we follow. To any public host: the one who was asked, and proved who he is, answers for it.
/// But never from TLS to none, nor to another kind of URL, nor with a login in it; nor to an address, a name of one label
/// or an unusual port, where the machines around us may listen.
fn next(from: &Url, location: &str) -> Option<Url> {
    let to = from.join(location).ok()?;
    let is_allowed = match (from.scheme(), to.scheme(), to.port_or_known_default()) {
        (_, "https", Some(443)) | ("http", "http", Some(80)) => {
            to.host_str().and_then(host::public).is_some()
        }
        _ => false,
    };
    (is_allowed && to.username().is_empty() && to.password().is_none()).then_some(to)
}

/// One GET, without any login. TLS is verified where the URL asks for it.
///
/// # Errors
/// How the server failed, as for any other probe.
pub(crate) async fn get(env: &Env, trust: &Endpoint, url: &Url) -> Result<Answer, Seen> {
    let unusable = || Seen::Unexpected { why: format!("{url} cannot be asked") };
    let host = url.host_str().ok_or_else(unusable)?;
    let endpoint = reach::at(trust, host, url.port_or_known_default().ok_or_else(unusable)?);
    let wire = match url.scheme() {
        "https" => reach::encrypted(env, &endpoint).await?,
        "http" => reach::plain(env, &endpoint).await?,
        _ => return Err(unusable()),
    };
    let request = Request::get(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header(HOST, &url[url::Position::BeforeHost..url::Position::AfterPort])
        .header(USER_AGENT, "omm")
        .header(ACCEPT, "*/*")
        .body(Empty::<Bytes>::new())
        .map_err(|_| unusable())?;
    exchange(Line::new(wire.into_connection()), request).await.map_err(|error| Seen::Unexpected {
        why: reach::one_line(&format!("{host} speaks no HTTP: {error}")),
    })
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn exchange(line: Line, request: Request<Empty<Bytes>>) -> Result<Answer, Failure> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LARGEST_HEAD).max_headers(MOST_HEADERS);
    let (mut sender, connection) = builder.handshake(line).await?;
    let talk = async { answer(sender.send_request(request).await?).await };
    pin_mut!(talk, connection);
    // Nobody else drives the connection; it may end before the body was taken from it.
    match select(talk, connection).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, talk)) => talk.await,
    }
}

async fn answer(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    let body = match status {
        200 => Limited::new(body, LARGEST_BODY).collect().await?.to_bytes().to_vec(),
        _ => Vec::new(),
    };
    let challenges = texts(&head.headers, WWW_AUTHENTICATE);
    Ok(Answer { status, challenges, location: texts(&head.headers, LOCATION).pop(), body })
}

fn texts(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_redirect_may_lead() {
        for (from, location, to) in [
            ("https://a.example/x", "/y?z", Some("https://a.example/y?z")),
            ("https://a.example/x", "https://b.example/", Some("https://b.example/")),
            ("https://a.example/x", "//b.example/y", Some("https://b.example/y")),
            ("http://a.example/x", "https://a.example/y", Some("https://a.example/y")),
            ("http://a.example/x", "y", Some("http://a.example/y")),
            ("https://a.example/x", "http://a.example/y", None),
            ("https://a.example/x", "file:///etc/passwd", None),
            ("http://a.example/x", "ftp://a.example/y", None),
            ("https://a.example/x", "https://anna:geheim@b.example/", None),
            ("https://a.example/x", "https://[", None),
            ("https://a.example/x", "https://a.example:443/y", Some("https://a.example/y")),
            ("https://a.example/x", "https://a.example:8443/y", None),
            ("https://a.example/x", "https://127.0.0.1/y", None),
            ("https://a.example/x", "https://2130706433/y", None),
            ("https://a.example/x", "https://[::1]/y", None),
            ("https://a.example/x", "https://router/y", None),
            ("http://a.example/x", "http://169.254.169.254/latest", None),
            ("http://a.example/x", "http://a.example:25/y", None),
            ("http://a.example/x", "http://localhost/y", None),
        ] {
            let from = Url::parse(from).expect("a URL of the test");
            assert_eq!(next(&from, location).map(String::from).as_deref(), to, "{from} {location}");
        }
    }
}
