//! From a path to an open account.

use crate::{
    collection,
    dir::{DirDestination, Own},
    error,
    files::Files,
    holding::Looking,
    options::Options,
    place::Shape,
    recognise::{FileKind, file_kind},
    sidecar::MARKER,
    source::FileSource,
    tree,
};
use async_trait::async_trait;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    host::{Env, blocking},
    seam::{AccountSpec, Connector, Destination, Source},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Opens mail files to read: server type `files`, the server is a path.
///
/// What lies at the path is recognised: a file (mbox, one message, an Outlook data file, a calendar, an address book, a
/// table of contacts) or a directory, which may be a Maildir tree, a tree of any such files, a mixture of these, or a
/// `dir:` tree.
///
/// # What is read
/// - **Maildir**: the root is INBOX. `.A.B` directories (Maildir++) and nested ones (`fs`) are folders; names in
///   modified UTF-7 are decoded. The id is the unique part of the file name, so that a flag change is no new item.
///   Received is the file's time. Letters `a`–`z` are keywords by `dovecot-keywords`; without an entry there they
///   mean nothing and are left out. `tmp` holds unfinished deliveries and is not read.
/// - **Single messages**: a directory is a folder. `.eml`, `.mime` and `.raw` are carried whatever they hold unless
///   empty, `.txt` unless binary, other names if they begin with a header line. Of `.emlx` the message inside.
/// - **Outlook**: a data file (`.pst`, `.ost`) is a tree of folders below its name; as the whole account, without it.
///   `.msg` and TNEF (`winmail.dat`) are one item each. A folder holds one kind: contacts among mail are a folder
///   beside it, `Inbox (contacts)`.
/// - **Calendars and address books**: a file that holds several items, or says its name (X-WR-CALNAME), is a folder of
///   this name, and one beside it for each further kind: `Work (tasks)`. A file with one item is an item of its
///   directory. The id is the UID, `#2` and so on behind it where it comes again; without UID it is made of the item.
///   A component that is broken is an item that fails with its line. What the file says for people is in the remarks.
/// - **Tables of contacts** (`.csv`): a folder; each row a contact.
/// - **Outlook's data files** (PST, OST): their folders, each of one kind; [`crate::pst`] says what is read. An id is made
///   of PidTagSearchKey, so that it is the same in a later export; the revision is the time of the last change.
/// - **Calendars, address books, tables of contacts**: a folder for each kind if there are several items in a file or if it
///   says its name, else an item of its directory. The id is the UID, the revision a digest of the lines.
/// - **`.msg`, TNEF**: an item of its directory, of whatever kind.
/// - **Options**: `vcard` (`4.0`, `3.0`), `notes` (`journal`, `mail`), `code-page` (a Windows code page), `mbox`.
/// - **Left out**: names beginning with a dot, `.msf`, `.lock`, `dovecot*`, `courier*`, `maildirfolder`,
///   `maildirsize`, `subscriptions`, `.DS_Store`, `Thumbs.db`, `desktop.ini` and the like; pipes and devices;
///   directory symlinks that lead back into the tree; a `dir:` tree inside another tree. Anything else is an item, if only one that fails with a reason.
///
/// # Options
/// | option      | is                  | for |
/// |-------------|---------------------|-----|
/// | `mbox`      | `rd`, `o`, `cl`, `cl2` | below |
/// | `vcard`     | `4.0` (default), `3.0` | the version of contacts out of Outlook's files, tables and old vCards |
/// | `notes`     | `journal` (default), `mail` | what notes and journal entries of Outlook become |
/// | `code-page` | a number such as 1251 | 8-bit text in files of Outlook that do not say theirs |
///
/// # mbox
/// The option `mbox` of the account says how the files are quoted; without it each message is judged by evidence.
///
/// | option | a message ends                                   | changed in its body                            |
/// |--------|--------------------------------------------------|------------------------------------------------|
/// | `rd`   | at the next `From ` line with a date             | one `>` taken from `>From `, `>>From ` …       |
/// | `o`    | the same                                         | `>From ` becomes `From `; a line that its author wrote so loses its `>`, which nobody can tell |
/// | `cl`   | where Content-Length leads, if that is a `From ` line or the end | as `rd`                        |
/// | `cl2`  | the same                                         | nothing                                        |
/// | (none) | `cl2` where Content-Length leads there, else `rd` |                                               |
///
/// The `From ` line and the blank line that ends a message belong to the file; headers stay as they are. Flags come
/// from Status, X-Status, X-Mozilla-Status and the keyword headers; an id does not change when these do.
#[derive(Clone, Copy, Debug, Default)]
pub struct FilesConnector;

/// Opens a `dir:` tree: server type `dir`, the server is a path. Source and destination.
///
/// Mail is written as a Maildir tree (nested directories), contacts as one `.vcf` and events, tasks and notes as
/// one `.ics` a file. Every message is durable before it is reported written. The received date is the file's
/// time (its zone is not kept; an item without date gets the time of the copy). At most 26 keywords a folder are kept
/// in a Maildir. Bytes are stored as they come, line ends included.
///
/// A destination that does not exist is made, mode 0700, when the first folder is; one that holds other files is
/// refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct DirConnector;

#[async_trait]
impl Connector for FilesConnector {
    fn server_types(&self) -> &[&'static str] {
        &["files"]
    }

