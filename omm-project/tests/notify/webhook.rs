//! Webhooks against a server of hyper's; the signature is checked by another library.

use crate::{
    CANARY, full, notice,
    sockets::{self, Sockets},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::TimeDelta;
use futures_rustls::TlsAcceptor;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use omm_core::host::{Connection, CredentialRef};
use omm_net::http::Line;
use omm_project::notify::{
    Carrier, Event, Notifier, Post, Recipient, Turn,
    outbox::{MemoryOutbox, Settlement, State},
    webhook::{Hook, Hooks},
};
use omm_testkit::ca::TestCa;
use smol::block_on;
use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
};

const SECRET: &str = "whsec_YzRuYXJ5LXdlYmhvb2stc2VjcmV0LW9mLXRlc3Rz";

/// What one request said.
#[derive(Clone, Debug)]
struct Heard {
    target: String,
    id: String,
    timestamp: i64,
    signature: String,
    body: Vec<u8>,
}

/// How the server answers next: a status, and a header. Otherwise 200.
type Answer = (u16, Option<(&'static str, String)>);

struct Receiver {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    ca: Option<tempfile::NamedTempFile>,
}

impl Receiver {
    fn start(tls: bool, answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let authority = TestCa::new();
        let acceptor = tls.then(|| TlsAcceptor::from(authority.issue_for_loopback().server_config()));
        let ca = tls.then(|| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), authority.pem()).unwrap();
            file
        });
        let listener = block_on(smol::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let own = Arc::clone(&heard);
        thread::spawn(move || {
            block_on(async {
                while let Ok((stream, _)) = listener.accept().await {
                    let stream: Box<dyn Connection> = match &acceptor {
                        None => Box::new(stream),
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => continue,
                        },
                    };
                    let service = service_fn(|request| answer(request, &own, &answers));
                    // A client that goes away is no concern of the server's.
                    let _ = http1::Builder::new().serve_connection(Line::new(stream), service).await;
                }
            });
        });
        Self { address, heard, ca }
    }

    fn hook(&self) -> Hook {
        let scheme = if self.ca.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}/hook?token={CANARY}", self.address);
        let mut hook = Hook::new(url, CredentialRef::Named("hook".to_owned()));
        hook.plain_allowed = self.ca.is_none();
        hook.ca_file = self.ca.as_ref().map(|file| file.path().to_owned());
        hook
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    heard: &Mutex<Vec<Heard>>,
    answers: &Mutex<VecDeque<Answer>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!((request.method().as_str(), header("content-type").as_str()), ("POST", "application/json"));
    let (id, timestamp, signature) =
        (header("webhook-id"), header("webhook-timestamp").parse().unwrap(), header("webhook-signature"));
    let target = request.uri().to_string();
    let body = request.into_body().collect().await.unwrap().to_bytes().to_vec();
    heard.lock().unwrap().push(Heard { target, id, timestamp, signature, body });
    let (status, header) = answers.lock().unwrap().pop_front().unwrap_or((200, None));
    let mut response = Response::builder().status(status);
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    // Larger than anybody reads.
    Ok(response.body(Full::new(Bytes::from(vec![b'x'; 1 << 20]))).unwrap())
}

struct World {
    runtime: Arc<Sockets>,
    outbox: Arc<MemoryOutbox>,
    post: Post,
}

fn world(hook: Hook, secret: &str) -> World {
    let runtime = Sockets::shared();
    let mut hooks = Hooks::new(&sockets::env(&runtime, secret));
    hooks.add("panel", hook).unwrap();
    let (outbox, hooks): (_, Arc<dyn Carrier>) = (Arc::new(MemoryOutbox::new()), Arc::new(hooks));
    let post = Post::new(runtime.clone(), outbox.clone(), vec![hooks]);
    World { runtime, outbox, post }
}

impl World {
    fn tell(&self, event: Event) {
        let mut notice = notice(event, 1, &[]);
        notice.to = vec![Recipient::webhook("panel")];
        assert_eq!(block_on(self.post.notify(&notice)).unwrap().filed, 1);
    }

    fn tried(&self) -> Settlement {
        match block_on(self.post.deliver()).unwrap() {
            Turn::Tried(tried) => tried.settlement,
            idle => panic!("{idle:?}"),
        }
    }

    fn state(&self) -> State {
        self.outbox.rows()[0].state
    }
}

/// What a receiver does, by ring.
fn is_signed(heard: &Heard, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let mut signed = format!("{}.{}.", heard.id, heard.timestamp).into_bytes();
    signed.extend_from_slice(&heard.body);
    heard.signature.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
        let tag = STANDARD.decode(one).unwrap();
        ring::hmac::verify(&key, &signed, &tag).is_ok()
    })
}

