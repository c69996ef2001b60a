//! Where files lie while they come in, and until they are migrated: readable for us alone, gone afterwards.

use super::{
    Name, Uploads,
    tus::{Creation, Piece, Refused},
};
use crate::guard::failure::Failure;
use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt};
use omm::{Error, ErrorKind, Side, project::project::ProjectId};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{AsyncSeekExt, AsyncWriteExt},
    time::timeout,
};

/// The shelf.
pub(crate) struct Shelf {
    pub(super) root: PathBuf,
    pub(crate) limits: Uploads,
    /// To which something is being written.
    busy: Mutex<HashSet<ProjectId>>,
}

/// What was announced of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meta {
    /// As its owner calls it.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    /// The migration that reads it.
    pub(crate) row: Option<u64>,
}

/// A file, as far as it has come.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// Its own number, of the same sort as a project's.
    pub(crate) id: ProjectId,
    pub(crate) meta: Meta,
    /// So many bytes are there.
    pub(crate) there: u64,
    dir: PathBuf,
}

/// To nothing else is written while this is kept.
struct Alone<'a>(&'a Shelf, &'a ProjectId);

pub(super) const META: &str = "meta.json";
/// A line for each piece that was checked: where it begins, how long it is, its digest. No file of a visitor's is called so.
const PIECES: &str = "pieces.txt";
/// Of so many bytes at most; whoever sends in very small pieces has the first of them compared.
const PIECES_BYTES: u64 = 4 << 20;
/// Between two parts of a piece; whoever is slower begins the piece again.
const PATIENCE: Duration = Duration::from_secs(60);
/// A piece that is to be checked is in memory before it is believed.
const LARGEST_CHECKED: usize = 16 << 20;

impl Upload {
    /// Whether all of it is there.
    pub(crate) fn is_whole(&self) -> bool {
        self.there == self.meta.size
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.join(&self.meta.name)
    }
}

impl Shelf {
    /// In this folder.
    pub(crate) fn new(root: PathBuf, limits: Uploads) -> Self {
        Self { root, limits, busy: Mutex::default() }
    }

    /// The files of a project, in the order of their numbers.
    pub(crate) async fn of(&self, project: &ProjectId) -> Result<Vec<Upload>, Failure> {
        let mut uploads = Vec::new();
        for id in names(&self.root.join(project.as_str())).await? {
            if let Ok(upload) = self.find(project, &id).await {
                uploads.push(upload);
            }
        }
        uploads.sort_by(|a, b| (&a.meta.name, &a.id).cmp(&(&b.meta.name, &b.id)));
        Ok(uploads)
    }

    /// A file of a project.
    pub(crate) async fn find(&self, project: &ProjectId, id: &str) -> Result<Upload, Failure> {
        let id = ProjectId::parse(id).ok_or(Failure::Missing)?;
        let dir = self.root.join(project.as_str()).join(id.as_str());
        let text = fs::read(dir.join(META)).await.map_err(|_| Failure::Missing)?;
        let meta: Meta = serde_json::from_slice(&text).map_err(|_| Failure::Missing)?;
        // A name that we have made: whoever writes here could write anything.
        Name::of(&meta.name).filter(|name| name.as_str() == meta.name).ok_or(Failure::Missing)?;
        let there = fs::metadata(dir.join(&meta.name)).await.map_err(|_| Failure::Missing)?.len();
        Ok(Upload { id, meta, there, dir })
    }

    /// Announces a file.
    pub(crate) async fn create(
        &self,
        project: &ProjectId,
        creation: &Creation,
    ) -> Result<Result<Upload, Refused>, Failure> {
        if self.of(project).await?.len() >= self.limits.of_project {
            return Ok(Err(Refused::NoRoom));
        }
        if self.announced().await?.saturating_add(creation.size) > self.limits.in_all {
            return Ok(Err(Refused::NoRoom));
        }
        let id = ProjectId::random()?;
        let dir = self.root.join(project.as_str()).join(id.as_str());
        let meta = Meta { name: creation.name.to_string(), size: creation.size, row: None };
        let made = async {
            folder().recursive(true).create(&dir).await?;
            file().create_new(true).open(dir.join(&meta.name)).await?;
            write_meta(&dir, &meta).await
        };
        made.await.map_err(unwritable)?;
        Ok(Ok(Upload { id, meta, there: 0, dir }))
    }

    /// Takes a piece, and says how much is there then.
    ///
    /// # Cancel safety
    /// Without a checksum what has come so far stays; with one, nothing is written that was not checked.
    pub(crate) async fn append(
        &self,
        upload: &Upload,
        piece: &Piece,
        body: Body,
    ) -> Result<Result<u64, Refused>, Failure> {
        let Some(_alone) = self.alone(&upload.id) else { return Ok(Err(Refused::Busy)) };
        let mut to = file().open(upload.path()).await.map_err(unwritable)?;
        let there = to.seek(io::SeekFrom::End(0)).await.map_err(unwritable)?;
        if there != piece.offset {
            return Ok(Err(Refused::Offset));
        }
        let room = upload.meta.size - there.min(upload.meta.size);
        match &piece.checksum {
            None => match take(&mut to, body.into_data_stream(), room).await? {
                Ok(_) => finished(to).await.map(Ok),
                Err(refused) => Ok(Err(refused)),
            },
            Some(checksum) => {
                let bytes = match whole(body, room).await {
                    Ok(bytes) => bytes,
                    Err(refused) => return Ok(Err(refused)),
                };
                if !checksum.is_of(&bytes) {
                    return Ok(Err(Refused::Checksum));
                }
                to.write_all(&bytes).await.map_err(unwritable)?;
                let there = finished(to).await?;
                // Behind what it is about: a line that is missing after a power cut costs a comparison and no more.
                if let Some(sum) = checksum.to_compare() {
                    note(&upload.dir, &format!("{} {} {sum}\n", piece.offset, bytes.len()))
                        .await
                        .map_err(unwritable)?;
                }
                Ok(Ok(there))
            }
        }
    }

