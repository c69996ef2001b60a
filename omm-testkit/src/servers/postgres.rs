//! A private PostgreSQL behind a socket in a directory of its own: no port, no password, gone with the test process.

use super::{Unavailable, leash, leash::Leash};
use std::{
    fs, io,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
};
use tempfile::TempDir;

/// Who owns everything in it. No program asks for a password: who may enter the directory may do all.
const OWNER: &str = "omm";
/// It is in the name of the socket only; nothing listens on a network.
const PORT: u16 = 5432;
/// PostgreSQL refuses to run as root; Debian's packages have made this user for it.
const INSTEAD_OF_ROOT: &str = "postgres";
/// Its immediate shutdown. Killed, it would leave shared memory behind.
const AT_ONCE: &str = "QUIT";
/// Two hundred tests with a few connections each come and go at once.
const CONNECTIONS: u32 = 300;

/// A running PostgreSQL. Dropping it ends the server and removes all it wrote; the end of this process, even by SIGKILL,
/// does the same.
#[derive(Debug)]
pub struct PostgresServer {
    // Before the directory, so that the server has ended when that is removed.
    _leash: Leash,
    directory: TempDir,
    programs: Programs,
    databases: AtomicUsize,
}

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// As soon as the system has it: for tests that pull no plug.
    #[default]
    Never,
    /// On the disk, as PostgreSQL does it by itself.
    Always,
}

#[derive(Clone, Debug)]
struct Programs {
    folder: PathBuf,
    is_root: bool,
}

impl PostgresServer {
    /// Starts one, and returns when it takes connections.
    ///
    /// # Errors
    /// Why it cannot be had here: not installed, or what it complained about.
    pub fn start(durability: Durability) -> Result<Self, Unavailable> {
        let programs = Programs::installed()?;
        let begun = Self::try_start(programs, durability);
        begun.map_err(|error| Unavailable::because(format!("PostgreSQL does not start: {error}")))
    }

    /// The address of a database that nobody has used yet.
    ///
    /// # Errors
    /// When it cannot be made, with what PostgreSQL complained about.
    pub fn fresh_database(&self) -> io::Result<String> {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed) + 1);
        // Of template0 nobody has a connection, so several may be made at once. Copied file by file it spares the checkpoints
        // that the log would need.
        self.ask("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy"))?;
        Ok(self.address(&name))
    }

    /// The address of a database by name.
    pub fn address(&self, database: &str) -> String {
        let socket = self.socket_folder().display().to_string().replace('/', "%2F");
        format!("postgres://{OWNER}@localhost:{PORT}/{database}?host={socket}&sslmode=disable")
    }

    /// The socket that it listens on: for a proxy, say.
    pub fn socket(&self) -> PathBuf {
        self.socket_folder().join(format!(".s.PGSQL.{PORT}"))
    }

    /// What `psql` answers, a line for each row and `|` between the columns; on a connection of its own, as the owner of
    /// everything.
    ///
    /// # Errors
    /// What PostgreSQL complained about.
    pub fn ask(&self, database: &str, sql: &str) -> io::Result<String> {
        let mut psql = Command::new(self.programs.folder.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", OWNER, "-d", database, "-c", sql]);
        let output = psql.arg("-h").arg(self.socket_folder()).arg("-p").arg(PORT.to_string()).output()?;
        Ok(heard(output, "psql")?.trim_end().to_owned())
    }

    /// The id of the server's process.
    pub fn process(&self) -> Option<u32> {
        leash::server_process(self.directory.path())
    }

    fn socket_folder(&self) -> PathBuf {
        self.directory.path().join("s")
    }

    fn try_start(programs: Programs, durability: Durability) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("omm-pg-").tempdir()?;
        let (data, socket) = (directory.path().join("data"), directory.path().join("s"));
        for folder in [&data, &socket] {
            fs::create_dir(folder)?;
        }
        // The directory is ours alone; whoever runs the server must be able to walk through.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
        if programs.is_root {
            let given = Command::new("chown").arg(INSTEAD_OF_ROOT).args([&data, &socket]).output()?;
            heard(given, "chown")?;
        }
        let mut make = programs.command("initdb");
        make.arg("-D").arg(&data).args(["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        heard(make.current_dir("/").output()?, "initdb")?;
        let address = socket.join(format!(".s.PGSQL.{PORT}"));
        let server = programs.server(&data, &socket, durability);
        let server: Vec<&str> = server.iter().map(String::as_str).collect();
        let is_up = || UnixStream::connect(&address).is_ok();
        let leash = Leash::start_until(directory.path(), &server, AT_ONCE, is_up)?;
        let server = Self { _leash: leash, directory, programs, databases: AtomicUsize::new(0) };
        // It listens a moment before it answers.
        leash::patiently(|| server.ask("template1", "SELECT 1").map(drop))?;
        Ok(server)
    }
}

impl Programs {
    /// Debian keeps them out of the PATH, because several versions may be there; the newest one then.
    fn installed() -> Result<Self, Unavailable> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
            .unwrap_or_default();
        versions.sort_by_key(|folder| version(folder));
        folders.extend(versions.into_iter().rev());
        let has_all = |folder: &&PathBuf| {
            ["postgres", "initdb", "psql"].iter().all(|program| folder.join(program).is_file())
        };
        let folder = folders.iter().find(has_all).cloned().ok_or_else(|| {
            Unavailable::because("no PostgreSQL: it is not installed (apt-get install postgresql)")
        })?;
        let is_root = fs::metadata("/proc/self").is_ok_and(|owner| {
            use std::os::unix::fs::MetadataExt;
            owner.uid() == 0
        });
        Ok(Self { folder, is_root })
    }

    /// A command that runs as whoever owns the data.
    fn command(&self, program: &str) -> Command {
        let program = self.folder.join(program);
        if !self.is_root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(AS_OTHER).arg(program);
        command
    }

    fn server(&self, data: &Path, socket: &Path, durability: Durability) -> Vec<String> {
        let mut command: Vec<String> = Vec::new();
        if self.is_root {
            command.push("setpriv".to_owned());
            command.extend(AS_OTHER.map(str::to_owned));
        }
        let fsync = if durability == Durability::Always { "on" } else { "off" };
        command.push(self.folder.join("postgres").display().to_string());
        command.extend(["-D".to_owned(), data.display().to_string()]);
        command.extend(["-k".to_owned(), socket.display().to_string()]);
        for setting in [
            "listen_addresses=".to_owned(),
            format!("port={PORT}"),
            format!("max_connections={CONNECTIONS}"),
            format!("fsync={fsync}"),
            format!("full_page_writes={fsync}"),
            "shared_buffers=32MB".to_owned(),
            "unix_socket_permissions=0777".to_owned(),
        ] {
            command.extend(["-c".to_owned(), setting]);
        }
        command
    }
}

/// `setpriv` is in every Debian, and unlike `su` it stays one process with what it starts.
const AS_OTHER: [&str; 4] = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];

fn version(folder: &Path) -> u32 {
    let parent = folder.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    parent.and_then(|name| name.parse().ok()).unwrap_or(0)
}

fn heard(output: Output, program: &str) -> io::Result<String> {
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{program}: {}", complaint.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
