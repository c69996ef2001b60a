//! The nodes within a node: attachments, tables, large values.

use super::{Bid, Ndb, Nid, bytes::*};
use crate::pst::damage::OrDamage;
use bytes::Bytes;
use omm_mapi::{Error, Result};

/// How many subnodes a node has at most.
const SUBNODES: usize = 1 << 20;

/// What a subnode has: SLENTRY ([MS-PST] §2.2.2.8.3.3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subnode {
    pub(crate) nid: Nid,
    pub(crate) data: Bid,
    pub(crate) subnodes: Bid,
}

/// The subnodes of a node, by nid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subnodes {
    entries: Vec<Subnode>,
}

impl Subnodes {
    /// One of them.
    pub(crate) fn get(&self, nid: Nid) -> Option<Subnode> {
        let index = self.entries.binary_search_by_key(&nid, |entry| entry.nid).ok()?;
        self.entries.get(index).copied()
    }

    /// All of a kind.
    pub(crate) fn of_kind(&self, kind: u32) -> impl Iterator<Item = Subnode> {
        self.entries.iter().copied().filter(move |entry| entry.nid.kind() == kind)
    }
}

impl Ndb {
    /// The subnodes that a block lists. What cannot be read below it is missing, and remarked.
    ///
    /// # Errors
    /// If the block cannot be read.
    pub(crate) fn subnodes(&self, bid: Bid) -> Result<Subnodes> {
        let mut found = Subnodes::default();
        if bid.is_none() {
            return Ok(found);
        }
        let block = self.block(bid)?;
        match (byte(&block, 0), byte(&block, 1)) {
            // SLBLOCK ([MS-PST] §2.2.2.8.3.3.1).
            (Some(2), Some(0)) => self.leaf(&block, &mut found.entries),
            // SIBLOCK ([MS-PST] §2.2.2.8.3.3.2).
            (Some(2), Some(1)) => {
                for index in 0..usize::from(word(&block, 2).unwrap_or(0)) {
                    let Some([_, below]) = self.numbers(&block, index) else { break };
                    match self.block(Bid::new(below)).or_damage()? {
                        Ok(block) if byte(&block, 1) == Some(0) => self.leaf(&block, &mut found.entries),
                        Ok(_) => {
                            self.remarks.add(format_args!("block {bid}: a list of subnodes within a list"))
                        }
                        Err(error) => self.remarks.add(format_args!("subnodes of block {bid}: {error}")),
                    }
                }
            }
            _ => return Err(Error::malformed("not a list of subnodes").at(format_args!("block {bid}"))),
        }
        found.entries.sort_by_key(|entry| entry.nid);
        found.entries.dedup_by_key(|entry| entry.nid);
        Ok(found)
    }

    fn leaf(&self, block: &Bytes, entries: &mut Vec<Subnode>) {
        for index in 0..usize::from(word(block, 2).unwrap_or(0)) {
            let Some([nid, data, subnodes]) = self.numbers(block, index) else { break };
            if entries.len() < SUBNODES {
                entries.push(Subnode {
                    nid: Nid(nid as u32),
                    data: Bid::new(data),
                    subnodes: Bid::new(subnodes),
                });
            }
        }
    }

    /// The n-th row of N numbers, after the header.
    fn numbers<const N: usize>(&self, block: &[u8], index: usize) -> Option<[u64; N]> {
        let mut row = [0; N];
        for (column, number) in row.iter_mut().enumerate() {
            let at = index * N + column;
            // dwPadding is in the Unicode form only.
            *number = match self.header.format.is_wide() {
                true => qword(block, 8 + at * 8)?,
                false => dword(block, 4 + at * 4)?.into(),
            };
        }
        Some(row)
    }
}
