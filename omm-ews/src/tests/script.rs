//! For tests: a server in memory that says what a test tells it to, byte by byte if need be.

use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::{BoxFuture, Connection, CredentialProvider, CredentialRef, Env, Secret};
use omm_testkit::{
    ca::{TestCa, Validity},
    sim::{Listener, SimRuntime},
};
use rustls::{ServerConfig, ServerConnection};
use std::{
    fmt::Write,
    io::{self, Read},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

pub(crate) const HOST: &str = "mail.example";
pub(crate) const PASSWORD: &str = "geheim";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does about it.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes, and then it waits for the next request.
    Say(Vec<u8>),
    /// These bytes, and then it hangs up.
    SayAndClose(Vec<u8>),
    /// Nothing, for ever.
    Nothing,
}

/// An answer with a status, headers and a body of known length.
pub(crate) fn http(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    Reply::Say([head.as_bytes(), body].concat())
}

/// A good answer with XML.
pub(crate) fn xml(body: impl AsRef<[u8]>) -> Reply {
    http(200, &[("Content-Type", "text/xml; charset=utf-8")], body)
}

/// An envelope around this, with what an Exchange 2016 says of itself.
pub(crate) fn envelope(inside: &str) -> String {
    envelope_of([15, 1, 2507, 6], inside)
}

pub(crate) fn envelope_of([major, minor, build, revision]: [u32; 4], inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>\
         <h:ServerVersionInfo MajorVersion=\"{major}\" MinorVersion=\"{minor}\" MajorBuildNumber=\"{build}\" \
         MinorBuildNumber=\"{revision}\" xmlns:h=\"x\"/></s:Header><s:Body>{inside}</s:Body></s:Envelope>"
    )
}

/// A fault with this code.
pub(crate) fn fault(code: &str) -> String {
    envelope(&format!(
        "<s:Fault><faultcode>a:{code}</faultcode><faultstring>so it is</faultstring><detail><e:ResponseCode>{code}\
         </e:ResponseCode><e:Message>so it is</e:Message></detail></s:Fault>"
    ))
}

/// The answer to GetFolder: one folder.
pub(crate) fn folder() -> String {
    envelope(&messages(
        "<m:GetFolderResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder>\
         <t:FolderId Id=\"root\" ChangeKey=\"a\"/><t:DisplayName>Root</t:DisplayName><t:TotalCount>3</t:TotalCount>\
         </t:Folder></m:Folders></m:GetFolderResponseMessage>",
    ))
}

/// The answer to GetFolder: no.
pub(crate) fn no_folder(code: &str) -> String {
    envelope(&messages(&format!(
        "<m:GetFolderResponseMessage ResponseClass=\"Error\"><m:MessageText>no</m:MessageText><m:ResponseCode>{code}\
         </m:ResponseCode><m:Folders/></m:GetFolderResponseMessage>"
    )))
}

fn messages(inside: &str) -> String {
    format!("<m:GetFolderResponse><m:ResponseMessages>{inside}</m:ResponseMessages></m:GetFolderResponse>")
}

type Says = Box<dyn FnMut(&Asked) -> Reply + Send>;

/// A server that answers by a rule.
#[derive(Clone)]
pub(crate) struct Script(Arc<Mutex<Stage>>);

struct Stage {
    says: Says,
    asked: Vec<Asked>,
    connections: usize,
    /// Connections before this one are ended by the server.
    ended: usize,
    /// Connections before this one take no byte any more.
    deaf: usize,
}

impl Script {
    pub(crate) fn new(says: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        let says = Box::new(says);
        Self(Arc::new(Mutex::new(Stage { says, asked: Vec::new(), connections: 0, ended: 0, deaf: 0 })))
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.stage().asked.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.stage().connections
    }

    /// Ends all connections, as a server does that has waited long enough.
    pub(crate) fn hang_up(&self) {
        let mut stage = self.stage();
        stage.ended = stage.connections;
    }

    /// All connections take nothing any more, and do not say so: a machine that restarted.
    pub(crate) fn go_deaf(&self) {
        let mut stage = self.stage();
        stage.deaf = stage.connections;
    }

    /// A machine where it listens, on the port for http.
    pub(crate) fn env(&self) -> (SimRuntime, Env) {
        let runtime = SimRuntime::new();
        runtime.listen(HOST, 80, self.clone());
        let mut env = Env::new(runtime.shared());
        env.credentials = Arc::new(ByName);
        (runtime, env)
    }

