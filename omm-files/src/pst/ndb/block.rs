//! Blocks: read, checked, decoded, inflated.

use super::{Bid, Format, Ndb, bytes::*, checksum, page::BlockEntry};
use bytes::Bytes;
use omm_mapi::{Error, Result};
use std::io::Read;

/// How much of neighbouring blocks is read at once: what stays near the processor until it is converted.
const RUN: u64 = 64 << 10;

impl Ndb {
    /// The data of a block.
    ///
    /// # Errors
    /// If it is not there or not itself. Wrong checksums are remarked, no more.
    pub(crate) fn block(&self, bid: Bid) -> Result<Bytes> {
        let missing = || Error::malformed("the block is missing").at(format_args!("block {bid}"));
        let entry = self.block_entry(bid)?.ok_or_else(missing)?;
        let first = self.read_block(entry);
        // The entry may be from a damaged page, and another page may know better.
        if let Err(Error::Malformed { .. }) = &first
            && let Some(other) = self.other_entry(entry)?
        {
            return self.read_block(other);
        }
        first
    }

    /// The data of the first of these blocks and of those after it that lie behind it in the file: at least one, read at once.
    ///
    /// # Errors
    /// As [`Ndb::block`], for the first one.
    pub(crate) fn blocks(&self, bids: &[Bid]) -> Result<Vec<Bytes>> {
        let Some((first, rest)) = bids.split_first() else { return Ok(Vec::new()) };
        let Some(entry) = self.block_entry(*first)?.filter(|_| !rest.is_empty()) else {
            return Ok(vec![self.block(*first)?]);
        };
        let mut run = vec![entry];
        let mut end = entry.offset.saturating_add(self.taken(entry) as u64);
        for bid in rest {
            let next = self.block_entry(*bid)?;
            let Some(next) = next.filter(|next| next.offset == end && end < entry.offset + RUN) else {
                break;
            };
            end = end.saturating_add(self.taken(next) as u64);
            run.push(next);
        }
        match self.read_run(&run) {
            Ok(blocks) => Ok(blocks),
            // One of them is damaged: alone, each says what it has.
            Err(_) => Ok(vec![self.block(*first)?]),
        }
    }

    fn taken(&self, entry: BlockEntry) -> usize {
        self.header.format.stored_bytes(usize::from(entry.stored))
    }

    fn read_block(&self, entry: BlockEntry) -> Result<Bytes> {
        let mut blocks = self.read_run(&[entry])?;
        blocks.pop().ok_or_else(|| Error::malformed("no block"))
    }

    fn read_run(&self, run: &[BlockEntry]) -> Result<Vec<Bytes>> {
        let Some(first) = run.first() else { return Ok(Vec::new()) };
        let mut buffer = vec![0; run.iter().map(|entry| self.taken(*entry)).sum()];
        let read = self.file.read_at(&mut buffer, first.offset)?;
        buffer.truncate(read);
        let mut from = 0;
        let mut places = Vec::with_capacity(run.len());
        for entry in run {
            let stored = buffer.get_mut(from..).unwrap_or_default();
            self.decode(*entry, stored)?;
            places.push((*entry, from..from + usize::from(entry.stored)));
            from += self.taken(*entry);
        }
        let buffer = Bytes::from(buffer);
        places.into_iter().map(|(entry, place)| self.inflated(entry, buffer.slice(place))).collect()
    }

    /// Checks a block and decodes its data in place.
    fn decode(&self, entry: BlockEntry, bytes: &mut [u8]) -> Result<()> {
        let data = usize::from(entry.stored);
        let place = || format!("block {} at offset {:#x}", entry.bid, entry.offset);
        if data > self.header.format.block_bytes() {
            return Err(Error::malformed("impossible size").at(place()));
        }
        if bytes.len() < data {
            self.remarks.add(format_args!("{}: the file ends before it does", place()));
            return Err(Error::malformed("the file ends before the block does").at(place()));
        }
        let trailer = bytes.get(self.taken(entry) - self.header.format.block_trailer()..);
        let trailer = trailer.and_then(|bytes| Trailer::parse(bytes, self.header.format));
        let data = bytes.get_mut(..data).unwrap_or_default();
        match trailer {
            None => self.remarks.add(format_args!("{}: the file ends before its checksum", place())),
            Some(trailer) => self.check(entry, &trailer, data).map_err(|error| error.at(place()))?,
        }
        if !entry.bid.is_internal() {
            self.header.encoding.decode(data, entry.bid);
        }
        Ok(())
    }

    /// BLOCKTRAILER ([MS-PST] §2.2.2.8.1) against the data, as they are stored.
    fn check(&self, entry: BlockEntry, trailer: &Trailer, data: &[u8]) -> Result<()> {
        let differs = |what: &str| {
            self.remarks
                .add(format_args!("block {} at offset {:#x}: {what} differs", entry.bid, entry.offset));
        };
        let is_whole = trailer.crc == checksum::crc(data);
        if trailer.bid != entry.bid {
            differs("id");
            // Something else lies here, rather than that a bit of the trailer is wrong.
            let other = self.block_entry(trailer.bid)?;
            if !is_whole || other.is_some_and(|other| other.offset == entry.offset) {
                return Err(Error::malformed("something else lies at its place"));
            }
        }
        if trailer.size != entry.stored {
            differs("size");
        }
        if !is_whole {
            differs("checksum");
        }
        Ok(())
    }

    /// The data of a compressed block of an OST of Outlook 2013 (zlib, RFC 1950), or those given.
    fn inflated(&self, entry: BlockEntry, data: Bytes) -> Result<Bytes> {
        if self.header.format != Format::Unicode4k || entry.bytes == entry.stored {
            return Ok(data);
        }
        let place = || format!("block {} at offset {:#x}", entry.bid, entry.offset);
        let mut plain = Vec::with_capacity(usize::from(entry.bytes));
        let end =
            flate2::read::ZlibDecoder::new(data.as_ref()).take(entry.bytes.into()).read_to_end(&mut plain);
        match end {
            Ok(_) if plain.len() == usize::from(entry.bytes) => Ok(plain.into()),
            _ => {
                self.remarks.add(format_args!("{}: compressed data damaged", place()));
                Err(Error::malformed("its compressed data are damaged").at(place()))
            }
        }
    }

    /// What the scan says of a block, once there is one and when it says otherwise.
    fn other_entry(&self, entry: BlockEntry) -> Result<Option<BlockEntry>> {
        if !self.has_damaged_page() {
            return Ok(None);
        }
        Ok(self.scan()?.block(entry.bid).filter(|other| *other != entry))
    }
}

struct Trailer {
    size: u16,
    crc: u32,
    bid: Bid,
}

impl Trailer {
    fn parse(bytes: &[u8], format: Format) -> Option<Self> {
        let (crc, bid) = match format {
            Format::Ansi => (dword(bytes, 8)?, dword(bytes, 4)?.into()),
            Format::Unicode | Format::Unicode4k => (dword(bytes, 4)?, qword(bytes, 8)?),
        };
        Some(Self { size: word(bytes, 0)?, crc, bid: Bid::new(bid) })
    }
}
