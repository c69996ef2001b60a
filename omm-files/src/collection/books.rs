//! Books that are open. A calendar with three kinds of items is three folders, but gone through and kept once.

use super::book::{Book, of_file};
use crate::{listing::Stamp, options::Options, place::Shape};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The books that some listing holds.
#[derive(Debug, Default)]
pub(crate) struct Books(Mutex<Vec<Shelved>>);

#[derive(Debug)]
struct Shelved {
    path: PathBuf,
    shape: Shape,
    stamp: Stamp,
    book: Weak<dyn Book>,
}

impl Books {
    /// The book of a file, read only if no listing holds it or the file has changed.
    pub(super) fn open(&self, path: &Path, shape: Shape, options: &Options) -> io::Result<Arc<dyn Book>> {
        let stamp = Stamp::of_paths([path]);
        if let Some(book) = self.find(path, shape, &stamp) {
            return Ok(book);
        }
        let book: Arc<dyn Book> = Arc::from(of_file(path, shape, options)?);
        let shelved = Shelved { path: path.to_owned(), shape, stamp, book: Arc::downgrade(&book) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(shelved);
        Ok(book)
    }

    fn find(&self, path: &Path, shape: Shape, stamp: &Stamp) -> Option<Arc<dyn Book>> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.retain(|shelved| shelved.book.strong_count() > 0);
        let is_it = |it: &&Shelved| it.path == path && it.shape == shape && it.stamp == *stamp;
        shelf.iter().find(is_it)?.book.upgrade()
    }
}
