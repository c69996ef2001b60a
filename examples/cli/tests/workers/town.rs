//! Two mock servers behind gauges, a database, and a project between them.

use crate::{
    PER_SERVER,
    gauge::Gauge,
    world::{End, World},
};
use omm_testkit::{
    imap::{MockImap, MockMessage},
    servers::{PostgresServer, postgres},
};
use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

const FOLDERS: [&str; 2] = ["INBOX", "Work"];
const MESSAGES: usize = 8;
/// Nothing that is waited for takes so long unless it never comes.
const PATIENCE: Duration = Duration::from_secs(300);

/// Who writes into the ledger: by which connection, and under whose lease. A connection belongs to one worker; if it writes
/// under another one's lease, somebody was too late and was let in all the same. What is written under no lease is noted too.
const WITNESS: &str = "
    CREATE TABLE public.writers (backend text, holder text, in_time boolean, PRIMARY KEY (backend, holder, in_time));
    CREATE FUNCTION public.witness() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.writers
            SELECT a.pid || ' ' || a.backend_start, coalesce(o.holder, 'nobody'),
                coalesce(o.leased_until > now(), false)
            FROM omm.owners AS o, pg_stat_activity AS a
            WHERE o.migration = NEW.migration AND a.pid = pg_backend_pid()
            ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$;
    CREATE TRIGGER witness AFTER INSERT OR UPDATE ON omm.entries FOR EACH ROW EXECUTE FUNCTION public.witness();
";

pub(crate) struct Town {
    world: World,
    server: &'static PostgresServer,
    address: String,
    from: MockImap,
    to: MockImap,
    pub(crate) source: Gauge,
    pub(crate) destination: Gauge,
    migrations: usize,
}

impl Town {
    /// With so many migrations that wait for their turn; nothing where there is no PostgreSQL.
    pub(crate) fn new(migrations: usize) -> Option<Self> {
        let server = postgres().map_err(|why| println!("skipped: {why}")).ok()?;
        let (mut from, mut to) = (MockImap::new(), MockImap::new());
        for at in 0..migrations {
            from = from.user(&format!("a{at}"), "pass");
            to = to.user(&format!("b{at}"), "pass");
            for folder in FOLDERS {
                from.account(&format!("a{at}")).add_folder(folder);
                for number in 0..MESSAGES {
                    let text = format!("Subject: {at} {folder} {number}\r\n\r\n{}\r\n", "word ".repeat(800));
                    from.account(&format!("a{at}")).add(folder, MockMessage::new(text));
                }
            }
        }
        let (source, destination) =
            (Gauge::before(from.serve().unwrap()), Gauge::before(to.serve().unwrap()));
        let address = server.fresh_database().unwrap();
        let world = World::new();
        let town = Self { world, server, address, from, to, source, destination, migrations };
        town.begin();
        Some(town)
    }

    fn begin(&self) {
        let id = self.omm(&["project", "create", "Move", "--contact", "anna@example.org", "--no-password"]);
        let per_server = PER_SERVER.to_string();
        self.omm(&["project", "options", &id, "--per-server", &per_server, "--at-once", "6"]);
        for at in 0..self.migrations {
            let from = format!("imap://a{at}@127.0.0.1:{}", self.source.port());
            let to = format!("imap://b{at}@127.0.0.1:{}", self.destination.port());
            self.omm(&[
                "project",
                "add",
                &id,
                &from,
                &to,
                "--tls",
                "off",
                "--source-password-env",
                "WORD",
                "--destination-password-env",
                "WORD",
            ]);
        }
        self.ask(WITNESS);
        self.omm(&["project", "resume", &id]);
    }

    /// The program on this database.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.world.command(words);
        command.args(["--database", &self.address, "--quiet"]).env("WORD", "pass");
        command
    }

    fn omm(&self, words: &[&str]) -> String {
        let end = End::of(self.command(words).output().unwrap());
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    }

    pub(crate) fn ask(&self, sql: &str) -> String {
        let name = self.address.split('?').next().unwrap().rsplit_once('/').unwrap().1;
        self.server.ask(name, sql).unwrap()
    }

    fn count(&self, sql: &str) -> usize {
        self.ask(sql).parse().unwrap()
    }

    /// How many migrations this worker holds.
    pub(crate) fn of(&self, worker: &str) -> usize {
        self.count(&format!("SELECT count(*) FROM omm_projects.migrations WHERE holder LIKE '{worker} %'"))
    }

    /// How many messages are at the destination.
    pub(crate) fn written(&self) -> usize {
        self.to.counters().messages_appended as usize
    }

    pub(crate) fn is_done(&self) -> bool {
        self.count("SELECT count(*) FROM omm_projects.migrations WHERE state <> 6") == 0
    }

    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "{what}: it never comes; {}", self.states());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn states(&self) -> String {
        self.ask(
            "SELECT state, count(*), max(reason) FROM omm_projects.migrations GROUP BY state ORDER BY state",
        )
    }

    /// Everything is there, once, and nobody wrote too late.
    pub(crate) fn judge(&self) {
        for at in 0..self.migrations {
            let bodies = |server: &MockImap, user: &str, folder: &str| {
                let messages = server.account(&format!("{user}{at}")).messages(folder);
                let mut bodies: Vec<Vec<u8>> = messages.into_iter().map(|one| one.bytes.to_vec()).collect();
                bodies.sort();
                bodies
            };
            for folder in FOLDERS {
                let (from, to) = (bodies(&self.from, "a", folder), bodies(&self.to, "b", folder));
                assert_eq!(to.len(), MESSAGES, "{folder} of b{at}");
                assert!(from == to, "{folder} of a{at} and b{at}");
            }
        }
        let late = self.ask("SELECT * FROM public.writers WHERE NOT in_time");
        assert_eq!(late, "", "written without a lease");
        let two = self.ask("SELECT backend, count(DISTINCT holder) FROM public.writers GROUP BY backend HAVING count(DISTINCT holder) > 1");
        assert_eq!(two, "", "written under another worker's lease");
        assert_ne!(self.ask("SELECT count(*) FROM public.writers"), "0", "the witness saw it");
    }
}
