//! Batches that wait for their turn. While one transaction waits for the disk, others come, and the next one takes them
//! all: they wait for the disk once, and not one after the other.

use crate::{commit, error::Fault};
use omm_core::journal::{Batch, Epoch};
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};

/// The batches that nobody has committed yet, in the order in which they came.
#[derive(Default)]
pub(crate) struct Line(Mutex<Vec<(Epoch, Batch, Place)>>);

/// What came of a batch, once it had its turn.
type Answer = Mutex<Option<Result<(), Fault>>>;

/// A batch's place in the line.
pub(crate) struct Place(Arc<Answer>);

impl Line {
    /// Puts a batch behind the others.
    pub(crate) fn join(&self, epoch: Epoch, batch: Batch) -> Place {
        let answer: Arc<Answer> = Arc::default();
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.push((epoch, batch, Place(Arc::clone(&answer))));
        Place(answer)
    }

    /// Commits all that are in the line, unless somebody did so for this one already.
    pub(crate) fn commit(&self, conn: &mut Connection, place: &Place) -> Result<(), Fault> {
        if let Some(answer) = place.answer() {
            return answer;
        }
        let line = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let (batches, places): (Vec<_>, Vec<_>) =
            line.into_iter().map(|(epoch, batch, place)| ((epoch, batch), place)).unzip();
        for (place, result) in places.iter().zip(commit::commit_all(conn, &batches)) {
            *place.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
        // Without an answer it was taken along by somebody who broke off, and then nothing was written.
        place.answer().unwrap_or_else(|| Err(Fault::Refused("the commit broke off".to_owned())))
    }
}

impl Place {
    fn answer(&self) -> Option<Result<(), Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        database::{Database, Missing},
        query,
        schema::{JOURNAL, Upgrade},
    };
    use omm_core::{journal::RunRecord, model::SyncPoint};

    // Would catch: a batch that takes others down with it, one that is written by half, one that is committed twice, and
    // one of an owner who was replaced.
    #[test]
    fn each_batch_in_the_line_stands_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.db");
        let database = Database::open(&path, &JOURNAL, Missing::Create, Upgrade::Allowed).unwrap();
        let old = database.with("claim", commit::claim).unwrap().epoch;
        let epoch = database.with("claim", commit::claim).unwrap().epoch;
        let line = Line::default();
        let started = |points: &[u32]| {
            let runs = points.iter().map(|point| RunRecord::Started(SyncPoint(*point))).collect();
            Batch { runs, ..Batch::default() }
        };
        let mut undone = started(&[7]);
        undone.runs.push(RunRecord::Undone(SyncPoint(7)));
        let places = [
            line.join(epoch, started(&[1])),
            line.join(epoch, undone),
            line.join(old, started(&[5])),
            // The second half is refused: that point was undone.
            line.join(epoch, started(&[6, 7])),
            line.join(epoch, started(&[2, 3])),
        ];
        let commit = |place: &Place| database.with("commit", |conn| line.commit(conn, place)).is_ok();
        assert_eq!(places.each_ref().map(commit), [true, true, false, false, true]);
        let points = || -> Vec<u32> {
            database.with("read", |conn| query::points(conn)).unwrap().iter().map(|row| row.point.0).collect()
        };
        assert_eq!(points(), [1, 2, 3, 7]);
        let (one, other) = (line.join(epoch, started(&[4])), line.join(epoch, started(&[9, 7])));
        assert_eq!([&other, &one].map(commit), [false, true]);
        assert_eq!(points(), [1, 2, 3, 4, 7]);
    }
}