    /// What each piece was, as far as it was checked: `OFFSET LENGTH SHA-256` on a line.
    pub(crate) async fn pieces(&self, upload: &Upload) -> Result<String, Failure> {
        match fs::read_to_string(upload.dir.join(PIECES)).await {
            Ok(text) => Ok(text),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(cause) => Err(unwritable(cause).into()),
        }
    }

    /// Takes a file that comes in one go, and whose size is known at its end; whether it came.
    pub(crate) async fn fill<E>(
        &self,
        upload: &Upload,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<bool, Failure> {
        let mut to = file().open(upload.path()).await.map_err(unwritable)?;
        let taken = take(&mut to, stream, upload.meta.size).await?;
        let size = finished(to).await?;
        if taken != Ok(true) || size == 0 {
            self.remove(upload).await?;
            return Ok(false);
        }
        write_meta(&upload.dir, &Meta { size, ..upload.meta.clone() }).await.map_err(unwritable)?;
        Ok(true)
    }

    /// Notes which migration reads a file.
    pub(crate) async fn began(&self, upload: &Upload, row: u64) -> Result<(), Failure> {
        let meta = Meta { row: Some(row), ..upload.meta.clone() };
        write_meta(&upload.dir, &meta).await.map_err(unwritable)?;
        Ok(())
    }

    /// Erases a file.
    pub(crate) async fn remove(&self, upload: &Upload) -> Result<(), Failure> {
        gone(fs::remove_dir_all(&upload.dir).await)
    }

    /// Erases all files of a project.
    pub(crate) async fn forget(&self, project: &ProjectId) -> Result<(), Failure> {
        gone(fs::remove_dir_all(self.root.join(project.as_str())).await)
    }

    /// What all files there are will take when they have come.
    async fn announced(&self) -> Result<u64, Failure> {
        let mut sum = 0_u64;
        for project in names(&self.root).await? {
            let Some(project) = ProjectId::parse(&project) else { continue };
            sum = self.of(&project).await?.iter().fold(sum, |sum, one| sum.saturating_add(one.meta.size));
        }
        Ok(sum)
    }

    fn alone<'a>(&'a self, id: &'a ProjectId) -> Option<Alone<'a>> {
        let is_first = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        is_first.then_some(Alone(self, id))
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(self.1);
    }
}

/// Writes down what comes, as it comes; whether it came to its end. A connection that is cut has brought what it has brought.
async fn take<E>(
    to: &mut File,
    stream: impl Stream<Item = Result<Bytes, E>>,
    room: u64,
) -> Result<Result<bool, Refused>, Failure> {
    let (mut stream, mut room) = (pin!(stream), room);
    loop {
        let bytes = match timeout(PATIENCE, stream.next()).await {
            Ok(None) => return Ok(Ok(true)),
            Ok(Some(Ok(bytes))) => bytes,
            _ => {
                to.flush().await.map_err(unwritable)?;
                return Ok(Ok(false));
            }
        };
        match room.checked_sub(bytes.len() as u64) {
            Some(left) => room = left,
            None => return Ok(Err(Refused::TooLarge)),
        }
        to.write_all(&bytes).await.map_err(unwritable)?;
    }
}

/// All of a piece, or nothing.
async fn whole(body: Body, room: u64) -> Result<Vec<u8>, Refused> {
    let (mut stream, mut bytes) = (body.into_data_stream(), Vec::new());
    loop {
        match timeout(PATIENCE, stream.next()).await {
            Ok(None) => return Ok(bytes),
            Ok(Some(Ok(part))) => {
                let length = bytes.len() + part.len();
                if length > LARGEST_CHECKED || length as u64 > room {
                    return Err(Refused::TooLarge);
                }
                bytes.extend_from_slice(&part);
            }
            // Cut off: nobody can check half a piece.
            _ => return Err(Refused::Checksum),
        }
    }
}

/// It is on the disk before anybody is told so.
async fn finished(mut to: File) -> Result<u64, Failure> {
    to.flush().await.map_err(unwritable)?;
    to.sync_data().await.map_err(unwritable)?;
    Ok(to.metadata().await.map_err(unwritable)?.len())
}

async fn write_meta(dir: &Path, meta: &Meta) -> io::Result<()> {
    let text = serde_json::to_vec(meta).map_err(io::Error::other)?;
    let aside = dir.join("meta.new");
    let mut to = file().create(true).truncate(true).open(&aside).await?;
    to.write_all(&text).await?;
    to.sync_all().await?;
    fs::rename(aside, dir.join(META)).await
}

async fn note(dir: &Path, line: &str) -> io::Result<()> {
    let mut to = file().append(true).create(true).open(dir.join(PIECES)).await?;
    if to.metadata().await?.len() < PIECES_BYTES {
        to.write_all(line.as_bytes()).await?;
    }
    to.flush().await
}

/// The names in a folder; none if there is none.
pub(super) async fn names(dir: &Path) -> Result<Vec<String>, Failure> {
    let mut entries = match fs::read_dir(dir).await {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(unwritable(cause).into()),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(unwritable)? {
        names.extend(entry.file_name().into_string());
    }
    Ok(names)
}

fn folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    builder
}

fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    options.mode(0o600);
    options
}

fn gone(removed: io::Result<()>) -> Result<(), Failure> {
    match removed {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(unwritable(cause).into()),
        _ => Ok(()),
    }
}

fn unwritable(cause: io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "keep a file", "it cannot be kept").caused_by(cause)
}
