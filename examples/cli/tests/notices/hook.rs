//! A program that is told: it takes every request, checks its signature, and keeps its body.

use omm::{
    Secret,
    project::notify::webhook::{SigningKey, signature},
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What stands in the URL, so that nobody else is believed.
pub(crate) const TOKEN: &str = "canary-token-7Rq";

pub(crate) struct Hook {
    pub(crate) url: String,
    told: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Hook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook?token={TOKEN}", listener.local_addr().unwrap());
        let told: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let keeps = Arc::clone(&told);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(request) = stream.ok().and_then(take) {
                    keeps.lock().unwrap().push(request);
                }
            }
        });
        Self { url, told }
    }

    /// Each request's id and body. A request whose signature is wrong got a 400 and is not among them.
    pub(crate) fn told(&self) -> Vec<(String, Value)> {
        self.told.lock().unwrap().clone()
    }
}

fn take(stream: TcpStream) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream);
    let (mut headers, mut line) = (Vec::new(), String::new());
    // The request line: whoever comes without the token is none of ours.
    reader.read_line(&mut line).ok().filter(|_| line.contains(TOKEN))?;
    line.clear();
    while reader.read_line(&mut line).ok()? > 0 && !line.trim().is_empty() {
        headers.extend(
            line.trim().split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())),
        );
        line.clear();
    }
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let mut body = vec![0; header("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let key = SigningKey::parse(&Secret::new(SECRET.to_owned())).unwrap();
    let (id, time) = (header("webhook-id")?, header("webhook-timestamp")?.parse().ok()?);
    let is_good = header("webhook-signature")? == signature(&key, &id, time, &body);
    let answer = if is_good { "200 OK" } else { "400 Bad Request" };
    write!(reader.get_mut(), "HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").ok()?;
    is_good.then(|| Some((id, serde_json::from_slice(&body).ok()?)))?
}
