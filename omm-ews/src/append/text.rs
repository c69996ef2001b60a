//! The interchange form of an item as a text. Large files inside stay where they lie in its body: what is in memory is what
//! the item has besides them.

use crate::account::Account;
use bytes::Bytes;
use omm_content::read::parted::{Finder, Text};
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::blocking,
    model::Body,
};
use std::{
    io::{self, BufRead, Read},
    ops::Range,
};

/// What an item may have besides its files: as much as an answer of a server.
const LARGEST: u64 = 16 << 20;
/// Bodies up to this are taken as they are.
const SMALL: u64 = 256 << 10;

/// The text of a body.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if what it has besides its files is not for memory.
pub(super) async fn of(account: &Account, body: &Body) -> Result<Text> {
    if body.len() <= SMALL || body.in_memory().is_some_and(|bytes| bytes.len() as u64 <= LARGEST) {
        return body.to_bytes(LARGEST).await.map(Text::from);
    }
    let mut finder = Finder::default();
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        finder = blocking(&account.env.runtime, move || {
            finder.push(&chunk);
            Ok(finder)
        })
        .await?;
    }
    let parting = finder.finish();
    let around = parting.len_around(body.len());
    if around > LARGEST {
        let message = "its text, without its files, is too large to be converted";
        return Err(Error::new(ErrorKind::TooLarge, account.side, "append", message).with("size", around));
    }
    let mut text = Vec::with_capacity(usize::try_from(around).unwrap_or_default());
    let (mut reader, mut at) = (body.reader(), 0);
    while let Some(chunk) = reader.chunk().await? {
        parting.around(at, &chunk).for_each(|part| text.extend_from_slice(part));
        at += chunk.len() as u64;
    }
    let body = body.clone();
    Ok(parting.text(text, move |range| Box::new(Section::new(body.clone(), range))))
}

/// A range of a body as blocking code reads it.
struct Section {
    body: Body,
    /// What is not read yet.
    range: Range<u64>,
    chunk: Bytes,
}

impl Section {
    fn new(body: Body, range: Range<u64>) -> Self {
        Self { body, range, chunk: Bytes::new() }
    }
}

impl BufRead for Section {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() && !self.range.is_empty() {
            let mut chunk = self.body.read_blocking(self.range.start).map_err(io::Error::other)?;
            let left = self.range.end - self.range.start;
            chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            self.range.start += chunk.len() as u64;
            self.chunk = chunk;
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, count: usize) {
        let _ = self.chunk.split_to(count.min(self.chunk.len()));
    }
}

impl Read for Section {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let count = into.len().min(here.len());
        into.get_mut(..count).unwrap_or_default().copy_from_slice(here.get(..count).unwrap_or_default());
        self.consume(count);
        Ok(count)
    }
}
