//! Finding servers from the library, over real sockets: a name server, a web server with TLS, a mail server.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Env, ErrorKind, Known, Listener, Omm, Options, Result,
    Runtime, Secret, Side, Stop, TokioRuntime,
    core::host::{BoxFuture, Connection},
    discovery::{self, Address, SystemNames},
};
use omm_testkit::{
    ca::{TestCa, Validity},
    dns::{DnsServer, Zone},
    imap::{MockImap, MockMessage, Served},
};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::{
    collections::HashMap,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

const CONFIGURATION: &str = include_str!("../../omm-discover/tests/documents/both.xml");
const WORD: &str = "canary-4711";

/// Dials the loopback instead of the names and ports of the world; whom it does not know it refuses.
#[derive(Clone)]
struct Mapped {
    inner: TokioRuntime,
    places: Arc<HashMap<(String, u16), u16>>,
}

impl Runtime for Mapped {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.inner.start_blocking(work);
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        match self.places.get(&(host.to_owned(), port)) {
            Some(port) => self.inner.dial("127.0.0.1", *port),
            None => Box::pin(async { Err(io::ErrorKind::ConnectionRefused.into()) }),
        }
    }
}

/// Answers every request with one document, until the process ends.
fn web_server(config: Arc<ServerConfig>, body: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, stream);
            let mut asked = Vec::new();
            let mut byte = [0];
            while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
                asked.push(byte[0]);
            }
            // In chunks, as servers do that do not know the length beforehand.
            let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            // A client that went away is no concern of the server's.
            let _ = stream.write_all(format!("{head}{chunk}").as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    port
}

struct World {
    runtime: Mapped,
    names: DnsServer,
    mock: MockImap,
    _served: Served,
    folder: tempfile::TempDir,
}

impl World {
    fn new(validity: Validity) -> Self {
        let (ca, folder) = (TestCa::new(), tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("ca.pem"), ca.pem()).unwrap();
        let mock = MockImap::new().user("anna@example.org", WORD);
        let message = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\none\r\n".to_vec();
        mock.account("anna@example.org").add("INBOX", MockMessage::new(message));
        let served = mock.serve_tls(ca.issue(&["imap.example.org"], validity).server_config()).unwrap();
        let site = ca.issue(&["autoconfig.example.org"], Validity::Current).server_config();
        let places = HashMap::from([
            (("imap.example.org".to_owned(), 993), served.port()),
            (("autoconfig.example.org".to_owned(), 443), web_server(site, CONFIGURATION)),
        ]);
        let names = DnsServer::serve(Zone::new(
            "example.org MX 10 mx.example.org.\n_pop3s._tcp.example.org SRV 0 0 995 .\n_imap._tcp.example.org SERVFAIL",
        ));
        let runtime = Mapped { inner: TokioRuntime::current().unwrap(), places: Arc::new(places) };
        Self { runtime, names: names.unwrap(), mock, _served: served, folder }
    }

    fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn server(&self) -> SocketAddr {
        self.names.address()
    }
}

/// Counts how often it is asked for a secret.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl CredentialProvider for Counted {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(Secret::new(WORD.to_owned())) })
    }
}

#[tokio::test]
async fn a_document_over_real_tls_names_the_server() {
    let world = World::new(Validity::Current);
    let env = Env::new(Arc::new(world.runtime.clone()));
    let names = SystemNames::asking(world.server()).unwrap();
    let address = Address::parse("Anna@Example.org").unwrap();
    let mut options = discovery::Options::default();
    options.ca_file = Some(world.ca_file());
    let found = omm::discover(&env, &names, &address, &options).await;
    let best = found.best(&["imap"]).unwrap();
    assert_eq!(best.address(), "imaps://Anna@example.org@imap.example.org");
    assert_eq!(
        (best.source, best.sureness),
        (discovery::Knowledge::Autoconfig, discovery::Sureness::Published)
    );
    assert!(
        found.notes.iter().any(|note| note.starts_with("SRV _imap._tcp.example.org: ")),
        "{:?}",
        found.notes
    );
    assert!(world.names.asked().contains(&"MX example.org.".to_owned()));
}

