//! The servers, and accounts on them for one program at a time.

use crate::{
    peers::told_by,
    plan::{Between, Family, Plan},
};
use omm_testkit::servers::{
    Account, Cyrus, CyrusSettings, DelayProxy, Dovecot, Fsync, Settings,
    corpus::Corpus,
    witness::{Tally, Witness, compare},
};
use std::{
    error::Error,
    fs,
    io::{self, BufRead, BufReader},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// What a program may ask Dovecot for: read once before anybody is measured, so that nobody pays for it alone.
const FIELDS: &str = "uid size.virtual size.physical date.received date.sent imap.envelope imap.bodystructure hdr.message-id hdr.date";

/// A server at either end, and the account that everybody copies.
pub(crate) struct World {
    source: Server,
    destination: Server,
    between: Between,
    pub(crate) corpus: Corpus,
    /// Filled once; what a program reads is a copy of it.
    template: Option<Account>,
}

enum Server {
    Dovecot(Dovecot),
    Cyrus(Cyrus),
}

/// Accounts that one program has for itself, as far away as asked, and a folder for what it remembers.
pub(crate) struct Field<'a> {
    world: &'a World,
    directory: TempDir,
    near: [Account; 2],
    far: [Account; 2],
    _proxies: Vec<DelayProxy>,
}

/// What a look at both accounts says.
pub(crate) struct Verdict {
    pub(crate) told: String,
    /// Which part of the messages is there.
    pub(crate) brought: f64,
}

impl World {
    pub(crate) fn start(between: &Between, plan: &Plan) -> Result<Self, Box<dyn Error>> {
        let (source, destination) = (Server::start(between.source)?, Server::start(between.destination)?);
        let mut corpus = plan.corpus();
        if [between.source, between.destination].contains(&Family::Cyrus) {
            corpus = corpus.for_cyrus('/');
        }
        let mut world = Self { source, destination, between: *between, corpus, template: None };
        if let Server::Dovecot(dovecot) = &world.source {
            let template = dovecot.fresh_user();
            fill(&template, &world.corpus)?;
            dovecot.doveadm(&["fetch", "-u", &template.login, FIELDS, "mailbox", "*"])?;
            world.template = Some(template);
        }
        Ok(world)
    }

    pub(crate) fn between(&self) -> Between {
        self.between
    }

    pub(crate) fn versions(&self) -> String {
        format!("{} → {}", self.source.version(), self.destination.version())
    }

    pub(crate) fn messages(&self) -> usize {
        self.corpus.messages()
    }

    pub(crate) fn folders(&self) -> usize {
        self.corpus.folders().len()
    }

    pub(crate) fn bytes(&self) -> usize {
        let messages = self.corpus.folders().iter().flat_map(|folder| &folder.messages);
        messages.map(|planned| self.corpus.item(planned).bytes.len()).sum()
    }

    /// The processes of the servers.
    pub(crate) fn processes(&self) -> Vec<u32> {
        [&self.source, &self.destination].into_iter().filter_map(Server::process).collect()
    }

    /// The configuration of the destination, where that is Dovecot.
    pub(crate) fn dovecot_config(&self) -> Option<PathBuf> {
        match &self.destination {
            Server::Dovecot(dovecot) => Some(dovecot.config_path()),
            Server::Cyrus(_) => None,
        }
    }

    /// A full account, an empty one, and the way to both.
    pub(crate) fn field(&self, rtt: Duration) -> io::Result<Field<'_>> {
        let (source, destination) = (self.source.fresh_user()?, self.destination.fresh_user()?);
        match (&self.source, &self.template) {
            (Server::Dovecot(dovecot), Some(template)) => dovecot.copy_mail(template, &source)?,
            _ => fill(&source, &self.corpus)?,
        }
        let directory = tempfile::Builder::new().prefix("omm-bench-").tempdir()?;
        // doveadm gives its rights away before it writes.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
        let near = [source, destination];
        let (mut far, mut proxies) = (near.clone(), Vec::new());
        if !rtt.is_zero() {
            for account in &mut far {
                let proxy = DelayProxy::start(account.port, rtt)?;
                account.port = proxy.port();
                proxies.push(proxy);
            }
        }
        Ok(Field { world: self, directory, near, far, _proxies: proxies })
    }
}

