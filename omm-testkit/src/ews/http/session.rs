//! One connection: bytes in, bytes out, hyper between them, driven by hand.

use super::{
    answer::{Answer, Fate},
    pipe::End,
    request::{self, Said},
};
use crate::{
    ews::world::{SharedWorld, World, lock},
    mock::{Layer, Machine},
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{Request, Response, body::Frame, body::Incoming, server::conn::http1, service::service_fn};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

type Body = UnsyncBoxBody<Bytes, Infallible>;
type Connection = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One connection of the server, without I/O.
pub(in crate::ews) struct Session {
    world: SharedWorld,
    id: u64,
    end: End,
    connection: Option<Connection>,
    nudge: Arc<Nudge>,
    fate: Arc<Mutex<Option<Fate>>>,
    in_flight: Arc<AtomicU64>,
    /// Nothing goes out before.
    not_before: Option<Instant>,
    /// So many bytes more, then the end.
    left: Option<usize>,
    answers: u64,
    is_closed: bool,
    is_stalled: bool,
}

/// Whether hyper wants to be asked again at once.
#[derive(Default)]
struct Nudge(AtomicBool);

impl Wake for Nudge {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Session {
    /// Lets hyper do what it can.
    fn drive(&mut self) {
        let waker = Waker::from(Arc::clone(&self.nudge));
        let mut context = Context::from_waker(&waker);
        loop {
            self.nudge.0.store(false, Ordering::SeqCst);
            let Some(connection) = &mut self.connection else { return };
            if connection.as_mut().poll(&mut context) == Poll::Ready(()) {
                self.connection = None;
            }
            self.meet_fate();
            if !self.nudge.0.load(Ordering::SeqCst) || self.is_closed {
                return;
            }
        }
    }

    /// What becomes of the answer that hyper has just written.
    fn meet_fate(&mut self) {
        let Some(fate) = self.fate.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        self.answers += 1;
        match fate {
            Fate::Sent(latency) if !latency.is_zero() => self.not_before = Some(Instant::now() + latency),
            Fate::Sent(_) => {}
            Fate::Lost => {
                self.end.lock().output.clear();
                self.is_closed = true;
            }
            Fate::Cut(bytes) => {
                let head = self
                    .end
                    .lock()
                    .output
                    .windows(4)
                    .position(|four| four == b"\r\n\r\n")
                    .map_or(0, |at| at + 4);
                self.left = Some(head + bytes);
            }
            Fate::Stalled => {
                self.end.lock().output.clear();
                self.is_stalled = true;
            }
        }
    }
}

impl Machine for Session {
    type World = World;

    fn begin(shared: &SharedWorld, is_secure: bool) -> Self {
        let mut world = lock(shared);
        world.next_connection += 1;
        let id = world.next_connection;
        world.counters.connections += 1;
        world.ground.open.insert(id);
        let open = world.ground.open.len() as u64;
        world.counters.most_connections = world.counters.most_connections.max(open);
        let in_flight = Arc::clone(&world.in_flight);
        drop(world);
        let (end, fate) = (End::default(), Arc::new(Mutex::new(None)));
        let service = {
            let (world, fate, flight) = (Arc::clone(shared), Arc::clone(&fate), Arc::clone(&in_flight));
            service_fn(move |request: Request<Incoming>| {
                let counts = (Arc::clone(&fate), Arc::clone(&flight));
                serve(Arc::clone(&world), counts, id, is_secure, request)
            })
        };
        let connection = http1::Builder::new().serve_connection(end.clone(), service);
        let connection: Connection = Box::pin(async move {
            // A client that says nonsense is answered 400 by hyper, or not at all.
            let _ = connection.await;
        });
        Self {
            world: Arc::clone(shared),
            id,
            end,
            connection: Some(connection),
            nudge: Arc::default(),
            fate,
            in_flight,
            not_before: None,
            left: None,
            answers: 0,
            is_closed: false,
            is_stalled: false,
        }
    }

    fn number(&self) -> u64 {
        self.id
    }

    fn receive(&mut self, bytes: &[u8]) {
        if self.is_closed || self.is_stalled {
            return;
        }
        self.end.feed(bytes);
        self.drive();
    }

    fn drain(&mut self) -> Vec<u8> {
        if self.not_before.is_some_and(|time| Instant::now() < time) {
            return Vec::new();
        }
        self.not_before = None;
        let mut bytes = std::mem::take(&mut self.end.lock().output);
        if let Some(left) = &mut self.left {
            bytes.truncate(*left);
            *left -= bytes.len();
            if *left == 0 || !bytes.is_empty() {
                self.is_closed = true;
            }
        }
        bytes
    }

    fn was_heard(&mut self) {
        self.in_flight.fetch_sub(std::mem::take(&mut self.answers), Ordering::SeqCst);
    }

    fn is_closed(&self) -> bool {
        let is_waiting = self.not_before.is_some() || !self.end.lock().output.is_empty();
        self.is_closed || (self.connection.is_none() && !is_waiting)
    }

    fn close(&mut self, world: &mut World) {
        self.is_closed = true;
        world.ground.open.remove(&self.id);
    }

    fn is_stalled(&self) -> bool {
        self.is_stalled
    }

    fn stall(&mut self) {
        self.is_stalled = true;
    }

    fn say_goodbye(&mut self, world: &mut World, _: &str) {
        self.close(world);
    }

    fn take_layer(&mut self) -> Option<Layer> {
        None
    }

    fn take_unread(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut world = lock(&self.world);
        world.ground.open.remove(&self.id);
        self.in_flight.fetch_sub(self.answers, Ordering::SeqCst);
    }
}

async fn serve(
    world: SharedWorld,
    (fate, flight): (Arc<Mutex<Option<Fate>>>, Arc<AtomicU64>),
    connection: u64,
    is_secure: bool,
    request: Request<Incoming>,
) -> Result<Response<Body>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let in_flight = flight.fetch_add(1, Ordering::SeqCst) + 1;
    let said = Said::read(&head, body);
    let answer = request::answer(&mut lock(&world), connection, is_secure, &head, said, in_flight);
    *fate.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.fate.clone());
    Ok(response(answer))
}

fn response(answer: Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.is_chunked {
        false => Full::new(answer.body).boxed_unsync(),
        true => {
            let pieces: Vec<Bytes> = answer.body.chunks(8192).map(Bytes::copy_from_slice).collect();
            let frames = pieces.into_iter().map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
            StreamBody::new(futures::stream::iter(frames)).boxed_unsync()
        }
    };
    response.body(body).unwrap_or_else(|_| Response::new(Full::new(Bytes::new()).boxed_unsync()))
}
