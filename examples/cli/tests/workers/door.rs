//! A door before a database: while it is shut nobody is in, and nobody comes in, as while a server is restarted.

use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
};

pub(crate) struct Door {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    inside: Vec<TcpStream>,
}

impl Door {
    pub(crate) fn before(server: PathBuf) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::<Mutex<State>>::default());
        let own = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mut state = own.lock().unwrap();
                if state.is_shut {
                    continue;
                }
                // The database may have ended with its test.
                let Ok(server) = UnixStream::connect(&server) else { return };
                state.inside.push(client.try_clone().unwrap());
                carry(client, server);
            }
        });
        Self { address, state }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn shut(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_shut = true;
        for client in state.inside.drain(..) {
            // Gone already, perhaps.
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().is_shut = false;
    }
}

fn carry(client: TcpStream, server: UnixStream) {
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    thread::spawn(move || {
        // Who ends first ends the other; how, does not matter.
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let _ = io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}
