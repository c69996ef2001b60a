//! The panel in a real browser.

mod driver;
#[cfg(unix)]
mod life;
mod looks;
mod project;
mod stories;

use crate::world::{SECRET, World, login};
use driver::Chromium;
use omm_panel::{House, Running, Settings};
use std::net::SocketAddr;
use tokio::{net::TcpListener, runtime::Runtime};

/// A panel that listens, and a browser that looks at it.
struct Scene {
    browser: Chromium,
    world: World,
    address: SocketAddr,
    running: Option<Running>,
    runtime: Runtime,
}

impl Scene {
    /// Nothing on a machine without Chromium.
    fn begin() -> Option<Self> {
        Self::with(|_| ())
    }

    /// The same, of a panel with other settings.
    fn with(change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let runtime = Runtime::new().unwrap();
        let (world, running, address) = runtime.block_on(async {
            let world = World::with(|settings| {
                settings.servers.networks.push("127.0.0.1/32".parse().unwrap());
                change(settings);
            });
            let world = world.await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let running = Running::begin(&world.house, listener, None);
            (world, running, address)
        });
        let browser = Chromium::start(&format!("http://{address}"))?;
        Some(Self { browser, world, address, running: Some(running), runtime })
    }

    /// Fills in both accounts of this person; the password is that of the source.
    fn accounts(&self, person: u64, password: &str) {
        self.account("source", "preset-0", (&login(person, "old"), password));
        self.account("destination", "preset-1", (&login(person, "new"), SECRET));
    }

    /// Fills in one side of the form.
    fn account(&self, side: &str, server: &str, (login, password): (&str, &str)) {
        let browser = &self.browser;
        browser.choose(&format!("#{side}-type"), server);
        browser.type_in(&format!("#{side}-login"), login);
        browser.type_in(&format!("#{side}-password"), password);
    }

    /// Ends the panel as a signal does, and starts it again from its state, at the same address.
    fn restart(&mut self) {
        let running = self.running.take().unwrap();
        let (settings, address) = (self.world.settings.clone(), self.address);
        let (house, running) = self.runtime.block_on(async move {
            running.drain().await.unwrap();
            let house = House::open(&settings).await.unwrap();
            let running = Running::begin(&house, TcpListener::bind(address).await.unwrap(), None);
            (house, running)
        });
        (self.world.house, self.running) = (house, Some(running));
    }

    fn end(mut self) {
        let running = self.running.take().unwrap();
        self.runtime.block_on(running.drain()).unwrap();
    }
}