    /// Listens for TLS as well, with a certificate of this authority; who trusts it is told by the file.
    pub(crate) fn protect(&self, runtime: &SimRuntime, ca: &TestCa, hosts: &[&str]) {
        for host in hosts {
            let config = ca.issue(&[host], Validity::Current).server_config();
            runtime.listen(host, 443, Protected(self.clone(), config));
        }
    }

    fn open(&self, tls: Option<ServerConnection>) -> Box<dyn Connection> {
        let mut stage = self.stage();
        let number = stage.connections;
        stage.connections += 1;
        let (heard, said, out, is_over, waker) = Default::default();
        Box::new(End { script: self.clone(), number, tls, heard, said, out, is_over, waker })
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Script {
    fn accept(&self, _: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        Ok(self.open(None))
    }
}

/// The same behind TLS.
struct Protected(Script, Arc<ServerConfig>);

impl Listener for Protected {
    fn accept(&self, _: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        let tls = ServerConnection::new(Arc::clone(&self.1)).map_err(io::Error::other)?;
        Ok(self.0.open(Some(tls)))
    }
}

/// The client's end of a connection.
struct End {
    script: Script,
    number: usize,
    tls: Option<ServerConnection>,
    /// Of what was written, plain.
    heard: Vec<u8>,
    /// The server's answer, plain.
    said: Vec<u8>,
    /// What is to be read.
    out: Vec<u8>,
    is_over: bool,
    waker: Option<Waker>,
}

impl End {
    /// Takes bytes as they arrive, and puts out what is said to them.
    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            self.heard.extend_from_slice(bytes);
            self.answer();
            self.out.append(&mut self.said);
            return Ok(());
        };
        while !bytes.is_empty() {
            tls.read_tls(&mut bytes)?;
            tls.process_new_packets().map_err(io::Error::other)?;
            // The end of what is there so far is an error of its own kind.
            let _ = tls.reader().read_to_end(&mut self.heard);
        }
        self.answer();
        let Some(tls) = &mut self.tls else { return Ok(()) };
        io::Write::write_all(&mut tls.writer(), &std::mem::take(&mut self.said))?;
        while tls.wants_write() {
            tls.write_tls(&mut self.out)?;
        }
        Ok(())
    }

    fn answer(&mut self) {
        while let Some((asked, rest)) = request(&self.heard) {
            self.heard = rest;
            let mut stage = self.script.stage();
            stage.asked.push(asked.clone());
            match (stage.says)(&asked) {
                Reply::Say(bytes) => self.said.extend(bytes),
                Reply::SayAndClose(bytes) => {
                    self.said.extend(bytes);
                    self.is_over = true;
                }
                Reply::Nothing => {}
            }
        }
    }
}

/// The first whole request of these bytes, and what follows it.
fn request(bytes: &[u8]) -> Option<(Asked, Vec<u8>)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().expect("a number"));
    let body = bytes.get(end..end + length)?;
    let body = String::from_utf8(body.to_vec()).expect("requests are text");
    Some((Asked { line, headers, body }, bytes[end + length..].to_vec()))
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.out.is_empty() {
            let is_over = self.is_over || self.number < self.script.stage().ended;
            self.waker = Some(context.waker().clone());
            return if is_over { Poll::Ready(Ok(0)) } else { Poll::Pending };
        }
        let count = self.out.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.out[..count]);
        self.out.drain(..count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for End {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.number < self.script.stage().deaf {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        self.take(bytes)?;
        self.waker.take().into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Takes the name for the secret; a second one behind a comma is what it is renewed to.
struct ByName;

impl CredentialProvider for ByName {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, omm_core::error::Result<Secret>> {
        let CredentialRef::Named(name) = reference else { unreachable!("every account here has one") };
        let first = name.split(',').next().unwrap_or_default().to_owned();
        Box::pin(std::future::ready(Ok(Secret::new(first))))
    }

    fn renewed<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
        _: &'a Secret,
    ) -> BoxFuture<'a, omm_core::error::Result<Secret>> {
        let CredentialRef::Named(name) = reference else { unreachable!("every account here has one") };
        let last = name.split(',').next_back().unwrap_or_default().to_owned();
        Box::pin(std::future::ready(Ok(Secret::new(last))))
    }
}
