//! What stands between a store and its database: it counts round trips, and can hold or cut one of them.

use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
};

/// The message Sync (PostgreSQL's manual, 55.7).
const SYNC: &[u8] = b"S\0\0\0\x04";

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It waits until it is let go.
    Hold,
    /// It is lost, and the connection with it.
    Cut,
    /// It arrives; the answer is lost, and the connection with it.
    LoseAnswer,
    /// The same, and nobody is let in any more.
    LoseAll,
}

/// A socket of our own in front of the database's.
pub(crate) struct Gate {
    folder: tempfile::TempDir,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    requests: usize,
    plan: Option<(usize, Act)>,
    is_held: bool,
    is_closed: bool,
}

impl Gate {
    pub(crate) fn before(server: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = server.file_name().unwrap().to_owned();
        let listener = UnixListener::bind(folder.path().join(name)).unwrap();
        let state = Arc::new(Shared::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.lock().is_closed {
                    continue;
                }
                let server = UnixStream::connect(&server).unwrap();
                carry(client, server, &shared);
            }
        });
        Self { folder, state }
    }

    /// The folder of the socket.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many requests were sent since the last plan. What is sent before an answer came is one request. A pool asks a
    /// connection that is given back whether it is good, by a lone Sync, while nobody waits for it: that is none.
    pub(crate) fn requests(&self) -> usize {
        self.state.lock().requests
    }

    /// Counts from 0 again, and does something to the request with this number.
    pub(crate) fn plan(&self, number: usize, act: Act) {
        let mut state = self.state.lock();
        *state = State { plan: Some((number, act)), ..State::default() };
    }

    /// Counts from 0 again.
    pub(crate) fn count(&self) {
        *self.state.lock() = State::default();
    }

    /// Waits until a request is held.
    pub(crate) fn held(&self) {
        let state = self.state.lock();
        drop(self.state.changed.wait_while(state, |state| !state.is_held).unwrap());
    }

    /// Lets it go.
    pub(crate) fn let_go(&self) {
        self.state.lock().plan = None;
        self.state.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next request: what is to be done with it.
    fn next(&self) -> Option<Act> {
        let mut state = self.lock();
        state.requests += 1;
        let (number, act) = state.plan?;
        if state.requests != number {
            return None;
        }
        if act == Act::Hold {
            state.is_held = true;
            self.changed.notify_all();
            drop(self.changed.wait_while(state, |state| state.plan.is_some()).unwrap());
            return None;
        }
        state.is_closed = act == Act::LoseAll;
        Some(act)
    }
}

#[derive(Default)]
struct Line {
    /// The server spoke last, so what the client says next is a request.
    is_answered: bool,
    is_deaf: bool,
}

fn carry(client: UnixStream, server: UnixStream, shared: &Arc<Shared>) {
    let line = Arc::new(Mutex::new(Line { is_answered: true, is_deaf: false }));
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    let (shared, asked) = (Arc::clone(shared), Arc::clone(&line));
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length @ 1..) = from_client.read(&mut buffer) {
            let is_request = std::mem::take(&mut asked.lock().unwrap().is_answered);
            match if is_request && buffer[..length] != *SYNC { shared.next() } else { None } {
                Some(Act::Cut) => break,
                Some(Act::LoseAnswer | Act::LoseAll) => asked.lock().unwrap().is_deaf = true,
                _ => {}
            }
            if to_server.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to_server.shutdown(Shutdown::Both);
        let _ = from_client.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length @ 1..) = from_server.read(&mut buffer) {
            let mut line = line.lock().unwrap();
            line.is_answered = true;
            if line.is_deaf || to_client.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = from_server.shutdown(Shutdown::Both);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}
