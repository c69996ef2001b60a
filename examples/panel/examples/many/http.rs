//! As much of a client as is needed: one request, one connection. HTTP/1.0, so that nothing comes in chunks.

use crate::Ends;
use omm::project::project::ProjectId;
use serde_json::{Value, json};
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// The panel, for whoever is logged in.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) session: String,
}

impl Door {
    /// Asks for a page; what comes can be read as it comes.
    pub(crate) async fn open(&self, path: &str) -> io::Result<BufReader<TcpStream>> {
        let session = &self.session;
        let who = format!("Cookie: omm-session={session}\r\nAuthorization: Bearer {session}");
        ask(self.address, &format!("GET {path} HTTP/1.0\r\n{who}\r\n\r\n")).await
    }

    /// A whole page, which has to be a good one.
    pub(crate) async fn get(&self, path: &str) -> Ends<String> {
        whole(self.open(path).await?, path).await
    }
}

/// Makes a project; its number and a session.
pub(crate) async fn project(address: SocketAddr) -> Ends<(ProjectId, String)> {
    let body =
        json!({ "name": "Many", "contact": "host@example.org", "password": "a long one it is" }).to_string();
    let length = body.len();
    let request = format!(
        "POST /api/v1/projects HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let made: Value = serde_json::from_str(&whole(ask(address, &request).await?, "a project").await?)?;
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    Ok((ProjectId::parse(&text("number")).ok_or("no number")?, text("token")))
}

async fn ask(address: SocketAddr, request: &str) -> io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    Ok(BufReader::new(stream))
}

async fn whole(mut from: BufReader<TcpStream>, what: &str) -> Ends<String> {
    let mut text = String::new();
    from.read_to_string(&mut text).await?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    let is_good = head.split(' ').nth(1).is_some_and(|status| status.starts_with('2'));
    if is_good {
        Ok(body.to_owned())
    } else {
        Err(format!("{what}: {}", head.lines().next().unwrap_or_default()).into())
    }
}
