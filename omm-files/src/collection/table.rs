//! A table of contacts (CSV) as a book: each row a card.

use super::book::Book;
use crate::{
    csv::{self, Card},
    options::Options,
};
use omm_content::card::Version;
use omm_core::model::{Digest, ItemKind};
use std::io;

/// The cards of a table. An address book of 32 MiB is the largest that is read, so they are kept.
#[derive(Debug)]
pub(super) struct Table {
    cards: Vec<Card>,
    broken: Vec<(u64, String)>,
}

impl Table {
    /// Reads a table.
    pub(super) fn read(bytes: &[u8], options: &Options) -> io::Result<Self> {
        let version = if options.mapi.vcard_3 { Version::V3 } else { Version::V4 };
        let contacts = csv::read(bytes, version)
            .map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why.to_string()))?;
        let mut table = Self { cards: Vec::new(), broken: Vec::new() };
        for item in contacts.items {
            match item.result {
                Ok(card) => table.cards.push(card),
                Err(reason) => table.broken.push((item.line as u64, reason)),
            }
        }
        Ok(table)
    }
}

impl Book for Table {
    fn len(&self) -> usize {
        self.cards.len()
    }

    fn id(&self, at: usize) -> String {
        self.cards[at].identity.clone()
    }

    fn kind(&self, _: usize) -> ItemKind {
        ItemKind::Contact
    }

    fn revision(&self, at: usize) -> String {
        format!("{:016x}", Digest::of(&self.cards[at].vcard).short())
    }

    fn size(&self, at: usize) -> u64 {
        self.cards[at].vcard.len() as u64
    }

    fn render(&self, at: usize) -> io::Result<Vec<u8>> {
        Ok(self.cards[at].vcard.clone())
    }

    fn broken(&self) -> &[(u64, String)] {
        &self.broken
    }

    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
}