impl Field<'_> {
    /// The account to read, as the program sees it.
    pub(crate) fn source(&self) -> &Account {
        &self.far[0]
    }

    /// The account to write, as the program sees it.
    pub(crate) fn destination(&self) -> &Account {
        &self.far[1]
    }

    /// Where what the program remembers may lie.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn dovecot_config(&self) -> Option<PathBuf> {
        self.world.dovecot_config()
    }

    /// What the user does between two runs.
    pub(crate) fn change(&self) -> io::Result<()> {
        crate::changes::apply(&self.near[0], &self.world.corpus)
    }

    /// Looks at both accounts, over no distance.
    pub(crate) fn verdict(&self) -> io::Result<Verdict> {
        let (mut source, mut destination) = (Witness::look(&self.near[0])?, Witness::look(&self.near[1])?);
        let brought = destination.messages() as f64 / source.messages().max(1) as f64;
        if self.world.between.source != self.world.between.destination {
            // What one declares and the other cannot is no loss of the program's.
            (source, destination) = (source.without_roles(), destination.without_roles());
        }
        let told = Tally::of(&compare(&source, &destination)).to_string();
        Ok(Verdict { told, brought })
    }

    /// Gives the space back.
    pub(crate) fn clear(self) -> io::Result<()> {
        self.world.source.forget(&self.near[0])?;
        self.world.destination.forget(&self.near[1])
    }
}

impl Server {
    /// With its mail on a disk, and as careful about it as it is by default.
    fn start(family: Family) -> Result<Self, Box<dyn Error>> {
        Ok(match family {
            Family::Dovecot => {
                Self::Dovecot(Dovecot::start(Settings { fsync: Fsync::Optimized, ..Settings::default() })?)
            }
            Family::Cyrus => {
                Self::Cyrus(Cyrus::start(CyrusSettings { on_disk: true, ..CyrusSettings::default() })?)
            }
        })
    }

    fn fresh_user(&self) -> io::Result<Account> {
        match self {
            Self::Dovecot(dovecot) => Ok(dovecot.fresh_user()),
            Self::Cyrus(cyrus) => cyrus.fresh_user(),
        }
    }

    fn forget(&self, account: &Account) -> io::Result<()> {
        match self {
            Self::Dovecot(dovecot) => dovecot.forget(account),
            Self::Cyrus(cyrus) => cyrus.forget(account),
        }
    }

    fn process(&self) -> Option<u32> {
        match self {
            Self::Dovecot(dovecot) => dovecot.process(),
            Self::Cyrus(cyrus) => cyrus.process(),
        }
    }

    fn version(&self) -> String {
        let version = match self {
            Self::Dovecot(_) => told_by("dovecot".as_ref(), "--version").ok(),
            Self::Cyrus(cyrus) => greeting(&cyrus.admin()).ok(),
        };
        let family = if matches!(self, Self::Dovecot(_)) { "Dovecot" } else { "Cyrus" };
        format!("{family} {}", version.unwrap_or_else(|| "of an unknown version".to_owned()))
    }
}

fn fill(account: &Account, corpus: &Corpus) -> io::Result<()> {
    let mut witness = Witness::enter(account)?;
    witness.fill(corpus)?;
    witness.leave()
}

/// `* OK [CAPABILITY …] localhost Cyrus IMAP 3.6.1 server ready`
fn greeting(account: &Account) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(TcpStream::connect((&*account.host, account.port))?).read_line(&mut line)?;
    let words = line.split_once("Cyrus IMAP ").map_or("", |(_, rest)| rest);
    Ok(words.split(' ').next().unwrap_or("").to_owned())
}
