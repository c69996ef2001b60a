//! The panel in a real browser.

mod driver;
mod looks;
mod stories;

use crate::world::{SECRET, World, login};
use driver::Chromium;
use omm_panel::Running;
use tokio::{net::TcpListener, runtime::Runtime};

/// A panel that listens, and a browser that looks at it.
struct Scene {
    browser: Chromium,
    world: World,
    running: Option<Running>,
    runtime: Runtime,
}

impl Scene {
    /// Fills in both accounts of this person; the password is that of the source.
    fn accounts(&self, person: u64, password: &str) {
        let browser = &self.browser;
        browser.choose("#source-type", "preset-0");
        browser.type_in("#source-login", &login(person, "old"));
        browser.type_in("#source-password", password);
        browser.choose("#destination-type", "preset-1");
        browser.type_in("#destination-login", &login(person, "new"));
        browser.type_in("#destination-password", SECRET);
    }

    /// Nothing on a machine without Chromium.
    fn begin() -> Option<Self> {
        let runtime = Runtime::new().unwrap();
        let (world, running, address) = runtime.block_on(async {
            let world = World::new().await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let running = Running::begin(&world.house, listener, None);
            (world, running, address)
        });
        let browser = Chromium::start(&format!("http://{address}"))?;
        Some(Self { browser, world, running: Some(running), runtime })
    }

    fn end(mut self) {
        let running = self.running.take().unwrap();
        self.runtime.block_on(running.drain()).unwrap();
    }
}
