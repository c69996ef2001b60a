//! A browser without a window: it keeps cookies and sends the forms that it was shown.

use crate::html;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use futures::StreamExt;
use std::{collections::BTreeMap, net::SocketAddr};
use tower::ServiceExt;

/// A browser with its cookies and its last page.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) address: SocketAddr,
    pub(crate) language: &'static str,
    /// What it sends beside its cookies.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    token: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A table that is uploaded.
pub(crate) struct Table<'a> {
    pub(crate) fields: &'a [(&'a str, &'a str)],
    pub(crate) name: &'a str,
    pub(crate) bytes: &'a [u8],
}

const BOUNDARY: &str = "a-boundary-that-is-in-no-table";

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            address: "192.0.2.7:1".parse().unwrap(),
            language: "en",
            headers: Vec::new(),
            token: String::new(),
        }
    }

    /// The same browser at a panel that was started anew.
    pub(crate) fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form with the token of the last page.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = form_urlencoded(fields);
        form.append_pair("token", &self.token);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.finish())).await
    }

    /// The same, and goes where it is sent.
    pub(crate) async fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let place = page.headers[header::LOCATION].to_str().unwrap().to_owned();
        self.get(&place).await
    }

    pub(crate) async fn upload(&mut self, path: &str, table: Table<'_>) -> Page {
        let mut body = Vec::new();
        let token = [("token", self.token.as_str())];
        for (name, value) in token.iter().chain(table.fields) {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let name = table.name;
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(part.into_bytes());
        body.extend_from_slice(table.bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), Body::from(body)).await
    }

    /// Asks as a program does, with the token of the last page in a header; whatever the answer is.
    pub(crate) async fn program(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        bytes: &[u8],
    ) -> Page {
        let mut request = self.dressed(Request::builder().method(method).uri(path));
        request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.header("x-form-token", &self.token).body(Body::from(bytes.to_vec())).unwrap();
        let answer = self.router.clone().oneshot(self.at_address(request)).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, text }
    }

    /// Listens to events until one of them is what is waited for.
    pub(crate) async fn listen(
        &mut self,
        path: &str,
        until: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let request = self.dressed(Request::get(path)).body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(self.at_address(request)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let (mut stream, mut heard) = (answer.into_body().into_data_stream(), String::new());
        loop {
            let bytes: Bytes = stream.next().await.expect("the stream goes on").unwrap();
            heard.push_str(std::str::from_utf8(&bytes).unwrap());
            while let Some((event, rest)) = heard.split_once("\n\n") {
                let told = event.strip_prefix("data: ").map(|data| serde_json::from_str(data).unwrap());
                if let Some(told) = told.filter(&until) {
                    return told;
                }
                heard = rest.to_owned();
            }
        }
    }

    fn dressed(&self, mut request: axum::http::request::Builder) -> axum::http::request::Builder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request =
            request.header(header::COOKIE, cookies.join("; ")).header(header::ACCEPT_LANGUAGE, self.language);
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    }

    fn at_address(&self, mut request: Request<Body>) -> Request<Body> {
        request.extensions_mut().insert(ConnectInfo(self.address));
        request
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = self.at_address(self.dressed(request).body(body).unwrap());
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let kind = parts.headers.get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap());
        match parts.status {
            _ if kind.starts_with("text/html") => html::check(&text),
            // Whoever is refused something is told so on a page.
            status => assert!(!status.is_client_error() && !status.is_server_error(), "{status}: {text}"),
        }
        if let Some((_, rest)) = text.split_once("name=\"token\" value=\"") {
            self.token = rest.split('"').next().unwrap().to_owned();
        }
        Page { status: parts.status, headers: parts.headers, text }
    }
}

impl Page {
    #[track_caller]
    pub(crate) fn holds(&self, words: &[&str]) {
        for word in words {
            assert!(self.text.contains(word), "{word:?} is not in {}: {}", self.status, self.text);
        }
    }

    #[track_caller]
    pub(crate) fn lacks(&self, words: &[&str]) {
        for word in words {
            assert!(!self.text.contains(word), "{word:?} is in {}", self.text);
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where the browser is sent.
    pub(crate) fn place(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |place| place.to_str().unwrap())
    }
}

fn form_urlencoded(fields: &[(&str, &str)]) -> url::form_urlencoded::Serializer<'static, String> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form
}
