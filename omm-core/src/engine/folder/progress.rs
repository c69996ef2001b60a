//! Telling listeners how a folder gets on.

use super::FolderRun;
use crate::event::Event;

/// What one step of progress adds up to.
#[derive(Default)]
pub(super) struct Step {
    pub(super) copied: u64,
    pub(super) adopted: u64,
    pub(super) failed: u64,
    pub(super) bytes: u64,
}

impl FolderRun<'_, '_> {
    pub(super) fn progress(&self, set: impl FnOnce(&mut Step)) {
        let mut step = Step::default();
        set(&mut step);
        let Step { copied, adopted, failed, bytes } = step;
        let folder = self.one.folder.path.clone();
        self.run.tell(Event::Progress {
            folder,
            found: 0,
            copied,
            adopted,
            already_there: 0,
            skipped: 0,
            failed,
            bytes,
        });
    }
}
