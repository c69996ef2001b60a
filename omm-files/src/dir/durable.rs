//! Making many files durable at once. Each waits for the disk, and the disk makes many durable in one go: a hundred one
//! after the other take as many rounds, a hundred at once a few.

use omm_core::host::Runtime;
use std::{
    collections::{BTreeSet, VecDeque},
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// Threads that wait for the disk beside the one that asks. More need memory and gain little.
const HELPERS: usize = 3;

/// Files that are to be synced, and what came of it.
#[derive(Default)]
struct Syncing {
    state: Mutex<State>,
    one_done: Condvar,
}

#[derive(Default)]
struct State {
    // Closed as soon as it is durable: files that nobody needs any more are not held open by a helper that comes late.
    open: VecDeque<(usize, File)>,
    /// By number; nothing while somebody waits for the disk.
    done: Vec<Option<io::Result<()>>>,
    left: usize,
}

/// Syncs files and says of each what came of it, in their order. Blocks until all are done.
///
/// Threads of the host help as far as they are free; this one does what they do not, so that it waits only for work
/// that is under way.
pub(super) fn sync_all(runtime: &Arc<dyn Runtime>, files: Vec<File>) -> Vec<io::Result<()>> {
    let (count, syncing) = (files.len(), Arc::new(Syncing::default()));
    {
        let mut state = syncing.state();
        state.open = files.into_iter().enumerate().collect();
        state.done.resize_with(count, || None);
        state.left = count;
    }
    for _ in 0..HELPERS.min(count.saturating_sub(1)) {
        let syncing = Arc::clone(&syncing);
        runtime.start_blocking(Box::new(move || syncing.work()));
    }
    syncing.work();
    let mut state = syncing.state();
    while state.left > 0 {
        state = syncing.one_done.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    // None is missing: none is left.
    std::mem::take(&mut state.done).into_iter().map(|done| done.unwrap_or(Ok(()))).collect()
}

impl Syncing {
    /// Syncs one after the other while there are any.
    fn work(&self) {
        loop {
            let Some((number, file)) = self.state().open.pop_front() else { return };
            let done = file.sync_all();
            drop(file);
            let mut state = self.state();
            if let Some(place) = state.done.get_mut(number) {
                *place = Some(done);
            }
            state.left -= 1;
            if state.left == 0 {
                self.one_done.notify_all();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Files and directories that were made and are to become durable together.
#[derive(Default)]
pub(super) struct Fresh {
    files: Vec<File>,
    dirs: BTreeSet<PathBuf>,
}

impl Fresh {
    /// Adds a file that was written.
    pub(super) fn file(&mut self, file: File) {
        begin_writing(&file);
        self.files.push(file);
    }

    /// Adds a directory in which something was made.
    pub(super) fn dir(&mut self, dir: &Path) {
        self.dirs.insert(dir.to_owned());
    }

    /// How many files are held open.
    pub(super) fn open(&self) -> usize {
        self.files.len()
    }

    /// Makes the files durable.
    pub(super) fn sync_files(&mut self, runtime: &Arc<dyn Runtime>) -> io::Result<()> {
        sync_all(runtime, std::mem::take(&mut self.files)).into_iter().collect()
    }

    /// Makes everything durable: files first, since the directories name them.
    pub(super) fn sync(mut self, runtime: &Arc<dyn Runtime>) -> io::Result<()> {
        self.sync_files(runtime)?;
        let dirs: Vec<PathBuf> = self.dirs.into_iter().collect();
        dirs.chunks(64).try_for_each(|dirs| sync_dirs(runtime, dirs))
    }
}

#[cfg(unix)]
fn sync_dirs(runtime: &Arc<dyn Runtime>, dirs: &[PathBuf]) -> io::Result<()> {
    let open = dirs.iter().map(File::open).collect::<io::Result<_>>()?;
    sync_all(runtime, open).into_iter().collect()
}

/// Windows cannot sync a directory.
#[cfg(not(unix))]
fn sync_dirs(_: &Arc<dyn Runtime>, _: &[PathBuf]) -> io::Result<()> {
    Ok(())
}

/// Tells the system that a file will be synced soon, so that it begins to write it. Only a hint: where it is not
/// understood, syncing takes longer.
#[cfg(target_os = "linux")]
pub(super) fn begin_writing(file: &File) {
    // What is not on the disk yet is sent there; nothing is forgotten before it is.
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
pub(super) fn begin_writing(_: &File) {}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::host::{BoxFuture, Connection};
    use std::time::Duration;

    /// Blocking work in a thread each, or never.
    struct Threads {
        start: bool,
    }

    impl Runtime for Threads {
        fn now(&self) -> chrono::DateTime<chrono::Utc> {
            chrono::DateTime::UNIX_EPOCH
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::ready(()))
        }
        fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
            if self.start {
                std::thread::spawn(work);
            }
        }
        fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
            Box::pin(std::future::ready(Err(io::ErrorKind::Unsupported.into())))
        }
    }

    // Would catch: a wait for helpers that never come, and results of other files than those that were asked about.
    #[cfg(unix)]
    #[test]
    fn each_file_has_its_own_result_whoever_helps() {
        let dir = tempfile::tempdir().unwrap();
        for start in [true, false] {
            let runtime: Arc<dyn Runtime> = Arc::new(Threads { start });
            let files = (0..50).map(|number| {
                // A pipe of the kernel cannot be synced: every seventh fails.
                match number % 7 {
                    3 => File::from(std::os::fd::OwnedFd::from(std::io::pipe().unwrap().1)),
                    _ => File::create(dir.path().join(number.to_string())).unwrap(),
                }
            });
            let done = sync_all(&runtime, files.collect());
            assert_eq!(done.len(), 50);
            for (number, done) in done.iter().enumerate() {
                assert_eq!(done.is_err(), number % 7 == 3, "{number} {start}");
            }
            assert!(sync_all(&runtime, Vec::new()).is_empty());
        }
    }
}
