//! Books that are open. A calendar with three kinds of items is three folders, but gone through and kept once.

use super::book::{Book, of_file};
use crate::{listing::Stamp, options::Options, place::Shape};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The books that some listing holds, and the last one: who asks what a file holds lists it next.
#[derive(Debug, Default)]
pub(crate) struct Books(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    books: Vec<Shelved>,
    last: Option<Arc<dyn Book>>,
}

#[derive(Debug)]
struct Shelved {
    path: PathBuf,
    shape: Shape,
    stamp: Stamp,
    book: Weak<dyn Book>,
}

impl Books {
    /// The book of a file, read only if it is not here or the file has changed.
    pub(super) fn open(&self, path: &Path, shape: Shape, options: &Options) -> io::Result<Arc<dyn Book>> {
        let stamp = Stamp::of_paths([path]);
        if let Some(book) = self.find(path, shape, &stamp) {
            return Ok(book);
        }
        let book: Arc<dyn Book> = Arc::from(of_file(path, shape, options)?);
        let shelved = Shelved { path: path.to_owned(), shape, stamp, book: Arc::downgrade(&book) };
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.books.push(shelved);
        shelf.last = Some(Arc::clone(&book));
        Ok(book)
    }

    fn find(&self, path: &Path, shape: Shape, stamp: &Stamp) -> Option<Arc<dyn Book>> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.books.retain(|shelved| shelved.book.strong_count() > 0);
        let is_it = |it: &&Shelved| it.path == path && it.shape == shape && it.stamp == *stamp;
        shelf.books.iter().find(is_it)?.book.upgrade()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a large calendar that is gone through once to tell its folders, and once more for each of them.
    #[test]
    fn the_last_one_is_kept_and_no_other() {
        let root = tempfile::tempdir().unwrap();
        let [one, other] = ["one.ics", "other.ics"].map(|name| root.path().join(name));
        for path in [&one, &other] {
            std::fs::write(path, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
        }
        let books = Books::default();
        let open = |path: &Path| {
            let book = books.open(path, Shape::Calendar, &Options::default()).unwrap();
            Arc::downgrade(&book)
        };
        let first = open(&one);
        assert!(first.ptr_eq(&open(&one)));
        assert!(first.upgrade().is_some());
        open(&other);
        assert!(first.upgrade().is_none());
    }
}
