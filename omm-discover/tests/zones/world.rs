//! A zone and the servers that it names.

use crate::{server::Server, talks::Pages};
use omm_core::host::{BoxFuture, Connection, Env, Runtime};
use omm_discover::{Address, Discovery, Mx, Names, Options, Srv, discover};
use omm_testkit::{
    ca::TestCa,
    sim::{self, SimRuntime},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;

/// Everything in one row's world.
pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    pub(crate) zone: Zone,
    pub(crate) options: Options,
    heard: Arc<Mutex<Vec<u8>>>,
    dialled: Arc<Mutex<BTreeSet<String>>>,
    ca: TestCa,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(zone: &[String], servers: &[String], documents: &BTreeMap<String, String>) -> Self {
        let (ca, folder) = (TestCa::new(), tempfile::tempdir().expect("a folder"));
        let root = folder.path().join("ca.pem");
        std::fs::write(&root, ca.pem()).expect("a file");
        let mut options = Options::default();
        options.ca_file = Some(root);
        let world = Self {
            clock: SimRuntime::new(),
            zone: Zone::read(zone),
            options,
            heard: Arc::default(),
            dialled: Arc::default(),
            ca,
            folder,
        };
        servers.iter().for_each(|server| world.serve(server));
        world.publish(documents);
        world
    }

    /// `imap-starttls imap.example.org:143`; `exchange HOST:443` is a web server.
    fn serve(&self, text: &str) {
        let (word, place) = text.split_once(' ').expect("KIND HOST:PORT");
        let (host, port) = place.rsplit_once(':').expect("KIND HOST:PORT");
        let port = port.parse().expect("a port");
        let server = if word == "exchange" {
            let pages = BTreeMap::from([("*".to_owned(), "exchange".to_owned())]);
            Server::web(Arc::new(pages), host, true, &self.ca, &self.heard)
        } else {
            Server::of_word(word, host, &self.ca, &self.heard)
        };
        self.clock.listen(host, port, server);
    }

    fn publish(&self, documents: &BTreeMap<String, String>) {
        let mut sites: BTreeMap<(String, u16, bool), BTreeMap<String, String>> = BTreeMap::new();
        for (url, body) in documents {
            let url = Url::parse(url).expect("a URL");
            let host = url.host_str().expect("a host").to_owned();
            let port = url.port_or_known_default().expect("a port");
            let site = sites.entry((host, port, url.scheme() == "https")).or_default();
            site.insert(url.path().to_owned(), body.clone());
        }
        for ((host, port, is_tls), pages) in sites {
            let pages: Pages = Arc::new(pages);
            self.clock.listen(&host, port, Server::web(pages, &host, is_tls, &self.ca, &self.heard));
        }
    }

    pub(crate) fn discover(&self, address: &str) -> Discovery {
        let address = Address::parse(address).expect("an address of the table");
        let runtime = Witness { clock: self.clock.clone(), dialled: Arc::clone(&self.dialled) };
        let env = Env::new(Arc::new(runtime));
        let found = sim::run(&self.clock, discover(&env, &self.zone, &address, &self.options));
        assert!(self.folder.path().exists());
        found
    }

    /// Everything that was said to any server, in the clear or within TLS.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().expect("no panic holds it")).into_owned()
    }

    /// Every host that was dialled, and every name that was looked up.
    pub(crate) fn contacted(&self) -> BTreeSet<String> {
        let mut all = self.dialled.lock().expect("no panic holds it").clone();
        all.extend(self.zone.asked.lock().expect("no panic holds it").iter().cloned());
        all
    }
}

/// The clock's network, and a note of who was dialled.
struct Witness {
    clock: SimRuntime,
    dialled: Arc<Mutex<BTreeSet<String>>>,
}

impl Runtime for Witness {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.clock.start_blocking(work);
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        self.dialled.lock().expect("no panic holds it").insert(host.to_owned());
        self.clock.dial(host, port)
    }
}

/// Records, as a zone file has them.
#[derive(Default)]
pub(crate) struct Zone {
    mx: BTreeMap<String, Vec<Mx>>,
    srv: BTreeMap<String, Vec<Srv>>,
    /// Names for which nobody answers, and those for which an error comes.
    silent: BTreeSet<String>,
    broken: BTreeSet<String>,
    asked: Mutex<BTreeSet<String>>,
}

impl Zone {
    fn read(records: &[String]) -> Self {
        let mut zone = Self::default();
        for record in records {
            let words: Vec<&str> = record.split_whitespace().collect();
            let number = |at: usize| words[at].parse().expect("a number");
            let name = words[0].to_owned();
            match words[1] {
                "MX" => {
                    let exchanger = words[3].to_owned();
                    zone.mx.entry(name).or_default().push(Mx { preference: number(2), exchanger });
                }
                "SRV" => {
                    let (priority, weight, port) = (number(2), number(3), number(4));
                    let target = words[5].to_owned();
                    zone.srv.entry(name).or_default().push(Srv { priority, weight, port, target });
                }
                "SILENT" => drop(zone.silent.insert(name)),
                "SERVFAIL" => drop(zone.broken.insert(name)),
                other => panic!("there is no record {other}"),
            }
        }
        zone
    }

    async fn answer<T: Clone>(&self, name: &str, records: &BTreeMap<String, Vec<T>>) -> io::Result<Vec<T>> {
        self.asked.lock().expect("no panic holds it").insert(name.to_owned());
        if self.silent.contains(name) {
            return pending().await;
        }
        if self.broken.contains(name) {
            return Err(io::Error::other("SERVFAIL"));
        }
        Ok(records.get(name).cloned().unwrap_or_default())
    }
}

impl Names for Zone {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, io::Result<Vec<Mx>>> {
        Box::pin(self.answer(domain, &self.mx))
    }

    fn services<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<Srv>>> {
        Box::pin(self.answer(name, &self.srv))
    }
}