#[test]
fn a_webhook_is_signed_over_https_and_over_http_where_that_is_allowed() {
    for tls in [true, false] {
        let receiver = Receiver::start(tls, []);
        let world = world(receiver.hook(), SECRET);
        world.tell(full());
        let end = world.tried();
        assert!(matches!(end, Settlement::Sent { .. }), "{end:?}");
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1);
        assert!(is_signed(&heard[0], SECRET));
        assert!(!is_signed(&Heard { body: b"{}".to_vec(), ..heard[0].clone() }, SECRET));
        assert_eq!(heard[0].target, format!("/hook?token={CANARY}"));
        let body: serde_json::Value = serde_json::from_slice(&heard[0].body).unwrap();
        assert_eq!(
            (&body["type"], &body["data"]["trouble"]["reason"]),
            (&"migration.needs-person".into(), &"full-mailbox".into())
        );
        assert_eq!(body["data"]["name"], "Jörg Müller 🎉");
        // The address is the host's secret as much as the key is.
        let outbox = String::from_utf8(world.outbox.write().unwrap()).unwrap();
        assert!(
            !outbox.contains(CANARY)
                && !outbox.contains("whsec")
                && !format!("{:?}", receiver.hook()).contains(CANARY)
        );
    }
}

#[test]
fn what_fails_is_tried_again_with_the_same_id() {
    let receiver = Receiver::start(false, [(500, None), (429, Some(("retry-after", "3600".to_owned())))]);
    let world = world(receiver.hook(), SECRET);
    world.tell(Event::Started);
    assert!(matches!(world.tried(), Settlement::Later { .. }));
    world.runtime.put_forward(TimeDelta::seconds(31));
    let Settlement::Later { due, said } = world.tried() else { panic!("it asked for a pause") };
    assert_eq!(said, "HTTP 429");
    let pause = due - omm_core::host::Runtime::now(&*world.runtime);
    assert!(pause > TimeDelta::seconds(3500), "{pause}");
    world.runtime.put_forward(TimeDelta::hours(1));
    assert!(matches!(world.tried(), Settlement::Sent { .. }));
    let heard = receiver.heard();
    assert_eq!(heard.len(), 3);
    assert!(
        heard.iter().all(|one| one.id == heard[0].id && one.body == heard[0].body && is_signed(one, SECRET))
    );
    // The time is the attempt's, so that a receiver may refuse what is old.
    assert!(heard[2].timestamp - heard[0].timestamp >= 3631);
    assert_eq!(world.state(), State::Sent);
}

#[test]
fn what_an_answer_means() {
    let elsewhere = Receiver::start(false, []);
    for (status, state) in [
        (204, State::Sent),
        (302, State::Waiting),
        (307, State::Waiting),
        (400, State::Waiting),
        (401, State::Waiting),
        (404, State::Waiting),
        (410, State::GaveUp),
        (503, State::Waiting),
    ] {
        let location = ("location", format!("http://{}/", elsewhere.address));
        let receiver = Receiver::start(false, [(status, Some(location))]);
        let world = world(receiver.hook(), SECRET);
        world.tell(Event::Started);
        world.tried();
        assert_eq!((world.state(), receiver.heard().len()), (state, 1), "{status}");
    }
    assert!(elsewhere.heard().is_empty(), "a redirect was followed");
}

#[test]
fn nothing_is_sent_that_cannot_be_signed_or_to_whom_nobody_trusts() {
    let receiver = Receiver::start(true, []);
    let unsigned = world(receiver.hook(), CANARY);
    unsigned.tell(Event::Started);
    let Settlement::Later { said, .. } = unsigned.tried() else { panic!("there is no secret") };
    assert!(said.contains("whsec_") && !said.contains(CANARY), "{said}");
    let mut stranger = receiver.hook();
    stranger.ca_file = None;
    let stranger = world(stranger, SECRET);
    stranger.tell(Event::Started);
    let end = stranger.tried();
    let Settlement::Later { said, .. } = &end else { panic!("{end:?}") };
    assert!(said.contains("certificate") && !said.contains(CANARY), "{said}");
    assert!(receiver.heard().is_empty());
    let runtime = Sockets::shared();
    let mut plain = receiver.hook();
    plain.url = format!("http://{}/?token={CANARY}", receiver.address);
    let refused = Hooks::new(&sockets::env(&runtime, SECRET)).add("panel", plain).unwrap_err();
    assert!(refused.message().contains("https:") && !refused.to_string().contains(CANARY), "{refused}");
}

#[test]
fn a_secret_is_replaced_while_both_are_known() {
    let receiver = Receiver::start(false, []);
    let mut hook = receiver.hook();
    hook.secrets.push(CredentialRef::Named("new".to_owned()));
    let world = world(hook, SECRET);
    world.tell(Event::Started);
    world.tried();
    let signature = receiver.heard()[0].signature.clone();
    assert_eq!(signature.split(' ').count(), 2, "{signature}");
}

#[test]
fn a_receiver_that_speaks_nonsense_or_hangs_up_is_tried_again() {
    for said in ["", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\nx: "] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 65_536]);
            let _ = stream.write_all(said.as_bytes());
            if said.starts_with("HTTP") {
                // A head that has no end.
                while stream.write_all(&[b'x'; 4096]).is_ok() {}
            }
        });
        let mut hook = Hook::new(format!("http://{address}/"), CredentialRef::Ask);
        hook.plain_allowed = true;
        let world = world(hook, SECRET);
        world.tell(Event::Started);
        let end = world.tried();
        assert!(matches!(end, Settlement::Later { .. }), "{said:?} {end:?}");
        assert_eq!(world.state(), State::Waiting);
        server.join().unwrap();
    }
}
