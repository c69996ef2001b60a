//! Two mock servers behind gauges, a database, and a project between them.

use crate::{
    PER_SERVER, base_name,
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
/// Where nothing is copied for so long, what is waited for never comes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who writes into the ledger: by which connection, and under whose lease. A connection belongs to one worker; if it writes
/// under another one's lease, somebody was too late and was let in all the same. What is written under no lease is noted too.
const WITNESS: &str = "
    CREATE TABLE public.writers (backend text, holder text, in_time boolean, PRIMARY KEY (backend, holder, in_time));
    CREATE FUNCTION public.witness() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.writers
            SELECT a.pid || ' ' || a.backend_start, coalesce(o.holder, 'nobody'),
                coalesce(o.leased_until > clock_timestamp(), false)
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

/// How large it is, and what its project allows.
pub(crate) struct Plan {
    pub(crate) migrations: usize,
    pub(crate) at_once: usize,
    /// How far away its servers are.
    pub(crate) distance: Duration,
    /// The first message of the first migration has so many bytes.
    pub(crate) large: usize,
    /// They are of so many projects, by turns.
    pub(crate) projects: usize,
}

impl Plan {
    pub(crate) fn of(migrations: usize) -> Self {
        Self { migrations, at_once: PER_SERVER, distance: Duration::from_millis(5), large: 0, projects: 1 }
    }
}

impl Town {
    /// With so many migrations that wait for their turn; nothing where there is no PostgreSQL.
    pub(crate) fn new(plan: &Plan) -> Option<Self> {
        let server = postgres().map_err(|why| println!("skipped: {why}")).ok()?;
        let (mut from, mut to) = (MockImap::new(), MockImap::new());
        for at in 0..plan.migrations {
            from = from.user(&format!("a{at}"), "pass");
            to = to.user(&format!("b{at}"), "pass");
            for folder in FOLDERS {
                from.account(&format!("a{at}")).add_folder(folder);
                for number in 0..MESSAGES {
                    let is_large = (at, folder, number) == (0, "INBOX", 0);
                    let words = if is_large { plan.large / 80 } else { 50 };
                    let line = format!("{}\r\n", "word ".repeat(16));
                    let text =
                        format!("Subject: {at} {folder} {number}\r\n\r\n{}", line.repeat(words.max(50)));
                    from.account(&format!("a{at}")).add(folder, MockMessage::new(text));
                }
            }
        }
        let before = |server: &MockImap| Gauge::before(server.serve().unwrap(), plan.distance);
        let (source, destination) = (before(&from), before(&to));
        let address = server.fresh_database().unwrap();
        let (world, migrations) = (World::new(), plan.migrations);
        let town = Self { world, server, address, from, to, source, destination, migrations };
        town.begin(plan);
        Some(town)
    }

    fn begin(&self, plan: &Plan) {
        let at_once = plan.at_once.to_string();
        let options = ["--per-server", &at_once, "--at-once", &at_once, "--requests", "200"];
        let found = |_| {
            let made = ["project", "create", "Move", "--contact", "anna@example.org", "--no-password"];
            let id = self.omm(&made);
            self.omm(&[&["project", "options", &id], &options[..]].concat());
            id
        };
        let projects: Vec<String> = (0..plan.projects).map(found).collect();
        let add = |at: usize| self.add(&projects[at % projects.len()], at);
        add(0);
        // Each is a process, most of whose time is the database's.
        thread::scope(|scope| {
            for first in 1..=4 {
                scope.spawn(move || (first..self.migrations).step_by(4).for_each(add));
            }
        });
        self.ask(WITNESS);
        for id in &projects {
            self.omm(&["project", "resume", id]);
        }
    }

    fn add(&self, id: &str, at: usize) {
        let from = format!("imap://a{at}@127.0.0.1:{}", self.source.port());
        let to = format!("imap://b{at}@127.0.0.1:{}", self.destination.port());
        let passwords = ["--source-password-env", "WORD", "--destination-password-env", "WORD"];
        self.omm(&[&["project", "add", id, &from, &to, "--tls", "off"], &passwords[..]].concat());
    }

    /// The program on this database.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.world.command(words);
        command.args(["--database", &self.address, "--quiet"]).env("WORD", "pass");
        command
    }

    pub(crate) fn omm(&self, words: &[&str]) -> String {
        let end = End::of(self.command(words).output().unwrap());
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    }

    pub(crate) fn ask(&self, sql: &str) -> String {
        self.server.ask(base_name(&self.address), sql).unwrap()
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
        let (mut moved, mut written) = (Instant::now(), self.written());
        while !is_so(self) {
            if self.written() != written {
                (moved, written) = (Instant::now(), self.written());
            }
            assert!(moved.elapsed() < PATIENCE, "{what}: it never comes; {}", self.states());
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