#[tokio::test]
async fn auto_is_resolved_before_anything_is_remembered() {
    let world = World::new(Validity::Current);
    let omm = Omm::builder(world.runtime.clone())
        .state_dir(world.folder.path().join("state"))
        .names(SystemNames::asking(world.server()).unwrap())
        .credentials(Counted::default())
        .open()
        .await
        .unwrap();
    let mut source = omm::address::parse("auto:anna@example.org").unwrap();
    source.ca_file = Some(world.ca_file());
    source.credentials = CredentialRef::Named("x".to_owned());
    let destination = AccountSpec::new("dir", world.folder.path().join("copies").to_string_lossy());
    let session = omm.migrate(&source, &destination, Options::default(), Known::Continue).await.unwrap();
    let row = session.row().source.clone();
    let kept = (row.server_type.as_str(), row.server.as_str(), row.login.as_str());
    assert_eq!(kept, ("imap", "imap.example.org:993", "anna@example.org"));
    assert_eq!(row.credentials, source.credentials);
    let report = session.run(Listener::none(), Stop::new()).await.unwrap();
    assert_eq!(report.totals.copied, 1);
    let id = session.id().to_owned();
    session.close().await.unwrap();
    // The same, typed: the same migration.
    let mut typed = omm::address::parse("imaps://anna@example.org@imap.example.org").unwrap();
    (typed.ca_file, typed.credentials) = (source.ca_file.clone(), source.credentials.clone());
    let again = omm.migrate(&typed, &destination, Options::default(), Known::Continue).await.unwrap();
    assert_eq!(again.id(), id);
    again.close().await.unwrap();
    // Whoever logs in for the user is left as he was said to be.
    source.login = "administrator".to_owned();
    assert_eq!(omm.find_out(&source, Side::Source).await.unwrap().account.login, "administrator");
}

/// Kills: a slow server or a lost lookup makes the same address another account, and everything is copied again.
#[tokio::test]
async fn what_was_found_stays_the_same_while_nobody_answers() {
    let world = World::new(Validity::Current);
    let open = async |runtime: Mapped, names| {
        let omm = Omm::builder(runtime).state_dir(world.folder.path().join("state"));
        omm.names(names).credentials(Counted::default()).open().await.unwrap()
    };
    let mut source = omm::address::parse("auto:anna@example.org").unwrap();
    source.ca_file = Some(world.ca_file());
    source.credentials = CredentialRef::Named("x".to_owned());
    let destination = AccountSpec::new("dir", world.folder.path().join("copies").to_string_lossy());
    let omm = open(world.runtime.clone(), SystemNames::asking(world.server()).unwrap()).await;
    let session = omm.migrate(&source, &destination, Options::default(), Known::Continue).await.unwrap();
    let (id, first) = (session.id().to_owned(), session.row().source.clone());
    assert_eq!(first.found_for.as_deref(), Some("anna@example.org"));
    session.close().await.unwrap();
    drop(omm);
    // Now nobody is there, and the zone is empty.
    let nobody = Mapped { places: Arc::default(), ..world.runtime.clone() };
    let silent = DnsServer::serve(Zone::new("example.org SERVFAIL")).unwrap();
    let omm = open(nobody, SystemNames::asking(silent.address()).unwrap()).await;
    let (found, _) = omm.find_out_pair(&source, &destination, Known::Continue).await.unwrap();
    assert_eq!((&found.account.server, &found.account.tls), (&first.server, &first.tls));
    assert_eq!((&found.account.login, found.migration.as_deref()), (&first.login, Some(id.as_str())));
    assert!(found.sentence().unwrap().contains(&id));
    assert!(silent.asked().is_empty(), "{:?}", silent.asked());
    // Another destination, or another migration of the same, asks anew.
    let other = AccountSpec::new("dir", world.folder.path().join("others").to_string_lossy());
    assert!(omm.find_out_pair(&source, &other, Known::Continue).await.is_err());
    assert!(omm.find_out_pair(&source, &destination, Known::New).await.is_err());
}

/// Kills: a password is asked for, or sent, before TLS was verified.
#[tokio::test]
async fn a_server_that_is_not_trusted_never_hears_a_password() {
    let world = World::new(Validity::Expired);
    let asked = Counted::default();
    let omm = Omm::builder(world.runtime.clone())
        .state_dir(world.folder.path().join("state"))
        .names(SystemNames::asking(world.server()).unwrap())
        .credentials(asked.clone())
        .open()
        .await
        .unwrap();
    let mut source = omm::address::parse("auto:anna@example.org").unwrap();
    source.ca_file = Some(world.ca_file());
    let destination = AccountSpec::new("dir", world.folder.path().join("copies").to_string_lossy());
    let refused = omm.migrate(&source, &destination, Options::default(), Known::Continue).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unreachable);
    assert!(refused.to_string().contains("expired on 2001-01-01"), "{refused}");
    assert_eq!(asked.0.load(Ordering::SeqCst), 0);
    assert!(omm.list().await.unwrap().is_empty());
    assert!(!world.mock.transcript_text().contains(WORD));
}