    async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec> {
        Options::of(spec)?;
        let path = existing(&spec.server, env).await?;
        with_path(spec, &path)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        let options = Options::of(spec)?;
        let path = existing(&spec.server, env).await?;
        let open = move || {
            let mut files = Files::new(path, false, options);
            files.own = recognise(&files.root, files.looking())?;
            Ok(files)
        };
        let files = blocking(&env.runtime, open).await?;
        Ok(Some(Arc::new(FileSource::new(files, Arc::clone(&env.runtime)))))
    }

    async fn destination(&self, _: &AccountSpec, _: &Env) -> Result<Option<Arc<dyn Destination>>> {
        Ok(None)
    }
}

#[async_trait]
impl Connector for DirConnector {
    fn server_types(&self) -> &[&'static str] {
        &["dir"]
    }

    async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec> {
        let path = perhaps_new(&spec.server, env).await?;
        with_path(spec, &path)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        let path = existing(&spec.server, env).await?;
        if !path.join(MARKER).is_file() {
            return Err(config(
                Side::Source,
                "this is no dir: tree; leave out dir: to read other mail files",
            )
            .with("path", path.display()));
        }
        let files = Files::new(path, true, Options::default());
        Ok(Some(Arc::new(FileSource::new(files, Arc::clone(&env.runtime)))))
    }

    async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Destination>>> {
        let path = perhaps_new(&spec.server, env).await?;
        let runtime = Arc::clone(&env.runtime);
        let own = blocking(&env.runtime, move || Own::open(path, runtime)).await?;
        Ok(Some(Arc::new(DirDestination::new(own))))
    }
}

/// The canonical form of a path that must be there.
async fn existing(server: &str, env: &Env) -> Result<PathBuf> {
    let path = PathBuf::from(server);
    let canonical = move || {
        path.canonicalize().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => {
                config(Side::Source, "there is no such file or folder").with("path", path.display())
            }
            _ => error::io(Side::Source, Scope::Account, "open files", &path, cause),
        })
    };
    blocking(&env.runtime, canonical).await
}

/// The canonical form of a path whose last part may not be there yet.
async fn perhaps_new(server: &str, env: &Env) -> Result<PathBuf> {
    let path = PathBuf::from(server);
    blocking(&env.runtime, move || canonical_or_new(&path)).await
}

fn canonical_or_new(path: &Path) -> Result<PathBuf> {
    let failed = |cause| error::io(Side::Destination, Scope::Account, "open a folder", path, cause);
    match path.canonicalize() {
        Ok(canonical) => return Ok(canonical),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(failed(cause)),
        Err(_) => {}
    }
    let absolute = std::path::absolute(path).map_err(failed)?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(config(Side::Destination, "this cannot be a folder").with("path", path.display()));
    };
    let missing = |_| {
        config(Side::Destination, "the folder above it does not exist; make it first")
            .with("path", path.display())
    };
    Ok(parent.canonicalize().map_err(missing)?.join(name))
}

fn with_path(spec: &AccountSpec, path: &Path) -> Result<AccountSpec> {
    let Some(text) = path.to_str() else {
        return Err(config(Side::Host, "the path is not UTF-8; rename it").with("path", path.display()));
    };
    let mut normal = spec.clone();
    normal.server = text.to_owned();
    normal.login = String::new();
    Ok(normal)
}

/// Whether the path is a `dir:` tree of our own; an error if there is no mail at all. What it opens stays open, since it is
/// read next.
fn recognise(root: &Path, looking: Looking<'_>) -> Result<bool> {
    let failed = |cause| error::io(Side::Source, Scope::Account, "open files", root, cause);
    let meta = fs::metadata(root).map_err(failed)?;
    if meta.is_dir() {
        fs::read_dir(root).map_err(failed)?;
        let own = root.join(MARKER).is_file();
        return if own || tree::has_mail(root, 0) {
            Ok(own)
        } else {
            Err(junk(root, "no file in it is a message"))
        };
    }
    if !meta.is_file() {
        return Err(junk(root, "not a regular file"));
    }
    match file_kind(root).map_err(failed)? {
        // A mail program may have left its folder empty; a file with the name of another format is cut off.
        FileKind::Other(_) if meta.len() == 0 && !promises(root) => Ok(false),
        FileKind::Other(reason) => Err(junk(root, reason)),
        FileKind::Store => match looking.stores.open(root) {
            Ok(_) => Ok(false),
            Err(omm_mapi::Error::Io(cause)) => Err(failed(cause)),
            Err(error) => Err(junk(root, &error.to_string())),
        },
        FileKind::Calendar => collection_or_refused(root, Shape::Calendar, looking),
        FileKind::Cards => collection_or_refused(root, Shape::Cards, looking),
        FileKind::Table => collection_or_refused(root, Shape::Table, looking),
        _ => Ok(false),
    }
}

fn collection_or_refused(root: &Path, shape: Shape, looking: Looking<'_>) -> Result<bool> {
    match collection::survey(root, shape, looking.books, looking.options).refusal {
        Some(reason) => Err(junk(root, &reason)),
        None => Ok(false),
    }
}

/// Whether a file name says that there is more in it than mail.
fn promises(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    const MORE: [&str; 14] = [
        "pst",
        "ost",
        "ics",
        "ical",
        "icalendar",
        "ifb",
        "vcs",
        "vcf",
        "vcard",
        "csv",
        "tsv",
        "msg",
        "oft",
        "tnef",
    ];
    MORE.contains(&extension.as_str())
}

fn junk(root: &Path, reason: &str) -> Error {
    config(Side::Source, format!("nothing here can be read as mail, contacts or calendars: {reason}"))
        .with("path", root.display())
}

fn config(side: Side, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, side, "open files", message)
}
